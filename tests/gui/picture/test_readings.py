"""SNR and PSNR from sums equal those from pixels; histograms are densities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.gui.picture.readings import HISTOGRAM_BINS, Powers, ValueSample, schedule_snr_db

X0 = np.random.default_rng(1).uniform(-1, 1, (50, 70, 3)).astype(np.float32)
EPSILON = draw_noise(X0.shape, 5)
SCHEDULE = Schedule("cosine", 1000)


@pytest.mark.parametrize("t", [1, 40, 500, 999])
def test_closed_forms_equal_pixels(t: int) -> None:
    weights = weights_at(SCHEDULE, t)
    powers = Powers.of(X0, EPSILON)
    x_t = noised(X0.astype(np.float64), EPSILON.astype(np.float64), weights)
    mse = np.mean((x_t - X0) ** 2)
    assert powers.psnr_db(weights) == pytest.approx(20 * math.log10(2 / math.sqrt(mse)), abs=1e-4)
    signal, noise = np.mean((weights[0] * X0) ** 2), np.mean((x_t - weights[0] * X0) ** 2)
    assert powers.snr_db(weights) == pytest.approx(10 * math.log10(signal / noise), abs=1e-4)


def test_ends() -> None:
    powers = Powers.of(X0, EPSILON)
    assert powers.psnr_db((1.0, 0.0)) == powers.snr_db((1.0, 0.0)) == math.inf
    assert powers.snr_db((0.0, 1.0)) == -math.inf
    assert schedule_snr_db(SCHEDULE, 0) == math.inf
    zero = Schedule.parse("linear:T=10,zero_snr=1")
    assert schedule_snr_db(zero, 10) == -math.inf


def test_a_measured_snr_of_unit_variance_is_the_schedules() -> None:
    normal = draw_noise((200, 200, 3), 1)
    powers = Powers.of(normal, draw_noise(normal.shape, 2))
    assert powers.snr_db(weights_at(SCHEDULE, 400)) == pytest.approx(schedule_snr_db(SCHEDULE, 400), abs=0.1)


def test_the_histogram_of_pure_noise_is_the_normal_density() -> None:
    density = ValueSample(X0, draw_noise(X0.shape, 9)).density((0.0, 1.0))
    edges = np.linspace(-4, 4, HISTOGRAM_BINS + 1)
    normal = np.diff([0.5 * (1 + math.erf(edge / math.sqrt(2))) for edge in edges]) * HISTOGRAM_BINS / 8
    assert density.sum() * 8 / HISTOGRAM_BINS == pytest.approx(1, abs=1e-3)
    assert np.abs(density - normal).max() < 0.05
