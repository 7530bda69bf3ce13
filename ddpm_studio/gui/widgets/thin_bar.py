"""ThinBar: how far something is, in a line that costs next to nothing to draw."""

from __future__ import annotations

from PySide6.QtCore import QBasicTimer, QRect, QTimerEvent
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

HEIGHT = 4
TURN_MS = 120
PLACES = 8
"""A bar whose end is not known shows one of so many parts, the next one after each turn."""


class ThinBar(QProgressBar):
    """A progress bar without text. The style's own takes milliseconds for each value, and animates what is unknown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(HEIGHT)
        self._turns = QBasicTimer()
        self._place = 0

    @property
    def endless(self) -> bool:
        """Whether it is not known how much there is to do: the range is empty."""
        return self.minimum() == self.maximum()

    def done(self) -> QRect:
        """The part that is filled."""
        if self.endless:
            return QRect(self.width() * self._place // PLACES, 0, self.width() // PLACES, self.height())
        share = max(self.value() - self.minimum(), 0) / (self.maximum() - self.minimum())
        return QRect(0, 0, round(share * self.width()), self.height())

    def setValue(self, value: int) -> None:
        """Fill it so far, together with all else that is to be painted; Qt's own has everything painted at once."""
        self.setUpdatesEnabled(False)
        super().setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is done over what there is to do."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().button())
        painter.fillRect(self.done(), self.palette().highlight())
        if self.endless != self._turns.isActive():
            self._turn(self.endless)

    def timerEvent(self, event: QTimerEvent) -> None:
        """Fill the next part."""
        if event.timerId() == self._turns.timerId():
            self._place = (self._place + 1) % PLACES
            self.update()
        else:
            super().timerEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while nobody looks."""
        self._turn(False)
        super().hideEvent(event)

    def _turn(self, on: bool) -> None:
        if on:
            self._turns.start(TURN_MS, self)
        else:
            self._turns.stop()
