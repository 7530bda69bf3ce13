"""The explain panel: one coefficient's meaning, and its formula with the numbers at t filled in."""

from __future__ import annotations

import html

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Curve
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.values.symbols import CurveBox
from ddpm_studio.gui.values.worked import worked_formula
from ddpm_studio.gui.widgets.mathtext import formula_html, math_html, sentence_html
from ddpm_studio.gui.widgets.steady_text import SteadyText
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.numerals import numeral

_MARGIN = 8
_SYMBOL_SCALE = 1.6


class ExplainPanel(LazyPanel):
    """Symbol, formula and meaning of `state.curve`, with its numbers in each visible (else the selected) schedule."""

    IN_TURN = True

    curve_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = CurveBox()
        self._symbol, self._formula, self._meaning = QLabel(), QLabel(), QLabel()
        self._numbers = SteadyText()
        self._explained: tuple[str, tuple[str, ...]] = ("", ())
        self._lay_out()

    def refresh(self) -> None:
        """Explain the chosen curve at the current t."""
        curve = ALL_CURVES[self.state.curve]
        with QSignalBlocker(self._choice):
            self._choice.setCurrentIndex(self._choice.findData(curve.name))
        self._symbol.setText(_line(curve.symbol))
        self._formula.setText(_line(translated(curve.formula) if curve.formula != curve.symbol else ""))
        self._meaning.setText(sentence_html(translated(curve.meaning)))
        entries = self.state.visible or (self.state.current,)
        numbers = "".join(self._at_t(curve, entry) for entry in entries)
        explained = (curve.name, tuple(self.state.shown_title(entry) for entry in entries))
        self._numbers.set_html(numbers, settle=explained != self._explained)
        self._explained = explained

    def sizeHint(self) -> QSize:
        """Room for the formula and the numbers of two schedules."""
        return QSize(300, 220)

    def minimumSizeHint(self) -> QSize:
        """A small size: the panel scrolls."""
        return QSize(200, 88)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours and font."""
        large = QFont(self.font())
        large.setPointSizeF(large.pointSizeF() * _SYMBOL_SCALE)
        self._symbol.setFont(large)
        super().set_theme(tokens)

    def _at_t(self, curve: Curve, entry: Entry) -> str:
        t = self.state.t_of(entry)
        color = STYLES[entry.style].color(self.tokens.dark).name()
        title = html.escape(f"{self.state.letter(entry)}  {self.state.shown_title(entry)}, t = {t}")
        text = self._formula_at(curve, entry, t) if t else self._clean(curve, entry)
        return f'<p><span style="color:{color}">{title}</span><br>{text}</p>'

    def _formula_at(self, curve: Curve, entry: Entry, t: int) -> str:
        return formula_html(worked_formula(curve, entry.coefficients_of(curve.name), t))

    def _clean(self, curve: Curve, entry: Entry) -> str:
        value = entry.value_at(curve.name, 0)
        sentence = sentence_html(self.tr("t = 0 is the clean picture, x_0, before any noise."))
        return sentence if value is None else f"{sentence} {math_html(curve.symbol)} = {numeral(value)}"

    def _prepare_choice(self) -> None:
        self._choice.setAccessibleName(self.tr("Coefficient to explain"))
        self._choice.setToolTip(self.tr("Choose what to explain; clicking a plot chooses its curve"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice.setMaxVisibleItems(len(ALL_CURVES))
        self._choice.activated.connect(self._choose)
        require_focus_for_wheel(self._choice)

    def _lay_out(self) -> None:
        self._prepare_choice()
        self._numbers.label.setFont(number_font(self._numbers.font()))
        self._meaning.setProperty("role", "muted")
        for label in (self._formula, self._meaning):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        page = QWidget()
        below = QVBoxLayout(page)
        below.setContentsMargins(_MARGIN, 0, _MARGIN, _MARGIN)
        below.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._symbol)
        head.addWidget(self._formula, 1)
        below.addLayout(head)
        below.addWidget(self._meaning)
        below.addWidget(self._numbers)
        below.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 0)
        column.addWidget(self._choice)
        column.addWidget(area, 1)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.curve_chosen.emit(self._choice.itemData(index))


def _line(formula: str) -> str:
    """A formula in a table cell, which alone leaves room above: labels cut off whatever is drawn there: β̃'s tilde."""
    cell = f'<td style="padding-top: 4px">{formula_html(formula)}</td>'
    return f'<table cellspacing="0" cellpadding="0"><tr>{cell}</tr></table>'
