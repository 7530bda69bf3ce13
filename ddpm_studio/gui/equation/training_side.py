"""TrainingSide: the effective weight W = p·w·c of a State's moment in training, factor by factor."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.moment import LEVEL_SCALE
from ddpm_studio.gui.equation.formula import Symbol
from ddpm_studio.gui.equation.sides import TIGHT
from ddpm_studio.gui.equation.training_factor import SIZE, TrainingFactor
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.theme import Tokens

FACTORS = (
    ("effective_weight", "W(Λ)", "="),
    ("draw_density", "p(Λ)", "·"),
    ("loss_weight", "w(Λ)", "·"),
    ("unit_weight", "c(Λ)", ""),
)
"""The curve of each term, its symbol, and the sign behind it."""

WIDENS = 100
"""Share of the room that factors have of what is left, before the end has any."""

TOP = Qt.AlignmentFlag.AlignTop


class TrainingSide(QWidget):
    """Shows the numbers of a state's selected schedule and of others.

    `curve_chosen` has the curve whose factor was pressed, and `weight_wanted` the form of W that is to be plotted over
    log SNR: as it is, or in units of that at 0 dB.
    """

    curve_chosen = Signal(str)
    weight_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.factors: list[TrainingFactor] = []
        self._signs: list[Symbol] = []
        self.as_is, self.level = QToolButton(), QToolButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for part in self._parts():
            row.addWidget(part, WIDENS if isinstance(part, TrainingFactor) else 0)
        row.addLayout(self._forms())
        row.addStretch(1)

    def show_state(self, state: State, others: tuple[Entry, ...]) -> None:
        """Show the numbers at the moment, and which form of W is plotted."""
        for factor in self.factors:
            factor.show_state(state, others)
        for button, name in ((self.as_is, "effective_weight"), (self.level, "relative_weight")):
            button.setChecked(state.curve == name and state.axis == LEVEL_SCALE)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        for factor in self.factors:
            factor.set_theme(tokens)
        for sign in self._signs:
            sign.set_theme(tokens)

    def _parts(self) -> Iterator[QWidget]:
        for curve, symbol, sign in FACTORS:
            factor = TrainingFactor(curve, symbol, plotted=curve != FACTORS[0][0])
            factor.pressed.connect(self.curve_chosen)
            self.factors.append(factor)
            yield factor
            if sign:
                self._signs.append(Symbol(sign, SIZE))
                holder = QWidget()
                column = QVBoxLayout(holder)
                column.setContentsMargins(0, 0, 0, 0)
                column.addWidget(self._signs[-1], 0, TOP)
                column.addStretch(1)
                yield holder

    def _forms(self) -> QVBoxLayout:
        """The buttons of both forms of W, below each other."""
        column, group = QVBoxLayout(), QButtonGroup(self)
        group.setExclusive(False)
        column.setSpacing(0)
        self.as_is.setText(self.tr("as is"))
        self.level.setText(self.tr("equal at 0 dB"))
        self.as_is.setToolTip(self.tr("Plot the effective weight over log SNR"))
        self.level.setToolTip(
            self.tr("Plot the effective weight over log SNR, in units of that at 0 dB: a factor counts for nothing")
        )
        for button in (self.as_is, self.level):
            button.setCheckable(True)
            button.setStyleSheet(TIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            group.addButton(button)
            column.addWidget(button)
        self.as_is.clicked.connect(self._want_as_is)
        self.level.clicked.connect(self._want_level)
        column.addStretch(1)
        return column

    @Slot()
    def _want_as_is(self) -> None:
        self.as_is.setChecked(True)
        self.weight_wanted.emit("effective_weight")

    @Slot()
    def _want_level(self) -> None:
        self.level.setChecked(True)
        self.weight_wanted.emit("relative_weight")
