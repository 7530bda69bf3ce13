"""Operators on the noise levels of any schedule: zero terminal SNR in its forms and a shift of the SNR.

All work in sums of terms of the same sign, so that no digits are lost at either end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.kinds import MIN_BETA
from ddpm_studio.diffusion.noise_levels import (
    Array,
    density_of_falls,
    levels_at,
    levels_of_steps,
    log_noise_rises,
    running_sum,
)
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

NEARLY_ZERO = 4.8973451890853435e-08
"""ᾱ_T that ComfyUI puts in place of 0, for which σ_T is 4518.76 and not infinite."""


class ZeroSnr(IntEnum):
    """Forms of zero terminal SNR: none, on either side of the SNR shift, or before it and as ComfyUI has it."""

    OFF = 0
    BEFORE = 1
    AFTER = 2
    COMFYUI = 3


ZERO_SNR_FORMS: Mapping[ZeroSnr, SourceText] = MappingProxyType(
    {
        ZeroSnr.OFF: QT_TRANSLATE_NOOP("operators", "off"),
        ZeroSnr.BEFORE: QT_TRANSLATE_NOOP("operators", "before SNR shift"),
        ZeroSnr.AFTER: QT_TRANSLATE_NOOP("operators", "after SNR shift"),
        ZeroSnr.COMFYUI: QT_TRANSLATE_NOOP("operators", "as in ComfyUI"),
    }
)
"""What each form is called, wherever it is offered or told."""


Operation = tuple[Callable[..., Array], tuple[float, ...]]
"""A function of noise levels, and what it takes besides."""


def operations(zero_snr: float, snr_shift: float) -> list[Operation]:
    """What is done with the levels of a kind, in its order.

    >>> [(function.__name__, values) for function, values in operations(ZeroSnr.AFTER, 3.0)]
    [('shift_snr', (3.0,)), ('zero_terminal_snr', ())]
    """
    form = ZeroSnr(int(zero_snr))
    zero: list[Operation] = [] if form is ZeroSnr.OFF else [(zero_terminal_snr, ())]
    nearly: list[Operation] = [(nearly_zero_terminal_snr, ())] if form is ZeroSnr.COMFYUI else []
    shift: list[Operation] = [] if snr_shift == 1 else [(shift_snr, (snr_shift,))]
    return [*shift, *zero] if form is ZeroSnr.AFTER else [*zero, *nearly, *shift]


def zero_terminal_snr(levels: Array) -> Array:
    """The levels with √ᾱ rescaled so that ᾱ_T = 0 and ᾱ_1 is unchanged (Lin et al. 2023, algorithm 1).

    With r = √ᾱ, r' = (r − r_T)·r_1/(r_1 − r_T). The ratio of neighbours is 1 − δ with
    δ_t = (r_{t−1} − r_t)/(r_{t−1} − r_T) = (1 − √α_t)/(1 − √(α_t…α_T)), hence β'_t = δ(2 − δ). Log SNR falls
    r/(r − r_T)·(1 − ᾱ)/(1 − ᾱ') times as fast.

    >>> from ddpm_studio.diffusion.noise_levels import levels_of_betas
    >>> levels = zero_terminal_snr(levels_of_betas(np.array([0.1, 0.2, 0.3])))
    >>> np.exp(levels[2]).round(3).tolist()  # was 0.9, 0.72, 0.504
    [0.9, 0.303, 0.0]
    """
    if levels[2][-1] == -np.inf:
        return levels
    falls = -levels[1]
    rest = running_sum(falls[::-1])[::-1]
    gone = np.expm1(-0.5 * rest)
    delta = np.expm1(-0.5 * falls) / gone
    log_alphas = np.append(2 * np.log(gone[1:] / gone[:-1]) - falls[:-1], -np.inf)
    betas = delta * (2 - delta)
    betas[0], log_alphas[0] = levels[0][0], levels[1][0]
    betas[-1], log_alphas[-1] = 1.0, -np.inf
    shifted = levels_of_steps(betas, log_alphas)
    shifted[5] = levels[5] * np.expm1(shifted[2]) / np.expm1(levels[2]) * np.append(-gone[1:], 0.0)
    return shifted


def nearly_zero_terminal_snr(levels: Array) -> Array:
    """The levels with ᾱ_T = 4.9e-8, or a hair below ᾱ_{T−1} where that is less (ComfyUI, comfy/model_sampling.py).

    So an ε-prediction still says something about the picture at t = T.

    >>> from ddpm_studio.diffusion.noise_levels import levels_of_betas
    >>> np.exp(nearly_zero_terminal_snr(levels_of_betas(np.array([0.5, 1.0])))[2]).round(9).tolist()
    [0.5, 4.9e-08]
    """
    before = levels[2][-2] if levels.shape[1] > 1 else 0.0
    if before == -np.inf:
        return levels
    fall = max(before - np.log(NEARLY_ZERO), -np.log1p(-MIN_BETA))
    beta, noise = -np.expm1(-fall), -np.expm1(before - fall)
    falls = np.append(-np.diff(levels[2][:-1], prepend=0.0)[-1:], fall)
    density = density_of_falls(falls, np.full(len(falls), noise))[-1] * len(falls) / levels.shape[1]
    last = [beta, -fall, before - fall, before - fall - np.log(noise), min(beta / noise, 1.0), density]
    return np.column_stack([levels[:, :-1], last])


def shift_snr(levels: Array, factor: float) -> Array:
    """The levels with the SNR of every step divided by `factor` > 0, i.e. ᾱ' = ᾱ/(c + (1−c)ᾱ).

    A picture r times larger needs c = r² (Hoogeboom et al. 2023, section 3.1); scaling the input by b is c = 1/b²
    (Chen 2023). Log SNR moves by −ln c; each step takes the same share of the SNR as before, and each level is
    as dense.

    >>> from ddpm_studio.diffusion.noise_levels import levels_of_betas
    >>> shift_snr(levels_of_betas(np.array([0.5])), 4.0)[0].round(3).tolist()  # SNR 1 becomes ¼, and ᾱ 0.2
    [0.8]
    """
    log_snr = levels[3] - np.log(factor)
    log_alphas = levels[1] + (log_noise_rises(log_snr) - log_noise_rises(levels[3]))
    return levels_at(log_snr, levels[4].copy(), log_alphas, levels[5])
