"""Watch page: x_t and the estimate x̂0 side by side, and the statistics measured of them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QWidget

from ddpm_studio.gui.explaining.explanations import symbol_tip
from ddpm_studio.gui.sampling.pages.seen import Seen
from ddpm_studio.gui.sampling.pages.shown_range import ShownRange, x0_in, x_in
from ddpm_studio.gui.sampling.pages.statistics import Statistics
from ddpm_studio.gui.state.run import Measures, RunFrame
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.pictures.enlarging import Enlarging
from ddpm_studio.gui.widgets.pictures.sample_grid import SampleGrid
from ddpm_studio.gui.widgets.pictures.sample_offers import SampleOffers
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.numerals import numeral

LEAST, ROOMY = 32, 60
"""Height of the page, in pixels: at least, and from which on heads over the pictures and a plot have room."""

BETWEEN = 2
"""Pixels between a head and its pictures, and half of those where it is beside them."""

ASIDE, OVER = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class WatchPage(QWidget):
    """Shows one sampler of a run. A click enlarges a picture in both grids, another brings all back.

    Where there is hardly any height the pictures have all of it, with their names beside them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.x_grid, self.x0_grid, self.statistics = SampleGrid(), SampleGrid(), Statistics()
        self._x_title, self._x0_title = QLabel(math_html("x_t")), QLabel(math_html(self.tr("x_0 estimated")))
        self._about_x, self._about_x0 = ElidedLabel(), ElidedLabel()
        self._columns = QBoxLayout(OVER), QBoxLayout(OVER)
        self._x_title.setToolTip(symbol_tip("x_t"))
        self._x0_title.setToolTip(symbol_tip("x̂_0"))
        tip = self.tr("Click a picture to enlarge it; click again to see all")
        for grid, name in ((self.x_grid, self.tr("x_t")), (self.x0_grid, self.tr("Estimate of the pictures"))):
            grid.setAccessibleName(name)
            grid.setToolTip(tip)
        self.enlarging = Enlarging((self.x_grid, self.x0_grid), self)
        self.offers = SampleOffers((self.x_grid, self.x0_grid), self.enlarging, self)
        self._lay_out()

    def show_seen(self, seen: Seen, shown: ShownRange, row: int | None = None) -> None:
        """Show a moment of a run in this range; `row` is its number among several."""
        frame, measures = seen.frame, seen.frame.measures
        self.x_grid.set_pictures(x_in(shown, frame))
        self.x0_grid.set_pictures(x0_in(shown, frame))
        moment = self.tr("after t = {t}, ᾱ {alpha}").format(
            t=numeral(measures.timestep + 1), alpha=numeral(measures.alphas_cumprod)
        )
        extremes = self.tr("{low} … {high}").format(low=numeral(measures.low), high=numeral(measures.high))
        self._about_x.say(moment)
        said = [*self._about_latents(seen.frame, shown), *self._about_row(row, measures)]
        self._about_x0.say(" · ".join(said))
        self._about_x.setToolTip(self.tr("x ranges over {extremes}").format(extremes=extremes))
        self.statistics.show_measures(seen.alphas_cumprod, seen.measures)

    def minimumSizeHint(self) -> QSize:
        """As low as pictures that are recognised."""
        return QSize(super().minimumSizeHint().width(), LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have heads over the pictures, and the plot beside them, where there is the height for it."""
        super().resizeEvent(event)
        roomy = self.height() >= grown(ROOMY)
        for column in self._columns:
            column.setDirection(OVER if roomy else ASIDE)
            column.setSpacing(BETWEEN if roomy else 2 * BETWEEN)
        for part in (self._about_x, self._about_x0, self.statistics):
            part.setVisible(roomy)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.statistics.set_theme(tokens)
        for about in (self._about_x, self._about_x0):
            about.setFont(number_font(self.font()))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        # A plot that is low is still read; the page asks for the height of its pictures alone.
        self.statistics.plot.setMinimumHeight(0)
        heads = (self._x_title, self._about_x), (self._x0_title, self._about_x0)
        for column, head, grid in zip(self._columns, heads, (self.x_grid, self.x0_grid), strict=True):
            self._fill(column, *head, grid)
            row.addLayout(column, 1)
        row.addWidget(self.statistics, 1)

    def _fill(self, column: QBoxLayout, title: QLabel, about: ElidedLabel, grid: SampleGrid) -> None:
        title.setTextFormat(Qt.TextFormat.RichText)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(about, 1)
        column.setSpacing(BETWEEN)
        column.addLayout(head)
        column.addWidget(grid, 1)

    def _about_latents(self, frame: RunFrame, shown: ShownRange) -> Iterator[str]:
        if frame.latents is not None and shown is ShownRange.CHANNELS:
            yield self.tr("channels of the latents")
        elif frame.previewed:
            yield self.tr("previews of latents")
        elif frame.latents is not None:
            yield self.tr("decoded")

    def _about_row(self, row: int | None, measures: Measures) -> Iterator[str]:
        if row is not None:
            yield self.tr("row {row}").format(row=row)
        if measures.pictures_at_once is not None:
            yield self.tr("memory holds {count} at a time").format(count=measures.pictures_at_once)
