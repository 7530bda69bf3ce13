"""x_t from x_0: the weights, the same moment under another T, the noise, and the sum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import Float, draw_noise, noised, predicted_std, same_moment, weights_at
from ddpm_studio.errors import ScheduleError


def test_weights_of_the_clean_picture_and_of_the_last_step() -> None:
    schedule = Schedule("linear")
    assert weights_at(schedule, 0) == (1, 0)
    signal, noise = weights_at(schedule, 300)
    assert (round(signal, 4), round(noise, 4)) == (0.2192, 0.9757)
    assert weights_at(schedule, 1) == pytest.approx((math.sqrt(1 - 1e-4), 0.01), rel=1e-12)
    assert weights_at(schedule.replace(zero_snr=1), 300) == (0, 1)


@pytest.mark.parametrize("t", [-1, 301])
def test_steps_outside_the_schedule_are_refused(t: int) -> None:
    with pytest.raises(ScheduleError, match=rf"t is {t}; linear:T=300 has the steps 0 to 300"):
        weights_at(Schedule("linear"), t)


@given(st.integers(1, 3000), st.integers(1, 3000), st.data())
def test_the_same_moment_is_the_nearest_step(T: int, other: int, data: st.DataObject) -> None:
    t = data.draw(st.integers(0, T))
    step = same_moment(t, T, other)
    assert 0 <= step <= other
    assert abs(step / other - t / T) <= 0.5 / other + 1e-12
    assert same_moment(0, T, other) == 0
    assert same_moment(T, T, other) == other
    assert same_moment(t, T, T) == t


def test_halves_are_rounded_up() -> None:
    assert [same_moment(t, 4, 2) for t in range(5)] == [0, 1, 1, 2, 2]


def test_noise_is_normal_and_the_same_for_a_seed() -> None:
    epsilon = draw_noise((256, 256, 3), seed=7)
    assert epsilon.dtype == np.float32
    assert np.array_equal(epsilon, draw_noise((256, 256, 3), seed=7))
    assert not np.array_equal(epsilon, draw_noise((256, 256, 3), seed=8))
    assert abs(float(epsilon.mean())) < 0.01
    assert float(epsilon.std()) == pytest.approx(1, abs=0.01)


def check_weighted_sum(x0: NDArray[Float], epsilon: NDArray[Float]) -> None:
    before = x0.copy(), epsilon.copy()
    x_t = noised(x0, epsilon, (0.25, 0.75))
    assert x_t.dtype == x0.dtype
    for value, clean, noise in zip(x_t.flat, x0.flat, epsilon.flat, strict=True):
        assert float(value) == pytest.approx(0.25 * float(clean) + 0.75 * float(noise), rel=1e-6, abs=1e-7)
    assert np.array_equal(before[0], x0)
    assert np.array_equal(before[1], epsilon)


def test_noised_is_the_weighted_sum_in_the_precision_of_the_picture() -> None:
    x0, epsilon = np.linspace(-1, 1, 24).reshape(2, 4, 3), draw_noise((2, 4, 3), seed=0)
    check_weighted_sum(x0, epsilon.astype(np.float64))
    check_weighted_sum(x0.astype(np.float32), epsilon)


def test_noised_fills_what_it_is_given() -> None:
    x0, epsilon = np.ones((2, 2), np.float32), np.full((2, 2), 2, np.float32)
    out = np.empty((2, 2), np.float32)
    assert noised(x0, epsilon, (0.5, 0.25), out) is out
    assert out.tolist() == [[1, 1], [1, 1]]


def test_clean_picture_stays_as_it_is_and_erased_picture_is_the_noise() -> None:
    schedule = Schedule("cosine", 10, {"zero_snr": 1})
    x0, epsilon = draw_noise((8,), seed=1), draw_noise((8,), seed=2)
    assert np.array_equal(noised(x0, epsilon, weights_at(schedule, 0)), x0)
    assert np.array_equal(noised(x0, epsilon, weights_at(schedule, 10)), epsilon)


def test_predicted_std_is_that_of_noised_pictures() -> None:
    schedule = Schedule("linear")
    x0, epsilon = 0.1 + 0.3 * draw_noise((200_000,), seed=1), draw_noise((200_000,), seed=2)
    for t in (1, 100, 300):
        measured = noised(x0, epsilon, weights_at(schedule, t)).std(dtype=float)
        alphas_cumprod = schedule.coefficients.alphas_cumprod[t - 1 : t]
        assert predicted_std(alphas_cumprod, 0.3) == pytest.approx(measured, rel=0.005)
    assert predicted_std(np.array([0.0, 1.0]), 0.3) == pytest.approx([1, 0.3])
