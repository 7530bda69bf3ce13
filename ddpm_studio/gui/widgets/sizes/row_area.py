"""RowArea: an area that scrolls by whole rows of what is in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.widgets.focus import KeylessScrollArea

NOTCH = 120
"""What a wheel turns by at once, in Qt's eighths of a degree."""


class RowArea(KeylessScrollArea):
    """Scrolls `content`, whose rows are as high as `row_height` says, so that none is cut where it comes to rest."""

    def __init__(self, content: QWidget, row_height: Callable[[], float]) -> None:
        super().__init__(content)
        self._row_height = row_height
        self._turned = 0
        self.verticalScrollBar().sliderReleased.connect(self._settle)
        self.verticalScrollBar().rangeChanged.connect(self._settle)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go a row on with each notch; what a touchpad turns by counts once it is as much."""
        self._turned += event.angleDelta().y()
        rows, self._turned = int(self._turned / NOTCH), self._turned - NOTCH * int(self._turned / NOTCH)
        self.scroll_to(self._row - rows)
        event.accept()

    def scroll_to(self, row: float) -> None:
        """Have a row at the top, counted from 0."""
        self.verticalScrollBar().setValue(round(row * self._row_height()))

    @property
    def _row(self) -> int:
        """The row that begins nearest to the top."""
        return round(self.verticalScrollBar().value() / self._row_height())

    @Slot()
    def _settle(self) -> None:
        """Come to rest where a row begins."""
        self.verticalScrollBar().setSingleStep(round(self._row_height()))
        self.scroll_to(self._row)
