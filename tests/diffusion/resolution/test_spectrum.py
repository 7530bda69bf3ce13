"""Spectra of pictures whose spectra are known, and the detail that noise leaves of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, weights_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.resolution.spectrum import Spectrum

SHAPES = [(64, 64, 3), (65, 64, 1), (64, 97, 3), (1, 64, 1), (64, 2, 3), (4, 4, 1)]


def wave(side: int, cycles: int, amplitude: float, phase: float = 0.3) -> Array:
    """A cosine along a picture's width, of so many cycles."""
    x = np.arange(side) / side
    return np.tile(amplitude * np.cos(2 * np.pi * cycles * x + phase), (side, 1))[..., None]


def natural(side: int, cycles: int, seed: int = 0) -> Array:
    """A periodic picture whose spectrum falls like that of a photograph, with nothing above so many cycles."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[-cycles : cycles + 1, -cycles : cycles + 1]
    radius = np.hypot(x, y)
    waves = (radius > 0) & (radius < cycles)
    spectrum = np.zeros((side, side), dtype=complex)
    drawn = generator.normal(size=(2, *radius.shape))
    spectrum[y % side, x % side] = (drawn[0] + 1j * drawn[1]) * waves / np.maximum(radius, 1)
    return np.asarray(np.fft.ifft2(spectrum).real[..., None] * side**2 * 0.05)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_mean_over_all_frequencies_is_the_mean_square_under_the_window(shape: tuple[int, ...]) -> None:
    """Parseval, with a window that is written here as it is in books."""
    pixels = np.random.default_rng(1).uniform(-1, 1, shape)
    windows = []
    for length in shape[:2]:
        hann = np.array([0.5 - 0.5 * math.cos(2 * math.pi * (i + 0.5) / length) for i in range(length)])
        windows.append(hann / math.sqrt(sum(hann**2) / length))
    window = windows[0][:, None, None] * windows[1][None, :, None]
    centred = pixels - (pixels * window).sum((0, 1)) / window.sum((0, 1))
    spectrum = Spectrum.of(pixels)
    assert spectrum.counts.sum() == shape[0] * shape[1]
    total = np.sum(spectrum.powers * spectrum.counts) / (shape[0] * shape[1])
    assert total == pytest.approx(np.mean((centred * window) ** 2), rel=1e-12)


@pytest.mark.parametrize("variance", [1.0, 0.04])
def test_white_noise_has_its_variance_at_every_frequency(variance: float) -> None:
    spectrum = Spectrum.of(draw_noise((512, 384, 3), seed=5) * math.sqrt(variance))
    bands = [spectrum.seen[low:high].mean() for low, high in ((8, 32), (32, 96), (96, 160), (160, 256))]
    np.testing.assert_allclose(bands, variance, rtol=0.05)


@pytest.mark.parametrize("cycles", [5, 20, 31])
def test_a_wave_has_all_its_power_around_its_frequency(cycles: int) -> None:
    spectrum = Spectrum.of(wave(64, cycles, amplitude=0.8))
    near = slice(cycles - 2, cycles + 3)
    assert int(spectrum.cycles[np.argmax(spectrum.seen * spectrum.counts[1:33])]) == cycles
    # The mean square of a cosine; a Hann window spreads each wave over three frequencies of each axis and no more.
    power = np.sum(spectrum.powers[near] * spectrum.counts[near]) / 64**2
    assert power == pytest.approx(0.8**2 / 2, rel=1e-12 if cycles < 31 else 0.2)
    far = np.delete(spectrum.seen, np.s_[cycles - 3 : cycles + 2])
    assert far.max() < 1e-20


def test_frequencies_are_counted_along_the_longer_side() -> None:
    tall = np.repeat(wave(64, 8, 1.0), 2, axis=0)
    spectrum = Spectrum.of(tall)
    assert spectrum.side == 128
    # 8 cycles in the 64 pixels of the width are 16 in 128: a wave of 8 pixels in either direction.
    assert int(spectrum.cycles[np.argmax(spectrum.seen * spectrum.counts[1:65])]) == 16


def test_a_constant_has_no_power_and_edges_do_not_leak() -> None:
    assert Spectrum.of(np.full((32, 32, 3), 0.7)).powers.max() < 1e-25
    ramp = np.tile(np.linspace(-1, 1, 256), (256, 1))[..., None]
    assert Spectrum.of(ramp).seen[64:].max() < 1e-8


def test_the_finest_detail_is_where_the_spectrum_crosses_the_noise() -> None:
    """Powers that fall as f⁻² cross a floor of v at √(p/v)."""
    cycles = np.arange(0.0, 65.0)
    powers = np.concatenate([[0.0], 9.0 / cycles[1:] ** 2])
    spectrum = Spectrum(128, powers, np.ones(65))
    for alpha_bar in (0.5, 0.05, 0.3, 0.999):
        noise = (1 - alpha_bar) / alpha_bar
        expected = min(math.sqrt(9.0 / noise), 64.0)
        found = spectrum.finest((math.sqrt(alpha_bar), math.sqrt(1 - alpha_bar)))
        assert found == pytest.approx(0.0 if expected < 1 else expected, rel=1e-12)
    assert spectrum.finest((1.0, 0.0)) == 64
    assert spectrum.finest_pixels((1.0, 0.0)) == 2
    assert spectrum.finest((0.0, 1.0)) == 0
    assert spectrum.finest_pixels((0.0, 1.0)) == math.inf


def test_less_and_less_survives() -> None:
    spectrum = Spectrum.of(natural(128, 60))
    for kind in ("linear", "cosine", "flow"):
        found = [spectrum.finest(weights_at(Schedule(kind, 100), t)) for t in range(101)]
        assert found[0] == 64
        assert found == sorted(found, reverse=True)
        assert found[50] > found[100]


def test_a_picture_of_twice_the_size_wants_a_shift_of_two() -> None:
    """The same picture with more pixels is seen through more noise: P is 4 times as large, and so is c = s²."""
    small, large = Spectrum.of(natural(128, 30)), Spectrum.of(natural(256, 30))
    # Not to more digits: the windows lie half a pixel apart.
    np.testing.assert_allclose(large.seen[2:28], 4 * small.seen[2:28], rtol=0.03)
    for t in (25, 40, 60):
        before = small.finest(weights_at(Schedule("flow", 100), t))
        after = large.finest(weights_at(Schedule("flow", 100, {"shift": 2.0}), t))
        assert 3 < before < 30
        assert after == pytest.approx(before, rel=0.02)
        assert large.finest(weights_at(Schedule("flow", 100), t)) > 1.2 * before


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 2, 1), (2, 3, 1), (3, 1, 1)])
def test_the_smallest_pictures_have_a_spectrum(shape: tuple[int, ...]) -> None:
    spectrum = Spectrum.of(np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32))
    assert np.isfinite(spectrum.powers).all()
    assert len(spectrum.seen) == len(spectrum.cycles) == max(shape[:2]) // 2
    assert spectrum.finest((1.0, 0.0)) == len(spectrum.cycles)
