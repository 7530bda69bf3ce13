"""Watching a run: x_t and the estimate x̂0 side by side, and what is measured of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ddpm_studio.gui.sampling.seen import Seen
from ddpm_studio.gui.sampling.statistics import Statistics
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.widgets.frame_grid import FrameGrid
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.worker.jobs import Measures


class Watch(QWidget):
    """Shows one row of a run. A click enlarges a picture in both grids, another brings all back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.x_grid, self.x0_grid, self.statistics = FrameGrid(), FrameGrid(), Statistics()
        self._x_title, self._x0_title = QLabel(), QLabel()
        self._enlarged: int | None = None
        self._estimate = math_html(self.tr("x_0 estimated"))
        tip = self.tr("Click a picture to enlarge it, again to see all")
        for grid, name in ((self.x_grid, self.tr("x_t")), (self.x0_grid, self.tr("Estimate of the pictures"))):
            grid.setAccessibleName(name)
            grid.setToolTip(tip)
            grid.clicked.connect(self._toggle)
        self._lay_out()

    def show_seen(self, seen: Seen, own_range: bool) -> None:
        """Show the moment of a run, in each picture's own range or in −1 … 1."""
        frame, measures = seen.frame, seen.frame.measures
        self.x_grid.set_pictures(frame.x.own() if own_range else frame.x.fixed())
        self.x0_grid.set_pictures(frame.x0.own() if own_range else frame.x0.fixed())
        moment = self.tr("after t = {t}, ᾱ {alpha}").format(
            t=f"{measures.timestep + 1:.4g}", alpha=f"{measures.alphas_cumprod:.2f}"
        )
        extremes = self.tr("{low} … {high}").format(low=f"{measures.low:.2f}", high=f"{measures.high:.2f}")
        self._x_title.setText(f"{math_html('x_t')} &nbsp;{moment.replace('-', '−')}")
        self._x0_title.setText(f"{self._estimate} &nbsp;{self._about_split(measures)}")
        self._x_title.setToolTip(self.tr("x runs from {extremes}").format(extremes=extremes.replace("-", "−")))
        mean = float(frame.x0.fixed().mean()) / 127.5 - 1
        self.statistics.show_measures(seen.alphas_cumprod, seen.measures, mean)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.statistics.set_theme(tokens)
        for title in (self._x_title, self._x0_title):
            title.setFont(number_font(self.font()))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for title, grid in ((self._x_title, self.x_grid), (self._x0_title, self.x0_grid)):
            column = QVBoxLayout()
            column.setSpacing(2)
            title.setTextFormat(Qt.TextFormat.RichText)
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            column.addWidget(title)
            column.addWidget(grid, 1)
            row.addLayout(column, 1)
        row.addWidget(self.statistics, 1)

    def _about_split(self, measures: Measures) -> str:
        at_once = measures.pictures_at_once
        if at_once is None:
            return ""
        return self.tr("memory holds {count} at a time").format(count=at_once)

    @Slot(int)
    def _toggle(self, number: int) -> None:
        self._enlarged = number if self._enlarged is None else None
        for grid in (self.x_grid, self.x0_grid):
            grid.enlarge(self._enlarged)
