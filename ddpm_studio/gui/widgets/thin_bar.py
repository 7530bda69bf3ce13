"""ThinBar: a progress bar as a line that costs next to nothing to draw."""

from __future__ import annotations

from PySide6.QtCore import QBasicTimer, QRect, QTimerEvent
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

HEIGHT = 4
TURN_MS = 120
PLACES = 8
"""Number of parts of a bar whose end is unknown; it shows one of them, the next one after each turn."""


class ThinBar(QProgressBar):
    """A progress bar without text. The style's own takes milliseconds per value, and animates an unknown end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(HEIGHT)
        # So that what lies underneath is not painted again with every value.
        self.setAutoFillBackground(True)
        self._turns = QBasicTimer()
        self._place = 0

    @property
    def endless(self) -> bool:
        """True if the amount of work is unknown: the range is empty."""
        return self.minimum() == self.maximum()

    def done(self) -> QRect:
        """The part that is filled."""
        if self.endless:
            return QRect(self.width() * self._place // PLACES, 0, self.width() // PLACES, self.height())
        share = max(self.value() - self.minimum(), 0) / (self.maximum() - self.minimum())
        return QRect(0, 0, round(share * self.width()), self.height())

    def setValue(self, value: int) -> None:
        """Fill the bar up to `value` along with the next paint; Qt's own repaints everything immediately."""
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the filled part over the whole bar."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().button())
        painter.fillRect(self.done(), self.palette().highlight())
        if self.endless != self._turns.isActive():
            self._turn(self.endless)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Move on to the next part."""
        if event.timerId() == self._turns.timerId():
            self._place = (self._place + 1) % PLACES
            self.update()
        else:
            super().timerEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the animation while hidden."""
        self._turn(False)
        super().hideEvent(event)

    def _turn(self, on: bool) -> None:
        if on:
            self._turns.start(TURN_MS, self)
        else:
            self._turns.stop()
