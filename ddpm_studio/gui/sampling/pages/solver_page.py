"""Table of the chosen solver: its weights call by call, each output's share in the picture, and the predicted error."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.influence import influence_of
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.gui.sampling.pages.heat_map import HeatMap
from ddpm_studio.gui.sampling.pages.prediction_text import PredictionText
from ddpm_studio.gui.tasks import NewestOnly
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.gui.widgets.steady_text import SteadyText
from ddpm_studio.gui.widgets.switch import Switch

FAR = 3.0
"""Weights beyond ± this are left out of the plot: the step away from pure noise has some that would hide all others."""

CHECKPOINT, SELECTED = "checkpoint", "selected"
ESTIMATE, OUTPUT, ERROR = "estimate", "output", "error"
KEPT = {"x0": "x_0", "epsilon": "ε", "velocity": "u"}

NAMED = 4
"""How many of the B have names of their own."""

FEW_CALLS, MOST_CALLS = 500, 1024
"""Network calls up to which the weights take no longer than a frame, and up to which the map has each in a row of its
own; it has hardly as many pixels."""

LEAST, ROOMY = 58, 120
"""Height of the page, in pixels: at least, and from which on there is room for what is said over plot and map."""

DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class SolverPage(QWidget):
    """Shows a SolverTable, or a sentence saying why there is none; `network` says for whose network it is wanted.

    Where there is little height plot and map have all of it, with the switches beside them; the error has their place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.computing = NewestOnly(self)
        self.plot, self.heat_map = LinePlot(self.tr("A, B and C by network call"), self.tr("per call")), HeatMap()
        self._what, self._legend, self._nothing = QLabel(), SteadyText(), QLabel()
        self._for_whom = QLabel()
        self._roomy, self._imagined = True, False
        self._over_plot, self._over_map, self._aside = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        self.prediction = PredictionText()
        self._showing = ESTIMATE
        self.shown = Switch(
            self.tr("Weights, or error"),
            {
                ESTIMATE: (self.tr("estimates"), self.tr("The weight of each estimate, taken as given")),
                OUTPUT: (
                    self.tr("outputs"),
                    self.tr("The weight of each of the network's outputs, including its effect through x"),
                ),
                ERROR: (
                    self.tr("error"),
                    self.tr("How far off brightness and contrast will be, predicted without drawing anything"),
                ),
            },
        )
        self.network = Switch(
            self.tr("Network"),
            {
                CHECKPOINT: (self.tr("checkpoint"), self.tr("The checkpoint's network, trained with its own schedule")),
                SELECTED: (
                    self.tr("selected schedule"),
                    self.tr("A network trained with the selected schedule, as its training says: there need be none"),
                ),
            },
        )
        self.network.show_value(CHECKPOINT)
        self._error = KeylessScrollArea(self.prediction)
        self._error.hide()
        self.shown.show_value(ESTIMATE)
        self.shown.chosen.connect(self.choose)
        self._legend.label.setProperty("role", "muted")
        self._for_whom.setTextFormat(Qt.TextFormat.PlainText)
        self._for_whom.setProperty("role", "muted")
        self._for_whom.setWordWrap(True)
        self._what.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()

    def show_table(self, table: SolverTable, prediction_type: str, imagined: str = "") -> None:
        """Show the weights of a solver for a network of this prediction type; without a checkpoint it is `imagined`,
        trained with the schedule of this title.
        """
        said = self.tr("For a network trained with {schedule}, which predicts {symbol}. No checkpoint is needed.")
        symbol = _plain(Parametrisation.parse(prediction_type).symbol)
        self._for_whom.setText(said.format(schedule=imagined, symbol=symbol))
        self._imagined = bool(imagined)
        self._pages.setCurrentWidget(self._full)
        self.plot.set_lines(tuple(self._lines(table)))
        drawn = np.concatenate([table.A, table.B.ravel(), table.C])
        drawn = drawn[np.abs(drawn) <= FAR]
        low, high = (float(drawn.min()), float(drawn.max())) if len(drawn) else (0.0, 1.0)
        self.plot.set_range((1, max(2, table.nfe)), (min(low, 0.0), max(high, 1.0)))
        what = math_html(f"{table.solver}: x_{{i+1}} = A_i x + Σ_j B_{{ij}} m_{{i−j}} + C_i z")
        self._what.setText(what)
        for part in (self._what, self.plot):
            part.setToolTip(f"{what}<br>{escape(self._for_whom.text())}" if imagined else what)
        self._table, self._prediction_type = table, prediction_type
        self._show_chosen()

    def show_nothing(self, why: str) -> None:
        """Say why there is no table."""
        self.computing.cancel()
        self._nothing.setText(why)
        self._pages.setCurrentWidget(self._nothing)

    def minimumSizeHint(self) -> QSize:
        """As low as both switches, or a map whose scale is read."""
        return QSize(super().minimumSizeHint().width(), grown(LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the switches over the plot and the map where there is the height for it."""
        super().resizeEvent(event)
        roomy = self.height() >= grown(ROOMY)
        if roomy != self._roomy:
            self._roomy = roomy
            self._place_switches()
            self._show_parts()

    def _show_parts(self) -> None:
        """Show what is wanted and has room."""
        error = self._showing == ERROR
        self._what.setVisible(self._roomy)
        self._legend.setVisible(self._roomy)
        self._for_whom.setVisible(self._roomy and self._imagined)
        self.plot.setVisible(self._roomy or not error)
        self.heat_map.setVisible(not error)
        self._error.setVisible(error)

    def _show_chosen(self) -> None:
        self._show_parts()
        self._legend.set_html("", settle=True)
        self.computing.cancel()
        if self._showing != ERROR:
            self._show_weights()

    def _show_weights(self) -> None:
        table = self._table
        predicted = self._prediction_type if self._showing == OUTPUT else None
        work = partial(influence_of, table, predicted, MOST_CALLS)
        self.computing.do(work, partial(self._take, table.nfe), beside=table.nfe > FEW_CALLS)
        if self.computing.under_way:
            self.heat_map.show_computing()
        said = KEPT[table.space] if predicted is None else Parametrisation.parse(predicted).symbol
        text = self.tr("Row n: x after call n (last: the picture). Column i: the weight of call i's {said} in it.")
        self._legend.set_html(math_html(text.format(said=said)), settle=True)

    def _take(self, calls: int, weights: Array | None) -> None:
        if weights is None:
            self.heat_map.show_failure()
        else:
            self.heat_map.set_weights(weights, calls)

    @Slot(str)
    def choose(self, what: str) -> None:
        """Show the weights of estimates or of outputs, or the predicted error."""
        self._showing = what
        self.shown.show_value(what)
        self._show_chosen()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)
        self.heat_map.set_theme(tokens)

    def _lines(self, table: SolverTable) -> Iterator[PlotLine]:
        calls = np.arange(1.0, table.nfe + 1)
        kept = _plain(KEPT[table.space])
        yield PlotLine("A", calls, table.A, "text", about=self.tr("A: the weight of x itself"))
        for back in range(table.history):
            name, dash = _named(back, table.history), DASHES[back % len(DASHES)]
            about = self.tr("B{back}: the weight of the {kept} from {back} network calls earlier")
            about = about.format(back=back, kept=kept)
            yield PlotLine(name, calls, table.B[:, back], "accent", dash, about=about)
        yield PlotLine("C", calls, table.C, "warning", about=self.tr("C: the weight of fresh noise z"))

    def _lay_out(self) -> None:
        self._full = QWidget()
        row = QHBoxLayout(self._full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for part in (self.plot, self._error):
            part.setMinimumHeight(1)  # What they ask for, they need only where there is room.
        legend = self._over_map
        legend.addWidget(self._legend, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(2)
        right.setSpacing(2)
        head = self._over_plot
        head.addWidget(self._what, 1)
        left.addLayout(head)
        left.addWidget(self._for_whom)
        left.addWidget(self.plot, 1)
        right.addLayout(legend)
        right.addWidget(self.heat_map, 1)
        right.addWidget(self._error, 1)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        row.addLayout(self._aside)
        self._aside.setSpacing(4)
        self._aside.addStretch(1)
        self._place_switches()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._full)
        self._pages.addWidget(self._nothing)

    def _place_switches(self) -> None:
        """Put the switches over what they change, or beside it."""
        for number, (switch, over) in enumerate(((self.network, self._over_plot), (self.shown, self._over_map))):
            if self._roomy:
                over.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
            else:
                self._aside.insertWidget(number, switch, 0, Qt.AlignmentFlag.AlignLeft)


def _named(back: int, history: int) -> str:
    """The name of a B in the legend, which has no room for twelve: from the fourth on they share one."""
    if back < NAMED or history == NAMED + 1:
        return f"B<sub>{back}</sub>"
    return f"B<sub>{NAMED}…{history - 1}</sub>" if back == NAMED else ""


def _plain(symbol: str) -> str:
    return symbol.replace("x_0", "x₀")
