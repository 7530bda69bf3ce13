"""Predictions: the prediction types that are trained by a squared error, and what that is worth as one of ε."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.parametrisation import FORMS, Parametrisation


@dataclass(frozen=True)
class Prediction:
    """A prediction type by name, with those of its options that count in training."""

    name: str
    options: tuple[Option, ...]

    def on_epsilon(self, log_snr: Array, **options: float) -> Array:
        """‖target − output‖² over ‖ε − ε̂‖², in the shape of log_snr; infinite where the output says nothing of ε.

        It follows from how the output is read: ε̂ = p x + q·output, so that it is 1/q².

        >>> PREDICTIONS["flow_prediction"].on_epsilon(np.array([0.0, -np.inf])).round(12).tolist()
        [4.0, inf]
        """
        with np.errstate(divide="ignore", over="ignore"):
            return self.output_in_epsilon(log_snr, **options) ** -2.0

    def output_in_epsilon(self, log_snr: Array, **options: float) -> Array:
        """The size of q, with which the output enters ε̂, in the shape of log_snr.

        >>> PREDICTIONS["flow_prediction"].output_in_epsilon(np.array([0.0, -np.inf])).round(12).tolist()
        [0.5, 0.0]
        """
        return np.abs(Parametrisation(self.name, options).reading(log_snr).epsilon[1])


PREDICTIONS: Mapping[str, Prediction] = MappingProxyType(
    {name: Prediction(name, form.shape) for name, form in FORMS.items() if name != "consistency"}
)
"""Every prediction by name; consistency networks are trained on differences of their own outputs."""
