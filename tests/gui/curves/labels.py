"""Labels of ticks, read back as numbers, and what holds of the ticks of every plot."""

from __future__ import annotations

import math

import pytest

from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_frame import TICK_HEIGHT

SIGNS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def read(label: str) -> float:
    """The number that a tick label says."""
    plain = label.translate(SIGNS)
    return 10.0 ** int(plain[2:]) if label[2:3] in tuple("⁻⁰¹²³⁴⁵⁶⁷⁸⁹") else float(plain)


def check_ticks(plot: CurvePlot) -> None:
    """Both axes have ticks, inside what is in view, each at the place of the number that it says."""
    time = SCALES[plot._scale].position
    height = math.log10 if plot._log else float
    for side, (low, high), position in zip(("bottom", "left"), plot.vb.viewRange(), (time, height), strict=True):
        (ticks,) = plot.getAxis(side)._tickLevels
        slack = 1e-6 * (high - low)
        assert len(ticks) >= (2 if plot.vb.height() > 3 * TICK_HEIGHT else 1), (plot.curve.name, side, low, high)
        assert len({label for _, label in ticks}) == len(ticks), ticks
        for place, label in ticks:
            assert low - slack <= place <= high + slack
            rounded = 1e-3 if position in (math.log10, SCALES["sigma"].position) else slack
            said = position(read(label))
            assert said == pytest.approx(place, rel=1e-9, abs=rounded), (plot.curve.name, side, label)
