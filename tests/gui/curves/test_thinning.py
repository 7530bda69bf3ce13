from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.gui.curves.thinning import MOST_POINTS, TOLERANCE, extremes, thinned


@pytest.mark.parametrize("kind", ["linear", "cosine", "jsd", "laplace", "warmup10"])
def test_the_thinned_line_stays_on_the_curve_and_is_much_shorter(kind: str) -> None:
    coefficients = Schedule(kind, 1000).coefficients
    lengths = []
    for name in CURVES:
        y = coefficients[name][np.isfinite(coefficients[name])]
        x = np.arange(1.0, len(y) + 1)
        pixel = max(float(np.ptp(y)), 1e-12) / 300
        kept_x, kept_y = thinned(x, y, pixel)
        assert (kept_x[0], kept_x[-1]) == (x[0], x[-1])
        assert np.abs(np.interp(x, kept_x, kept_y) - y).max() <= TOLERANCE * pixel * (1 + 1e-6)
        lengths.append(len(kept_x))
    assert np.median(lengths) < 250


def test_a_short_curve_is_left_alone() -> None:
    x = np.arange(1.0, 31)
    assert thinned(x, x**2, 0.1)[1] is not None
    np.testing.assert_array_equal(thinned(x, x**2, 1e-9)[1], x**2)


def test_a_very_long_rough_curve_keeps_its_peaks() -> None:
    y = np.random.default_rng(0).standard_normal(100_000)
    y[54_321] = 50.0
    x, peaks = extremes(np.arange(100_000.0), y, MOST_POINTS)
    assert len(x) <= MOST_POINTS + 2
    assert (x[0], x[-1]) == (0, 99_999)
    assert peaks.max() == 50.0
    assert peaks.min() == y.min()
    assert x[peaks.argmax()] == 54_321
