"""Sides of the equation panel: the choice between the forward process, the way back, and training."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QButtonGroup, QSizePolicy, QToolButton, QWidget

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.state.window import Side

NAMES = {
    Side.FORWARD: QT_TRANSLATE_NOOP("Side", "Forward"),
    Side.REVERSE: QT_TRANSLATE_NOOP("Side", "Reverse"),
    Side.TRAINING: QT_TRANSLATE_NOOP("Side", "Training"),
}
TIPS = {
    Side.FORWARD: QT_TRANSLATE_NOOP("Side", "Show the forward process: how picture and noise are mixed"),
    Side.REVERSE: QT_TRANSLATE_NOOP("Side", "Show the reverse process: the estimate of x₀, and the step back"),
    Side.TRAINING: QT_TRANSLATE_NOOP("Side", "Show training: what each noise level weighs, W = p·w·c"),
}

BOTH = QT_TRANSLATE_NOOP("Side", "Processes")
BOTH_TIP = QT_TRANSLATE_NOOP("Side", "Show both processes, forward and back")

TIGHT = "QToolButton { padding: 0px 4px; }"


class SideChoice(QWidget):
    """A button for each side, below or beside each other; where both processes have room they share one.

    `chosen` has the side that was chosen; `both` is true while the processes share a button.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {side: QToolButton() for side in Side}
        self._group = QButtonGroup(self)
        self._wanted = Side.FORWARD
        self.both = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._row = column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for side, button in self.buttons.items():
            button.setCheckable(True)
            button.setStyleSheet(TIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
            self._group.addButton(button)
            column.addWidget(button)
            self._word(side)
        column.addStretch(1)
        self.buttons[Side.FORWARD].setChecked(True)
        self._group.buttonClicked.connect(self._choose)

    @property
    def side(self) -> Side:
        """The side that is chosen."""
        return next(side for side, button in self.buttons.items() if button.isChecked())

    @property
    def width_of_both(self) -> int:
        """The width with one button for both processes, whether or not they share one now, in pixels."""
        shared, training = self.buttons[Side.FORWARD], self.buttons[Side.TRAINING]
        now, then = (_word_width(shared, text) for text in (shared.text(), QCoreApplication.translate("Side", BOTH)))
        widths = shared.sizeHint().width() - now + then, training.sizeHint().width()
        return sum(widths) if self._row.direction() is QBoxLayout.Direction.LeftToRight else max(widths)

    def show_side(self, side: Side) -> None:
        """Show a side as chosen; either process by the button that both share."""
        self._wanted = side
        self.buttons[Side.FORWARD if self.both and side is Side.REVERSE else side].setChecked(True)

    def set_low(self, low: bool) -> None:
        """Have the buttons beside each other, or below."""
        direction = QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom
        if direction != self._row.direction():
            self._row.setDirection(direction)

    def set_both(self, both: bool) -> None:
        """Have one button for both processes, or one for each."""
        if both == self.both:
            return
        self.both = both
        self.buttons[Side.REVERSE].setVisible(not both)
        self.show_side(self._wanted)
        self._word(Side.FORWARD)

    @Slot(Side)
    def choose(self, side: Side) -> None:
        """Have a side chosen, as by its button; either process by the one that both share."""
        self.buttons[Side.FORWARD if self.both and side is Side.REVERSE else side].click()

    def _word(self, side: Side) -> None:
        shared = self.both and side is Side.FORWARD
        name, tip = (BOTH, BOTH_TIP) if shared else (NAMES[side], TIPS[side])
        self.buttons[side].setText(QCoreApplication.translate("Side", name))
        self.buttons[side].setToolTip(QCoreApplication.translate("Side", tip))

    @Slot(QAbstractButton)
    def _choose(self, button: QAbstractButton) -> None:
        self._wanted = self.side
        self.chosen.emit(self._wanted)


def _word_width(button: QToolButton, text: str) -> int:
    """The width that a button gives to a text."""
    return button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
