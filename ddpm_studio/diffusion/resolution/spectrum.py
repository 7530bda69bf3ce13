"""Spectrum: the power of a picture at each fineness of detail, and the finest detail that noise leaves visible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.interruption import check

LEAST_SIDE = 4
"""Pixels of the longer side from which on a picture has details: two pixels are the finest."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The radial power spectrum of a picture whose longer side has `side` pixels.

    `powers[f]` is the mean power at f cycles along that side, of all directions and channels, and `counts[f]` the
    number of frequencies that it is the mean of; both reach into the corners, beyond the finest waves of 2 pixels. The
    unit is that of white noise: noise of variance v has the power v at every frequency.
    """

    side: int
    powers: Array
    counts: Array

    @classmethod
    def of(cls, pixels: NDArray[np.floating]) -> Spectrum:
        """The spectrum of a picture (H, W, C): of each channel less its mean, faded out at the edges by a Hann window.

        Without the window, the step from one edge to the other would pass for detail. Its mean square is 1, so that
        powers stay what they are (Welch 1967).

        >>> noise = np.random.default_rng(0).normal(0, 0.5, (64, 64, 1))
        >>> round(float(Spectrum.of(noise).powers[8:32].mean()), 2)
        0.25
        """
        height, width, channels = pixels.shape
        side = max(height, width)
        window = np.outer(_hann(height), _hann(width))
        rings, weights = _rings(height, width, side)
        counts = np.bincount(rings, weights)
        total = np.zeros(len(counts))
        for channel in range(channels):
            check()
            total += np.bincount(rings, weights * _powers(pixels[..., channel].astype(np.float64), window))
        return cls(side, total / np.maximum(counts, 1) / channels, counts.astype(np.float64))

    @cached_property
    def cycles(self) -> Array:
        """1 … side/2 cycles: what a picture can show in every direction."""
        return np.arange(1.0, self.side // 2 + 1)

    @cached_property
    def seen(self) -> Array:
        """The powers at `cycles`."""
        return self.powers[1 : self.side // 2 + 1]

    def finest(self, weights: tuple[float, float]) -> float:
        """The finest detail, in cycles, whose power is no less than that of the noise; 0 if there is none.

        `weights` are √ᾱ and √(1−ᾱ): ᾱ·P(f) is held against 1−ᾱ, the power of the noise at every f, and the crossing is
        looked for on a straight line of the logarithms.
        """
        signal, noise = weights
        above = np.flatnonzero(signal**2 * self.seen >= noise**2)
        if not len(above):
            return 0.0
        last = int(above[-1])
        if last + 1 == len(self.seen):
            return float(self.cycles[last])
        return self._crossing(last, (noise / signal) ** 2)

    def finest_pixels(self, weights: tuple[float, float]) -> float:
        """The length of one wave of that detail, in pixels, 2 or more; infinite if there is none."""
        cycles = self.finest(weights)
        return self.side / cycles if cycles else math.inf

    def _crossing(self, last: int, floor: float) -> float:
        """Where the power falls to `floor`, between the frequency at the place `last` and the next."""
        upper, lower = np.log(np.maximum(self.seen[last : last + 2], np.finfo(float).tiny))
        first, second = np.log(self.cycles[last : last + 2])
        share = (upper - math.log(floor)) / (upper - lower)
        return float(np.exp(first + share * (second - first)))


def _hann(length: int) -> Array:
    """A window over so many pixels that is 0 at both edges, with a mean square of 1."""
    window = np.sin(np.pi * (np.arange(length) + 0.5) / length) ** 2
    return np.asarray(window / math.sqrt(float(np.mean(window**2))))


def _powers(values: Array, window: Array) -> Array:
    """|DFT|²/(HW) of a channel at the frequencies of rfft2, in one row; its mean by the window is taken off."""
    centred = (values - np.sum(values * window) / np.sum(window)) * window
    return np.asarray(np.abs(np.fft.rfft2(centred)).ravel() ** 2 / values.size)


def _rings(height: int, width: int, side: int) -> tuple[NDArray[np.int64], Array]:
    """The whole number of cycles along `side` of each frequency of rfft2, and how many of the DFT it stands for."""
    columns = np.fft.rfftfreq(width)
    radius = np.hypot(np.fft.fftfreq(height)[:, None], columns)
    twice = np.where((columns == 0) | (columns == 0.5), 1.0, 2.0)
    return np.rint(radius * side).astype(np.int64).ravel(), np.broadcast_to(twice, radius.shape).ravel()
