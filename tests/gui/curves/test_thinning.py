from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.thinning import (
    LONGEST,
    MOST_POINTS,
    SHORTEST,
    TOLERANCE,
    Thinning,
    extremes,
    stretch_length,
)


@pytest.mark.parametrize("T", [1000, 100_000])
@pytest.mark.parametrize("kind", ["linear", "cosine", "jsd", "laplace", "warmup10"])
def test_the_thinned_line_stays_on_the_curve_and_is_much_shorter(kind: str, T: int) -> None:
    coefficients = Schedule(kind, T).coefficients
    lengths = []
    for name in CURVES:
        y = coefficients[name][np.isfinite(coefficients[name])]
        x = np.arange(1.0, len(y) + 1)
        thinning = Thinning(x, y)
        for height in (300, 900):
            pixel = max(float(np.ptp(y)), 1e-12) / height
            places = thinning.places((len(x) / 1000, pixel))
            assert (places[0], places[-1]) == (0, len(y) - 1)
            assert np.abs(np.interp(x, x[places], y[places]) - y).max() <= TOLERANCE * pixel * (1 + 1e-6)
        lengths.append(len(places))
    assert np.median(lengths) < 1000


@pytest.mark.parametrize("kind", ["linear", "cosine", "laplace", "vp"])
@pytest.mark.parametrize("scale", ["log_snr", "sigma"])
def test_a_line_over_steps_that_lie_unevenly_stays_on_the_curve(kind: str, scale: str) -> None:
    schedule = Schedule(kind, 1000)
    x = SCALES[scale].positions(schedule)[1:]
    for name in ("betas", "sqrt_alphas_cumprod", "posterior_variance"):
        y = schedule.coefficients[name]
        kept = np.isfinite(x) & np.isfinite(y)
        pixel = float(np.ptp(x[kept])) / 800, float(np.ptp(y[kept])) / 300
        places = Thinning(x[kept], y[kept]).places(pixel)
        off = np.interp(x[kept], x[kept][places], y[kept][places]) - y[kept]
        slope = np.abs(np.gradient(y[kept], x[kept])) * pixel[0] / pixel[1]
        assert (np.abs(off) / pixel[1] <= TOLERANCE * np.hypot(1, slope) + 1e-6).all()


def test_a_short_curve_is_left_alone() -> None:
    assert Thinning(np.arange(30.0), np.arange(1.0, 31) ** 2).places((1.0, 0.1)).tolist() == list(range(30))
    assert Thinning(np.array([1.0]), np.array([1.0])).places((1.0, 0.1)).tolist() == [0]


def test_only_a_long_curve_has_long_stretches() -> None:
    assert [stretch_length(T) for T in (1, 1000, 100_000, 10**7)] == [SHORTEST, SHORTEST, LONGEST, LONGEST]


def test_a_very_long_rough_curve_keeps_its_peaks() -> None:
    y = np.random.default_rng(0).standard_normal(100_000)
    y[54_321] = 50.0
    x, peaks = extremes(np.arange(100_000.0), y, MOST_POINTS)
    assert len(x) <= MOST_POINTS + 2
    assert (x[0], x[-1]) == (0, 99_999)
    assert peaks.max() == 50.0
    assert peaks.min() == y.min()
    assert x[peaks.argmax()] == 54_321
