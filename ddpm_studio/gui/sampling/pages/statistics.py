"""The measured mean and standard deviation of x against what the schedule predicts, while it is sampled."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ddpm_studio.diffusion.forward import predicted_std
from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.gui.state.run import Measures
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine

REACH = (-1.0, 1.2)
"""What the y axis covers as long as nothing leaves it."""


class Statistics(QWidget):
    """Dots for what is measured, one a network call, over lines for what is predicted of pictures like the last x̂0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = LinePlot(self.tr("Mean and standard deviation of x_t"), self.tr("per call"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)

    def show_measures(self, alphas_cumprod: Array, measures: Sequence[Measures], x0_mean: float) -> None:
        """Show what was measured; `alphas_cumprod` (R,) are ᾱ after every call of the run, those to come included.

        `x0_mean` is the mean of the last estimate of the pictures.
        """
        calls = np.arange(1.0, len(alphas_cumprod) + 1)
        done = calls[: len(measures)]
        mean, std = np.sqrt(alphas_cumprod) * x0_mean, predicted_std(alphas_cumprod, measures[-1].x0_std)
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
            "Dots: x_t as measured over all pictures, one a network call. Lines: √(ᾱ s² + 1−ᾱ) and √ᾱ m, dashed,\n"
            "for pictures with the mean m and standard deviation s of the newest estimate x̂0."
        )


def _around(values: Array) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    return REACH[0] if low >= REACH[0] else _rounded(low), REACH[1] if high <= REACH[1] else _rounded(high)


def _rounded(value: float) -> float:
    """Away from zero to a number with one digit, so that the axis moves seldom."""
    if value == 0:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(abs(value)))
    return math.copysign(math.ceil(abs(value) / unit - 1e-9) * unit, value)
