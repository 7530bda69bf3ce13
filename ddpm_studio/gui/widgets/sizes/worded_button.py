"""WordedButton: a button that says what it does in as many words as it has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ddpm_studio.gui.widgets.mathtext import plain_tip


class WordedButton(QPushButton):
    """Has a long text and a short one, which stands where the long one would be cut, and then has it as its tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._long = self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_texts(self, long: str, short: str) -> None:
        """Say this, or that."""
        if (long, short) != (self._long, self._short):
            self._long, self._short = long, short
            self.setAccessibleName(long)
            self.updateGeometry()
            self._choose()

    def sizeHint(self) -> QSize:
        """As wide as the long text."""
        return self._size_of(self._long)

    def minimumSizeHint(self) -> QSize:
        """As wide as the short one."""
        return self._size_of(self._short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the text that has room."""
        super().resizeEvent(event)
        self._choose()

    def _size_of(self, text: str) -> QSize:
        metrics, size = self.fontMetrics(), super().sizeHint()
        change = metrics.horizontalAdvance(text) - metrics.horizontalAdvance(self.text())
        return QSize(size.width() + change, size.height())

    def _choose(self) -> None:
        fits = self._size_of(self._long).width() <= self.width()
        self.setText(self._long if fits else self._short)
        self.setToolTip("" if fits else plain_tip(self._long))
