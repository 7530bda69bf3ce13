"""Loss weights: functions of the noise level by which a training loss is multiplied.

Papers state each for the loss on one quantity; for a network that predicts another, it is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array, log_sigmoid
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.parametrisation import sigma_data_option
from ddpm_studio.diffusion.training.draws import cosmap_density
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class LossWeight:
    """A weight: `weigh(log_snr, **options)`, in the shape of log_snr, of the loss on the prediction `on`, or on
    whatever the network predicts where that is "".
    """

    name: str
    label: SourceText
    on: str
    formula: str
    source: SourceText
    options: tuple[Option, ...]
    weigh: Callable[..., Array]


_LOSS_WEIGHTS: dict[str, LossWeight] = {}

LOSS_WEIGHTS: Mapping[str, LossWeight] = MappingProxyType(_LOSS_WEIGHTS)
"""Every weight by name, in the order in which they are offered."""

SNR_GAMMA = Option(
    "snr_gamma", 5.0, 1e-3, 1e6, label="γ", meaning=QT_TRANSLATE_NOOP("options", "SNR from which on the weight is held")
)


def _loss_weight(
    label: SourceText, on: str, formula: str, source: SourceText, *options: Option
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def register(weigh: Callable[..., Array]) -> Callable[..., Array]:
        name = weigh.__name__
        _LOSS_WEIGHTS[name] = LossWeight(name, label, on, formula, source, options, weigh)
        return weigh

    return register


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Unweighted, w = 1"),
    "",
    "1",
    QT_TRANSLATE_NOOP("training", "Ho et al. 2020, equation 14"),
)
def none(log_snr: Array) -> Array:
    """Every level alike, in the units of what the network predicts."""
    return np.ones_like(log_snr)


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Min-SNR-γ"),
    "sample",
    "min(SNR, γ)",
    QT_TRANSLATE_NOOP("training", "Hang et al. 2023, section 3.4"),
    SNR_GAMMA,
)
def min_snr(log_snr: Array, snr_gamma: float) -> Array:
    """The SNR, held at γ: min(SNR, γ)/SNR on ε, min(SNR, γ)/(SNR + 1) on v.

    >>> min_snr(np.log([0.25, 100.0]), 5.0).round(12).tolist()
    [0.25, 5.0]
    """
    return np.exp(np.minimum(log_snr, np.log(snr_gamma)))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Min-SNR-γ on v, as first published in training scripts"),
    "v_prediction",
    "min(SNR + 1, γ)/(SNR + 1)",
    QT_TRANSLATE_NOOP("training", "early releases of diffusers' training examples, with SNR + 1 inside the minimum"),
    SNR_GAMMA,
)
def min_snr_v_early(log_snr: Array, snr_gamma: float) -> Array:
    """The form with which many v-prediction models were trained, for comparison with `min_snr`."""
    return np.minimum(1.0, snr_gamma / (np.exp(log_snr) + 1))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Soft min-SNR-γ"),
    "sample",
    "γ·SNR/(SNR + γ)",
    QT_TRANSLATE_NOOP("training", "Crowson et al. 2024, HDiT, section 3.4"),
    SNR_GAMMA,
)
def soft_min_snr(log_snr: Array, snr_gamma: float) -> Array:
    """Min-SNR-γ without its kink."""
    return snr_gamma * np.exp(log_sigmoid(log_snr - np.log(snr_gamma)))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "P2"),
    "epsilon",
    "(k + SNR)^−γ",
    QT_TRANSLATE_NOOP("training", "Choi et al. 2022, equation 8"),
    Option(
        "p2_k", 1.0, 1e-6, 1e6, label="k", meaning=QT_TRANSLATE_NOOP("options", "SNR below which the weight is held")
    ),
    Option("p2_gamma", 1.0, 0.0, 4.0, label="γ", meaning=QT_TRANSLATE_NOOP("options", "how fast the weight falls")),
)
def p2(log_snr: Array, p2_k: float, p2_gamma: float) -> Array:
    """The perception-prioritised weight: less for what is nearly clean."""
    return np.exp(-p2_gamma * np.logaddexp(np.log(p2_k), log_snr))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Debiased"),
    "epsilon",
    "1/√SNR",
    QT_TRANSLATE_NOOP("training", "Yu et al. 2024, Debias the Training of Diffusion Models"),
)
def debiased(log_snr: Array) -> Array:
    """The square root of the weight of a loss on x_0."""
    return np.exp(-0.5 * log_snr)


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Debiased on v, as in kohya's scripts"),
    "v_prediction",
    "1/(SNR + 1)",
    QT_TRANSLATE_NOOP("training", "kohya-ss sd-scripts"),
)
def debiased_v(log_snr: Array) -> Array:
    """What those scripts make of it for v: a plain loss on x_0."""
    return np.exp(log_sigmoid(-log_snr))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Sigmoid"),
    "epsilon",
    "S(b − log SNR)",
    QT_TRANSLATE_NOOP("training", "Kingma & Gao 2023; Hoogeboom et al. 2024, Simpler Diffusion"),
    Option("bias", 2.0, -20.0, 20.0, label="b", meaning=QT_TRANSLATE_NOOP("options", "log SNR of half of the weight")),
)
def sigmoid(log_snr: Array, bias: float) -> Array:
    """A logistic function of the noise level, which leaves out what is nearly clean."""
    return np.exp(log_sigmoid(bias - log_snr))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "Truncated SNR"),
    "sample",
    "max(SNR, 1)",
    QT_TRANSLATE_NOOP("training", "Salimans & Ho 2022, section 4"),
)
def truncated_snr(log_snr: Array) -> Array:
    """The weight of a loss on ε, but never less than that of one on x_0."""
    return np.exp(np.maximum(log_snr, 0.0))


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "EDM"),
    "sample",
    "(σ² + σ_data²)/(σ·σ_data)²",
    QT_TRANSLATE_NOOP("training", "Karras et al. 2022, section 5"),
    sigma_data_option(0.5),
)
def edm_lambda(log_snr: Array, sigma_data: float) -> Array:
    """λ(σ) = 1/c_out², with which the loss on x_0 is the plain one on F."""
    return np.exp(log_snr) + 1 / sigma_data**2


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "σ^−2, as in SD3's scripts"),
    "flow_prediction",
    "τ^−2",
    QT_TRANSLATE_NOOP("training", "diffusers' training examples, “sigma_sqrt”"),
)
def sigma_sqrt(log_snr: Array) -> Array:
    """One over the square of τ = σ/(1 + σ)."""
    return (1 + np.exp(0.5 * log_snr)) ** 2


@_loss_weight(
    QT_TRANSLATE_NOOP("training", "CosMap"),
    "flow_prediction",
    "2/(π·(1 − 2τ + 2τ²))",
    QT_TRANSLATE_NOOP("training", "Esser et al. 2024, section 3.1; a weight in diffusers' training examples"),
)
def cosmap(log_snr: Array) -> Array:
    """The density of the draws that make a flow's log SNR that of the cosine schedule, as a weight."""
    return cosmap_density(np.exp(log_sigmoid(-0.5 * log_snr)))
