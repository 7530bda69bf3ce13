"""Predictions: what a network is trained to predict, and what a squared error of it is worth as one of ε."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

SIGMA_DATA = Option(
    "sigma_data", 0.5, 1e-3, 1e3, label="σ_data", meaning=QT_TRANSLATE_NOOP("options", "standard deviation of the data")
)


@dataclass(frozen=True)
class Prediction:
    """A prediction: ‖target − output‖² = `on_epsilon(log_snr, **options)`·‖ε − ε̂‖², in the shape of log_snr."""

    name: str
    symbol: str
    target: str
    source: SourceText
    options: tuple[Option, ...]
    on_epsilon: Callable[..., Array]


_PREDICTIONS: dict[str, Prediction] = {}

PREDICTIONS: Mapping[str, Prediction] = MappingProxyType(_PREDICTIONS)
"""Every prediction by name."""


def _prediction(
    symbol: str, target: str, source: SourceText, *options: Option
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def register(on_epsilon: Callable[..., Array]) -> Callable[..., Array]:
        name = on_epsilon.__name__
        _PREDICTIONS[name] = Prediction(name, symbol, target, source, options, on_epsilon)
        return on_epsilon

    return register


@_prediction("ε", "ε", QT_TRANSLATE_NOOP("training", "Ho et al. 2020, equation 14"))
def epsilon(log_snr: Array) -> Array:
    """The noise itself, the unit of all others."""
    return np.ones_like(log_snr)


@_prediction("x₀", "x_0", QT_TRANSLATE_NOOP("training", "Salimans & Ho 2022, section 4"))
def sample(log_snr: Array) -> Array:
    """The clean picture: ‖x_0 − x̂_0‖² = ‖ε − ε̂‖²/SNR."""
    return np.exp(-log_snr)


@_prediction("v", "v = √ᾱ·ε − √(1−ᾱ)·x_0", QT_TRANSLATE_NOOP("training", "Salimans & Ho 2022, section 4"))
def v_prediction(log_snr: Array) -> Array:
    """The velocity of an angle: ‖v − v̂‖² = (1 + 1/SNR)·‖ε − ε̂‖²."""
    return 1 + np.exp(-log_snr)


@_prediction(
    "u", "u = ε − x_0", QT_TRANSLATE_NOOP("training", "Lipman et al. 2022; Liu et al. 2022; Esser et al. 2024")
)
def flow_prediction(log_snr: Array) -> Array:
    """The velocity of a straight line: ‖u − û‖² = (1 + σ)²·‖ε − ε̂‖², in either direction.

    >>> flow_prediction(np.array([0.0])).tolist()
    [4.0]
    """
    return (1 + np.exp(-0.5 * log_snr)) ** 2


@_prediction(
    "F",
    "F = (x_0 − c_skip·x)/c_out",
    QT_TRANSLATE_NOOP("training", "Karras et al. 2022, equation 8"),
    SIGMA_DATA,
)
def edm(log_snr: Array, sigma_data: float) -> Array:
    """The raw network of EDM: ‖F − F̂‖² = ‖x_0 − x̂_0‖²/c_out² = (σ² + σ_data²)/σ_data²·‖ε − ε̂‖²."""
    return np.exp(-log_snr) / sigma_data**2 + 1
