"""SampleGrid: a grid of pictures under a person's hands, each to be enlarged, asked about, and dragged out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.widgets.frame_grid import FrameGrid
from ddpm_studio.gui.widgets.pictures.dragging import DragStart
from ddpm_studio.gui.widgets.pictures.picture_menu import asked_at

Key = Qt.Key
ENTER = (Key.Key_Return, Key.Key_Enter)


class SampleGrid(FrameGrid):
    """Pictures of which one has the focus while the grid has it; arrow keys go to the next.

    `clicked` has the number of the picture that is clicked, or that Enter is pressed on, and Esc while it is alone;
    `turned` that of the one to enlarge in its place. `asked` has that of the picture whose menu is wanted, the picture
    at its own size, and where on the screen; `dragged` those of the one that is dragged out.
    """

    clicked = Signal(int)
    turned = Signal(int)
    asked = Signal(int, object, QPoint)
    dragged = Signal(int, object)

    def __init__(self, parent: QWidget | None = None, at_left: bool = False) -> None:
        super().__init__(parent, at_left)
        self._drag = DragStart()
        self._pressed: int | None = None
        self._current = 0

    def set_pictures(self, pictures: NDArray[np.uint8] | None) -> None:
        """Show pictures, or none, of which nothing can be done."""
        before = self.count
        super().set_pictures(pictures)
        if self.count != before:
            self._offer()

    def _offer(self) -> None:
        """Offer what can be done with as many pictures as there are."""
        several = self.count > 1
        self._current = min(self._current, max(0, self.count - 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.count else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if several else Qt.CursorShape.ArrowCursor)
        one = self.tr("Drag: to another program · right click: menu")
        all_of_them = self.tr("Click: enlarge, and back · drag: to another program · right click: menu")
        self.setStatusTip(all_of_them if several else one if self.count else "")

    def enlarge(self, number: int | None) -> None:
        """Show one picture alone, which has the focus then, or all again."""
        super().enlarge(number)
        if number is not None:
            self._current = number

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note which picture is pressed: it is clicked or dragged."""
        hit = self._number_at(event.position().toPoint()) if event.button() is Qt.MouseButton.LeftButton else None
        self._drag.press(event)
        self._pressed = hit
        if hit is None:
            super().mousePressEvent(event)
        else:
            self._go(hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the picture that was pressed."""
        began = self._drag.moved(event)
        if began is not None and self._pressed is not None:
            number, self._pressed = self._pressed, None
            self.dragged.emit(number, self.picture(number))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Report which picture was clicked."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self._number_at(event.position().toPoint()):
            self.clicked.emit(pressed)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Report of which picture the menu is wanted: of the one under the pointer, or of the one with the focus."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        hit = self._current if by_key and self.count else self._number_at(event.pos())
        if hit is None:
            event.ignore()
        else:
            self.asked.emit(hit, self.picture(hit), asked_at(event, self, self.place(hit).center()))

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another picture, or enlarge the one that has the focus; leave other keys to the window."""
        if not self._use_key(event.key(), event.modifiers()):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Esc for going back while a picture is enlarged, although it stops a run otherwise."""
        takes_esc = event.type() is QEvent.Type.ShortcutOverride and self.enlarged is not None
        if takes_esc and isinstance(event, QKeyEvent) and event.key() == Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _use_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        alone, step = self.enlarged is not None, self._steps.get(key)
        if modifiers & ~Qt.KeyboardModifier.KeypadModifier or self.count < 2:
            return False
        if key in ENTER or (alone and key == Key.Key_Escape):
            self.clicked.emit(self._current)
        elif step is None:
            return False
        elif alone:
            self.turned.emit((self._current + step) % self.count)
        elif 0 <= self._current + step < self.count:
            self._go(self._current + step)
        return True

    @property
    def _steps(self) -> dict[int, int]:
        """What each key goes on by: a picture, or a row of them; a picture that is alone has no rows."""
        beside: dict[int, int] = {Key.Key_Left: -1, Key.Key_Right: 1}
        return (
            beside if self.enlarged is not None else {**beside, Key.Key_Up: -self.columns, Key.Key_Down: self.columns}
        )

    def _go(self, number: int) -> None:
        self._current = number
        self.update()

    # the focus

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures, and a frame about the one that has the focus."""
        super().paintEvent(event)
        if self.hasFocus() and self.count:
            with QPainter(self) as painter:
                painter.setPen(QPen(self.palette().highlight().color(), 2))
                painter.drawRect(self.place(self._current).adjusted(1, 1, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        self.update()
