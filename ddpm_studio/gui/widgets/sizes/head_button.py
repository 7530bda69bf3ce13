"""HeadButton: the head of a part that it opens and folds, with as much of its title as has room."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

_LETTERS = 3
"""Letters of a title that have room in any case."""


class HeadButton(QToolButton):
    """An arrow and a title, whose end is left out where it has no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self.setCheckable(True)
        self.setProperty("role", "quiet")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._turn)
        self._turn(False)

    def set_title(self, title: str) -> None:
        """Have another title."""
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.updateGeometry()
            self._fit()

    def sizeHint(self) -> QSize:
        """As wide as the whole title."""
        return QSize(self._beside() + self._needed(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """As wide as the arrow and a few letters."""
        letters = self.fontMetrics().horizontalAdvance(f"{self._title[:_LETTERS]}…")
        return QSize(self._beside() + letters, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the title as has room now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._beside()
        self.setText(self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room))

    def _needed(self) -> int:
        """The width of the whole title; rounded down, it would lose its end."""
        return math.ceil(QFontMetricsF(self.font()).horizontalAdvance(self._title))

    def _beside(self) -> int:
        """The width of all but the title."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    @Slot(bool)
    def _turn(self, opened: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
