"""Statistics of x during sampling: measured mean and standard deviation against the schedule's prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ddpm_studio.diffusion.forward import predicted_std
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.state.run import Measures
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine

REACH = (-1.0, 1.2)
"""The range of the y axis as long as nothing exceeds it."""


class Statistics(QWidget):
    """Dots for measured values, one per network call, over lines predicted for pictures like the last x̂0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = LinePlot(self.tr("Mean and standard deviation of x_t"), self.tr("per call"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)

    def show_measures(self, alphas_cumprod: Array, measures: Sequence[Measures]) -> None:
        """Show what was measured; `alphas_cumprod` (R,) is ᾱ after every call of the run, including those to come."""
        calls = np.arange(1.0, len(alphas_cumprod) + 1)
        done = calls[: len(measures)]
        newest = measures[-1]
        mean, std = np.sqrt(alphas_cumprod) * newest.x0_mean, predicted_std(alphas_cumprod, newest.x0_std)
        means, stds = np.array([m.mean for m in measures]), np.array([m.std for m in measures])
        self.plot.set_lines(
            (
                PlotLine(self.tr("std"), done, stds, "accent", dots=True, about=self._about()),
                PlotLine(self.tr("mean"), done, means, "warning", dots=True),
                PlotLine(self.tr("predicted"), calls, std, "muted"),
                PlotLine("", calls, mean, "muted", Qt.PenStyle.DashLine),
            )
        )
        everything = np.concatenate([means, stds, mean, std])
        self.plot.set_range((1, max(2, len(calls))), _around(everything[np.isfinite(everything)]))

    def _about(self) -> str:
        return self.tr(
            "Dots: x_t as measured over all pictures, one per network call. Lines: √(ᾱ s² + 1−ᾱ) and √ᾱ m, dashed,\n"
            "for pictures with mean m and standard deviation s of the newest estimate x̂0."
        )


def _around(values: Array) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    return REACH[0] if low >= REACH[0] else _rounded(low), REACH[1] if high <= REACH[1] else _rounded(high)


def _rounded(value: float) -> float:
    """Rounded away from zero to one significant digit, so that the axis seldom moves."""
    if value == 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(abs(value)))
    return math.copysign(math.ceil(abs(value) / unit - 1e-9) * unit, value)
