"""ElidedLabel: one line that is cut with an ellipsis where there is no room, and told whole in its tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QWidget):
    """Plain text in `label`; asks for no width of its own, and another text lays nothing out around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        # No layout: a label would ask it for another pass with every text.
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAutoFillBackground(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show another text."""
        if text != self._whole:
            self._whole = text
            self._fit()

    @property
    def whole(self) -> str:
        """The text before it was cut."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it anew."""
        super().resizeEvent(event)
        self.label.resize(self.size())
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as a line."""
        return QSize(0, self.label.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """As high as a line, as narrow as there is room."""
        return self.sizeHint()

    def _fit(self) -> None:
        shown = self.label.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.label.setText(shown)
        self.label.setToolTip("" if shown == self._whole else self._whole)
