"""SideBySide: two widgets beside each other where there is more width than height, or else below each other."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

WIDE = 1.2
"""Heights that the place is wide from which on they are beside each other."""

SHARES = (3, 2)
"""How the place is divided."""


class SideBySide(QWidget):
    """Holds the two; one that is hidden leaves the whole place to the other."""

    def __init__(self, first: QWidget, second: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        for part, share in zip((first, second), SHARES, strict=True):
            self._row.addWidget(part, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the row as the place is."""
        beside = self.width() >= WIDE * self.height()
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)
