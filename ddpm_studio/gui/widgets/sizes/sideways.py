"""Sideways: a row of controls that scrolls where a narrow window, or a large font, leaves no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

LEAST = 160
"""Width of the part that is seen at least, in pixels."""

BAR = 8
"""Height of the bar, in pixels: what scrolls is low itself."""

STYLE = f"""
QScrollBar:horizontal {{ height: {BAR}px; background: transparent; margin: 0; }}
QScrollBar::handle:horizontal {{ background: palette(mid); border-radius: 3px; margin: 1px 0; min-width: 24px; }}
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal {{ width: 0; }}
"""


class Sideways(QScrollArea):
    """Scrolls `row` to the left and right, by the bar below it, the wheel, and Tab; else it is as tall as the row."""

    def __init__(self, row: QWidget) -> None:
        super().__init__()
        self._row = row
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.horizontalScrollBar().setStyleSheet(STYLE)
        self.setWidgetResizable(True)
        self.setWidget(row)

    def sizeHint(self) -> QSize:
        """As large as the row, with the bar where that is needed."""
        row = self._row.sizeHint()
        return QSize(row.width(), row.height() + (BAR if self._is_cut else 0))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for some of the row."""
        return QSize(min(LEAST, self._needed), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the bar, or take it back."""
        super().resizeEvent(event)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the row where it comes to take more room, or less."""
        if watched is self._row and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll with the wheel, which has no other use here."""
        if not self._is_cut:
            event.ignore()
            return
        bar, turned = self.horizontalScrollBar(), event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()) // 2)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the window."""
        event.ignore()

    @property
    def _needed(self) -> int:
        return self._row.minimumSizeHint().width()

    @property
    def _is_cut(self) -> bool:
        return self._needed > self.width()
