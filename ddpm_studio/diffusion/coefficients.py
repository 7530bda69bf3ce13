"""Every weight of the forward and reverse process, computed once from β and then only indexed.

Names are those of openai/guided-diffusion and huggingface/diffusers. Index i holds the value of step t = i + 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.operators import log_alphas_cumprod

MIN_SNR_GAMMA = 5.0
"""γ of the min-SNR loss weights (Hang et al. 2023, section 4.4)."""


class Coefficients:
    """All arrays that DDPM precomputes, float64, shape (T,), read-only, as attributes and in `arrays`.

    1 − ᾱ is taken as −expm1(Σ ln(1 − β)), so it keeps its digits where ᾱ is near 1, and log SNR stays finite where ᾱ
    underflows. Two first entries have no value of their own and copy the second: `posterior_log_variance_clipped`
    (as OpenAI's code does, since β̃_1 = 0) and `vlb_weight` (as CompVis' code does); with T = 1 they are ln 1e-20 and 1.
    """

    betas: Array
    alphas: Array
    alphas_cumprod: Array
    alphas_cumprod_prev: Array
    sqrt_recip_alphas: Array
    sqrt_alphas_cumprod: Array
    sqrt_one_minus_alphas_cumprod: Array
    posterior_variance: Array
    alphas_cumprod_next: Array
    log_one_minus_alphas_cumprod: Array
    sqrt_recip_alphas_cumprod: Array
    sqrt_recipm1_alphas_cumprod: Array
    posterior_log_variance_clipped: Array
    posterior_mean_coef1: Array
    posterior_mean_coef2: Array
    snr: Array
    log_snr: Array
    snr_db: Array
    sigmas: Array
    lambdas: Array
    loss_weight_epsilon: Array
    min_snr_weight_epsilon: Array
    min_snr_weight_v: Array
    min_snr_weight_x0: Array
    vlb_weight: Array
    log_snr_density: Array

    def __init__(self, betas: Array) -> None:
        with np.errstate(divide="ignore", over="ignore"):
            arrays = {"betas": betas}
            for group in GROUPS:
                arrays |= group(arrays)
        for name, array in arrays.items():
            array.flags.writeable = False
            setattr(self, name, array)
        self.arrays: Mapping[str, Array] = MappingProxyType(arrays)

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]


def _forward(c: Mapping[str, Array]) -> dict[str, Array]:
    """Ho et al. 2020, equation 4: q(x_t | x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I)."""
    alphas = 1 - c["betas"]
    alphas_cumprod = np.cumprod(alphas)
    one_minus = -np.expm1(log_alphas_cumprod(c["betas"]))
    return {
        "alphas": alphas,
        "alphas_cumprod": alphas_cumprod,
        "alphas_cumprod_prev": np.concatenate([[1.0], alphas_cumprod[:-1]]),
        "sqrt_recip_alphas": np.sqrt(1 / alphas),
        "sqrt_alphas_cumprod": np.sqrt(alphas_cumprod),
        "sqrt_one_minus_alphas_cumprod": np.sqrt(one_minus),
        "alphas_cumprod_next": np.concatenate([alphas_cumprod[1:], [0.0]]),
        "log_one_minus_alphas_cumprod": np.log(one_minus),
    }


def _signal_to_noise(c: Mapping[str, Array]) -> dict[str, Array]:
    """Kingma et al. 2021, section 3: SNR = ᾱ/(1 − ᾱ); λ = ½ log SNR; σ = SNR^−½ is Karras et al.'s noise level."""
    log_snr = log_alphas_cumprod(c["betas"]) - c["log_one_minus_alphas_cumprod"]
    return {
        "sqrt_recip_alphas_cumprod": 1 / c["sqrt_alphas_cumprod"],
        "sqrt_recipm1_alphas_cumprod": np.exp(-0.5 * log_snr),
        "snr": np.exp(log_snr),
        "log_snr": log_snr,
        "snr_db": 10 / np.log(10) * log_snr,
        "sigmas": np.exp(-0.5 * log_snr),
        "lambdas": 0.5 * log_snr,
    }


def _reverse(c: Mapping[str, Array]) -> dict[str, Array]:
    """Ho et al. 2020, equations 6 and 7: q(x_{t−1} | x_t, x_0) = N(coef1 x_0 + coef2 x_t, β̃_t I)."""
    one_minus = c["sqrt_one_minus_alphas_cumprod"] ** 2
    one_minus_prev = np.concatenate([[0.0], one_minus[:-1]])
    variance = c["betas"] * (one_minus_prev / one_minus)
    log_variance = np.log(np.append(variance[1:2], variance[1:]) if len(variance) > 1 else np.array([1e-20]))
    return {
        "posterior_variance": variance,
        "posterior_log_variance_clipped": log_variance,
        "posterior_mean_coef1": c["betas"] * np.sqrt(c["alphas_cumprod_prev"]) / one_minus,
        "posterior_mean_coef2": one_minus_prev / one_minus * np.sqrt(c["alphas"]),
    }


def _loss_weights(c: Mapping[str, Array]) -> dict[str, Array]:
    """How much each t counts in the loss: SNR, min-SNR-γ (Hang et al. 2023), the VLB (Ho et al. 2020, equation 12)."""
    snr = c["snr"]
    return {
        "loss_weight_epsilon": snr.copy(),
        "min_snr_weight_epsilon": np.minimum(1.0, MIN_SNR_GAMMA / snr),
        "min_snr_weight_v": np.minimum(snr, MIN_SNR_GAMMA) / (snr + 1),
        "min_snr_weight_x0": np.minimum(snr, MIN_SNR_GAMMA),
        "vlb_weight": _vlb_weight(c),
        "log_snr_density": _log_snr_density(c["log_snr"]),
    }


def _vlb_weight(c: Mapping[str, Array]) -> Array:
    if len(c["betas"]) == 1:
        return np.ones(1)
    share = c["betas"][1:] / c["posterior_variance"][1:]
    weight = share * c["betas"][1:] / c["sqrt_one_minus_alphas_cumprod"][1:] ** 2 / (2 * c["alphas"][1:])
    return np.append(weight[:1], weight)


def _log_snr_density(log_snr: Array) -> Array:
    """−du/dlogSNR at u = t/T, by central differences; one lone step is a point mass, log SNR = −∞ has density 0."""
    finite = log_snr[np.isfinite(log_snr)]
    density = np.zeros_like(log_snr)
    if len(finite) < 2:
        density[: len(finite)] = np.inf
    else:
        density[: len(finite)] = 1 / np.abs(np.gradient(finite) * len(log_snr))
    return density


GROUPS = (_forward, _signal_to_noise, _reverse, _loss_weights)
"""The functions that give every array from those of the groups before it, `betas` first."""
