"""ElidedLabel: one line, cut with an ellipsis where there is no room, and given in full in its tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ddpm_studio.gui.widgets.mathtext import plain_tip


class ElidedLabel(QWidget):
    """Plain text in `label`; it asks for no width, and changing it lays nothing out around it."""

    def __init__(self, parent: QWidget | None = None, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(parent)
        self._whole, self._elide = "", elide
        # No layout: a label would make it run another pass with every text.
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
        """The text in full."""
        return self._whole

    @property
    def needed(self) -> int:
        """The width that the text has in full, in pixels."""
        return self.label.fontMetrics().horizontalAdvance(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text again."""
        super().resizeEvent(event)
        self.label.resize(self.size())
        self._fit()

    def sizeHint(self) -> QSize:
        """As tall as a line."""
        return QSize(0, self.label.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """As tall as a line, and as narrow as need be."""
        return self.sizeHint()

    def _fit(self) -> None:
        shown = self.label.fontMetrics().elidedText(self._whole, self._elide, self.width())
        self.label.setText(shown)
        self.label.setToolTip("" if shown == self._whole else plain_tip(self._whole))
