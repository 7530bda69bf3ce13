"""Readings of a noised picture: SNR, PSNR and the histogram of its values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.diffusion.resolution.spectrum import Spectrum
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State

HISTOGRAM_RANGE = 4.0
"""Histograms run from −4 to 4; only 6 in 100 000 values of N(0, 1) lie outside."""

HISTOGRAM_BINS = 64
HISTOGRAM_VALUES = 1 << 14


_SPECTRA: WeakKeyDictionary[Picture, Spectrum] = WeakKeyDictionary()


def known_spectrum(picture: Picture) -> Spectrum | None:
    """The spectrum of a picture, if it has been computed."""
    return _SPECTRA.get(picture)


def keep_spectrum(picture: Picture, spectrum: Spectrum) -> None:
    """Keep what has been computed, as long as the picture is there."""
    _SPECTRA[picture] = spectrum


def finest_seen(state: State, entry: Entry) -> float | None:
    """The length in pixels of the finest waves that survive under a schedule, infinite if none do; None where a state
    shows no spectrum, or it is still being computed.
    """
    if state.picture is None or not state.spectrum:
        return None
    spectrum = known_spectrum(state.picture)
    return None if spectrum is None else spectrum.finest_pixels(weights_at(entry.schedule, state.t_of(entry)))


@dataclass(frozen=True)
class Powers:
    """Means over all values of a picture: x_0², x_0 ε and ε². With them SNR and PSNR at any t cost nothing."""

    signal: float
    cross: float
    noise: float

    @classmethod
    def of(cls, x0: NDArray[np.float32], epsilon: NDArray[np.float32]) -> Powers:
        """The powers of two arrays of the same shape."""
        return cls(*(float(np.mean(a * b, dtype=np.float64)) for a, b in ((x0, x0), (x0, epsilon), (epsilon, epsilon))))

    def snr_db(self, weights: Weights) -> float:
        """10 log10 of ᾱ ⟨x_0²⟩ over (1−ᾱ) ⟨ε²⟩; a schedule's own SNR assumes both means to be 1."""
        signal, noise = weights
        return _decibels(signal**2 * self.signal, noise**2 * self.noise)

    def psnr_db(self, weights: Weights) -> float:
        """Peak signal-to-noise ratio of x_t against x_0 before clipping: 10 log10 of 2² over the mean squared error."""
        signal, noise = weights
        lost = signal - 1
        error = lost**2 * self.signal + 2 * lost * noise * self.cross + noise**2 * self.noise
        return _decibels(4.0, max(error, 0.0))


class ValueSample:
    """A fixed random sample of a picture's values and of the noise added to them, for histograms."""

    def __init__(self, x0: NDArray[np.float32], epsilon: NDArray[np.float32]) -> None:
        chosen = np.random.default_rng(0).integers(x0.size, size=HISTOGRAM_VALUES)
        self._x0, self._epsilon = x0.ravel()[chosen], epsilon.ravel()[chosen]

    def density(self, weights: Weights) -> NDArray[np.float64]:
        """The density of x_t's values in HISTOGRAM_BINS equal bins from −HISTOGRAM_RANGE to HISTOGRAM_RANGE."""
        signal, noise = weights
        values = self._x0 * np.float32(signal) + self._epsilon * np.float32(noise)
        counts, _ = np.histogram(values, HISTOGRAM_BINS, (-HISTOGRAM_RANGE, HISTOGRAM_RANGE))
        return counts * (HISTOGRAM_BINS / (2 * HISTOGRAM_RANGE * HISTOGRAM_VALUES))


def schedule_snr_db(schedule: Schedule, t: int) -> float:
    """The schedule's own SNR at t = 0 … T, in dB; the clean picture's is infinite."""
    return float(schedule.coefficients.snr_db[t - 1]) if t else math.inf


def _decibels(above: float, below: float) -> float:
    if below == 0:
        return math.inf
    # Not of their ratio, which may be 0 although neither is.
    return 10 * (math.log10(above) - math.log10(below)) if above else -math.inf
