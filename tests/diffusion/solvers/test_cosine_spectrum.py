"""Spectra of pictures against SciPy's transform, and what solvers make of them against pictures that were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dctn, idctn

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.cosine_spectrum import LEAST_VARIANCE, spectrum_of
from ddpm_studio.diffusion.solvers.gaussian_data import predicted_error
from ddpm_studio.diffusion.table import walk

LINEAR = Schedule("linear", 1000)
RANDOM = np.random.default_rng(7)


def test_variances_are_those_of_the_cosine_transform() -> None:
    pictures = RANDOM.uniform(-1, 1, (3, 12, 12, 2))
    power = (dctn(pictures, axes=(1, 2), norm="ortho") ** 2).mean(axis=(0, 3))
    found = spectrum_of(pictures, 12, 12)
    assert found.number @ found.variance == pytest.approx(power.sum() - power[0, 0], rel=1e-12)
    ring = np.hypot(*np.indices((12, 12))).round()
    for fineness, variance, count in zip(found.fineness, found.variance, found.number, strict=True):
        here = ring == round(fineness * 12)
        assert (variance, count) == (pytest.approx(power[here].mean(), rel=1e-12), here.sum())
    assert found.mean == pytest.approx(np.sqrt((pictures.mean((1, 2)) ** 2).mean()), rel=1e-12)


def test_a_larger_picture_is_averaged_over_blocks() -> None:
    large = RANDOM.uniform(-1, 1, (2, 50, 64, 3))
    blocks = large[:, :48, 7:55].reshape(2, 16, 3, 16, 3, 3).mean((2, 4))
    for one, other in zip(spectrum_of(large, 16, 16), spectrum_of(blocks, 16, 16), strict=True):
        np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=1e-12)


def test_a_wave_keeps_its_contrast_at_another_size() -> None:
    """Of amplitude a it has the variance a²/2 in each pixel, all of it in one ring."""
    places = (np.arange(40) + 0.5) / 40
    wave = np.broadcast_to(0.6 * np.cos(np.pi * 5 * places)[:, None], (40, 40))[None, :, :, None]
    for side in (24, 32, 40):
        found = spectrum_of(wave, side, side)
        at = int(np.argmax(found.variance * found.number))
        assert found.fineness[at] * side == pytest.approx(5)
        rest = LEAST_VARIANCE * found.number[at]
        assert found.variance[at] * found.number[at] / side**2 == pytest.approx(0.18, abs=rest)


@pytest.mark.parametrize(
    ("size", "asked"), [((40, 20), (16, 16)), ((20, 50), (32, 64)), ((5, 5), (32, 32)), ((1, 9), (8, 8))]
)
def test_any_picture_goes_with_any_network(size: tuple[int, int], asked: tuple[int, int]) -> None:
    found = spectrum_of(RANDOM.uniform(-1, 1, (1, *size, 3)).astype(np.float32), *asked)
    assert (found.variance >= LEAST_VARIANCE).all()
    assert len(found.fineness) == len(found.variance) == len(found.number)


def test_a_flat_picture_has_a_mean_and_hardly_anything_else() -> None:
    found = spectrum_of(np.full((1, 16, 16, 3), -0.5), 16, 16)
    assert found.mean == pytest.approx(0.5)
    assert (found.variance == LEAST_VARIANCE).all()


@pytest.mark.parametrize(("solver", "count"), [("ddim", 10), ("dpm-solver++", 10), ("unipc", 6), ("ddpm", 20)])
def test_the_prediction_is_what_comes_of_drawing(solver: str, count: int) -> None:
    """Pictures that a solver draws with the best network of the Gaussian, picture by picture in torch-free code."""
    side, pictures = 16, 400
    original = np.cumsum(np.cumsum(RANDOM.standard_normal((1, side, side, 1)), 1), 2)
    original *= 0.4 / original.std()
    spectrum = spectrum_of(original, side, side)
    variances = np.full((side, side), spectrum.variance[0])
    ring = np.hypot(*np.indices((side, side))).round().astype(int)
    for fineness, variance in zip(spectrum.fineness, spectrum.variance, strict=True):
        variances[ring == round(fineness * side)] = variance
    table = solver_table(solver, Steps.from_spacing(LINEAR, count))
    levels = dict(zip(table.timestep.tolist(), table.log_snr.tolist(), strict=True))

    def network(x: Array, timestep: float) -> Array:
        ratio = np.exp(levels[timestep])
        a, s = np.sqrt(ratio / (1 + ratio)), np.sqrt(1 / (1 + ratio))
        coefficients = dctn(x, axes=(1, 2), norm="ortho")
        best: Array = idctn(a * variances / (a * a * variances + s * s) * coefficients, axes=(1, 2), norm="ortho")
        return best

    noise = RANDOM.standard_normal((pictures, side, side))
    *_, drawn = walk(table, network, noise, lambda row: RANDOM.standard_normal(noise.shape), "sample")
    predicted = predicted_error(table, spectrum)
    power = (dctn(drawn, axes=(1, 2), norm="ortho") ** 2).mean(axis=0)
    for low, high, contrast in ((0, 4, 0), (4, 8, 1), (8, 99, 2)):
        band = (ring > low) & (ring <= high)
        ratio = np.sqrt(power[band].sum() / variances[band].sum())
        assert predicted.contrast[contrast] == pytest.approx(ratio, rel=0.03)
    ratios = power[ring > 0] / variances[ring > 0]
    assert predicted.kl == pytest.approx((0.5 * (ratios - 1 - np.log(ratios))).mean(), rel=0.1, abs=4e-3)


def test_more_steps_come_closer() -> None:
    spectrum = spectrum_of(np.cumsum(RANDOM.standard_normal((1, 32, 32, 1)), 1) / 10, 32, 32)
    found = [
        predicted_error(solver_table("ddim", Steps.from_spacing(LINEAR, n)), spectrum).kl for n in (5, 20, 80, 320)
    ]
    assert found == sorted(found, reverse=True)
