"""Dragging of pictures out of the window, to other programs."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack

from PySide6.QtCore import QMimeData, QObject, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication

from ddpm_studio.files.recipes.carriers import png_with
from ddpm_studio.files.temporaries import temporary_folder
from ddpm_studio.gui.widgets.qimages import png_of_image

OURS = "application/x-ddpm-studio-picture"
"""A format that what is dragged has beside the others, so that the window does not take it for a new picture."""

KEPT = 8
"""Drags whose files stay: a program may read one long after it was dropped."""

UNDER_POINTER = QSize(96, 96)

QUALITY = 90
"""Of a PNG, how quick it is: noise hardly gets smaller, and the pointer is already moving."""


class DragStart:
    """Tells the start of a drag from a click whose pointer trembles."""

    def __init__(self, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """`held` are the keys with which a picture is dragged out."""
        self._held = held
        self._pressed: QPoint | None = None

    def press(self, event: QMouseEvent) -> None:
        """Note where a button is pressed; only the left one drags, and with no other keys."""
        drags = event.modifiers() == self._held and event.button() is Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if drags else None

    def moved(self, event: QMouseEvent) -> QPoint | None:
        """Where the drag began that starts with this move; else None."""
        pressed = self._pressed if event.buttons() & Qt.MouseButton.LeftButton else None
        if pressed is None:
            return None
        if (event.position().toPoint() - pressed).manhattanLength() < QApplication.startDragDistance():
            return None
        self._pressed = None
        return pressed


class DraggedOut:
    """Pictures that were dragged out, the last KEPT of them as files among the temporary ones."""

    def __init__(self) -> None:
        self._files = deque[ExitStack]()

    def mime(self, image: QImage, name: str, recipe: str = "") -> QMimeData:
        """A picture as pixels and, unless it cannot be written, as a PNG file of this name with a recipe's text."""
        mime = QMimeData()
        mime.setImageData(image)
        mime.setData(OURS, b"1")
        path = self._written(image, name, recipe)
        if path:
            mime.setUrls([QUrl.fromLocalFile(path)])
        return mime

    def drag(self, image: QImage, name: str, source: QObject, recipe: str = "") -> None:
        """Let a person drag a picture until they drop it."""
        drag = QDrag(source)
        drag.setMimeData(self.mime(image, name, recipe))
        smooth = Qt.TransformationMode.SmoothTransformation
        drag.setPixmap(QPixmap.fromImage(image.scaled(UNDER_POINTER, Qt.AspectRatioMode.KeepAspectRatio, smooth)))
        drag.exec(Qt.DropAction.CopyAction)

    def forget(self) -> None:
        """Remove every file."""
        while self._files:
            self._files.popleft().close()

    def _written(self, image: QImage, name: str, recipe: str) -> str:
        stack = ExitStack()
        try:
            path = stack.enter_context(temporary_folder()) / name
            path.write_bytes(png_with(png_of_image(image, QUALITY), recipe))
        except (OSError, ValueError):
            stack.close()
            return ""
        self._files.append(stack)
        while len(self._files) > KEPT:
            self._files.popleft().close()
        return str(path)
