from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.figures.thinning import (
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


@given(st.integers(1, 3000), st.integers(0, 2**32 - 1), st.floats(-9, 1))
def test_the_thinned_line_stays_on_any_curve_of_any_length(T: int, seed: int, bend: float) -> None:
    """One that is straight here and bent there, so that stretches are taken together in every way."""
    rng = np.random.default_rng(seed)
    bends = 10**bend * rng.choice([0.0, 1e-3, 1.0], size=T // 100 + 1).repeat(100)[:T] * rng.uniform(-1, 1, T)
    y = bends.cumsum().cumsum()
    places = Thinning(np.arange(float(T)), y).places((1.0, 1.0))
    assert (places[0], places[-1]) == (0, T - 1)
    assert (np.diff(places) > 0).all()
    assert np.abs(np.interp(np.arange(T), places, y[places]) - y).max() <= TOLERANCE * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize("name", ["betas", "alphas_cumprod", "sqrt_alphas_cumprod", "log_snr", "snr_db"])
@pytest.mark.parametrize("kind", ["linear_rescaled", "cosine", "sigmoid"])
def test_a_line_needs_as_few_points_of_a_long_schedule_as_of_a_short_one(kind: str, name: str) -> None:
    def count(T: int) -> int:
        y = Schedule(kind, T).coefficients[name][: T - T // 100]  # At its end cosine has a pole.
        pixels = T / 1000, float(np.ptp(y)) / 400
        return len(Thinning(np.arange(1.0, len(y) + 1), y).places(pixels))

    assert count(100_000) <= count(1000) + LONGEST


def test_a_straight_line_has_two_ends() -> None:
    for T in (2, 33, 1000, 99_999):
        x = np.arange(float(T))
        assert Thinning(x, 3 * x).places((1.0, 1.0)).tolist() == [0, T - 1]


def test_what_is_known_of_the_same_x_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    x, other, y = np.arange(1000.0), np.arange(1000.0) ** 1.1, np.sin(np.arange(1000.0) / 50)
    before = Thinning(x, y)
    found = {id(of): Thinning(of, -y).places((1.0, 0.01)) for of in (x, other)}
    gone_through: list[int] = []
    monkeypatch.setattr(Thinning, "_largest_bends", _counted(gone_through, Thinning._largest_bends))
    for of, times in ((x, 1), (other, 2)):
        assert Thinning(of, -y, before).places((1.0, 0.01)).tolist() == found[id(of)].tolist()
        assert len(gone_through) == times
        gone_through.clear()


def _counted(calls: list[int], function: Callable[[Thinning, Array], Array]) -> Callable[[Thinning, Array], Array]:
    def counted(self: Thinning, values: Array) -> Array:
        calls.append(len(values))
        return function(self, values)

    return counted


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
