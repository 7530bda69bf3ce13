"""The menu of the pictures that come with the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QMenu, QToolButton, QWidget, QWidgetAction

from ddpm_studio.errors import FileError
from ddpm_studio.gui.picture.loading import sample_paths

THUMBNAIL = QSize(104, 104)
COLUMNS = 3


class SamplesMenu(QMenu):
    """Thumbnails to choose from, read when the menu first opens. `chosen` has the path."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []
        self._buttons = QButtonGroup(self)
        self._buttons.idClicked.connect(self._choose)
        self.aboutToShow.connect(self._fill)

    @property
    def buttons(self) -> list[QAbstractButton]:
        """The buttons, one per picture."""
        return self._buttons.buttons()

    @Slot()
    def _fill(self) -> None:
        if self._paths:
            return
        self._paths = _installed()
        board = QWidget()
        grid = QGridLayout(board)
        grid.setContentsMargins(6, 6, 6, 6)
        for number, path in enumerate(self._paths):
            button = _thumbnail_button(path)
            self._buttons.addButton(button, number)
            grid.addWidget(button, *divmod(number, COLUMNS))
        action = QWidgetAction(self)
        action.setDefaultWidget(board)
        self.addAction(action)

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.close()
        self.chosen.emit(str(self._paths[number]))


def _installed() -> list[Path]:
    try:
        return sample_paths()
    except FileError:  # An installation without samples can still open pictures.
        return []


def _thumbnail_button(path: Path) -> QToolButton:
    button = QToolButton()
    button.setIcon(QIcon(_thumbnail(path)))
    button.setIconSize(THUMBNAIL)
    button.setText(path.stem.replace("-", " ").capitalize())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    return button


def _thumbnail(path: Path) -> QPixmap:
    """The picture centred in a square, so that the names under all of them are level."""
    reader = QImageReader(str(path))
    reader.setScaledSize(reader.size().scaled(THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    square = QPixmap(THUMBNAIL)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.drawImage(square.rect().center() - image.rect().center(), image)
    painter.end()
    return square
