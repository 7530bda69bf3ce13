"""Kinds of the age of DDPM, one short function each: parameters in, β_1 … β_T or the noise levels of the steps out.

u = t/T runs over 0 … 1. Some papers define β directly; others ᾱ(u), which they turn into β by the capped discretisation
of Nichol & Dhariwal 2021, min(1 − ᾱ(t/T)/ᾱ((t−1)/T), max_beta). Where a paper fixes ᾱ or log SNR itself, the kind gives
that, and how much it falls from step to step in a form that does not cancel.

A published β is kept to the last digit of its code in float64: `linear`, `linear_rescaled`, `scaled_linear`, `sqrt`,
`warmup10`, `warmup50`, `const`, `jsd`, `sigmoid_beta` and, as far as NumPy rounds as the C library does, `cosine`: its
β is a rounded 1 − ᾱ_t/ᾱ_{t−1} with few digits at the clean end. `exp` and `laplace_diffusers`, which are published in
float32, and `sigmoid` differ from that by its rounding alone: it would leave nothing of β for parameters other than the
published. All coefficients of these kinds follow from the β they have; those of `laplace`, `cosine_power`,
`linear_gamma`, `vp` and `logsnr_cosine` from the paper's ᾱ, with no rounded β in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ddpm_studio.diffusion.kinds.fixed_point import FIXED_ONE, fixed, fixed_power, fixed_sine
from ddpm_studio.diffusion.kinds.kind_registry import MAX_BETA, MIN_BETA, Parameter, kind
from ddpm_studio.diffusion.noise_levels import (
    Array,
    levels_of_log_alphas_cumprod,
    levels_of_log_snr,
    levels_of_steps,
    log_sigmoid,
    shares,
)
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError


def _first_beta(default: float) -> Parameter:
    return Parameter("beta_start", "β_1", default, MIN_BETA, 1.0, slider=(1e-6, 0.5), log=True, meaning=_FIRST)


def _last_beta(default: float) -> Parameter:
    return Parameter("beta_end", "β_T", default, MIN_BETA, 1.0, slider=(1e-6, 0.5), log=True, meaning=_LAST)


_FIRST = QT_TRANSLATE_NOOP("parameters", "β_1 of the formula above, where the noise of the steps begins.")
_LAST = QT_TRANSLATE_NOOP("parameters", "β_T of the formula above, where the noise of the steps ends.")
_STEEPNESS = QT_TRANSLATE_NOOP("parameters", "How gently the curve bends: the larger, the nearer to an even one.")
_MEAN = QT_TRANSLATE_NOOP("parameters", "The log SNR about which the steps are densest.")

START, END = _first_beta(1e-4), _last_beta(0.02)
CAP = Parameter(
    "max_beta",
    "β_max",
    MAX_BETA,
    1e-3,
    1.0,
    slider=(0.5, 1.0),
    meaning=QT_TRANSLATE_NOOP("parameters", "The most noise that one step may mix in: β is cut off there."),
)


TAU = Parameter("tau", "τ", 1.0, 0.01, 100.0, slider=(0.1, 10.0), log=True, meaning=_STEEPNESS)
POWER = replace(
    TAU, meaning=QT_TRANSLATE_NOOP("parameters", "The power of the cosine: the larger, the sooner the picture is gone.")
)


def _check_order(start: float, end: float) -> None:
    if start >= end:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "start is {start:g} and end is {end:g}; start must be smaller than end."),
            about=("start", "end"),
            start=start,
            end=end,
        )


def cap(log_alpha_bar: Callable[[Array], Array], T: int, max_beta: float = MAX_BETA) -> Array:
    """β of shape (T,) from ln ᾱ(u), u in [0, 1], each at most `max_beta` (Nichol & Dhariwal 2021, section 3.2).

    >>> cap(lambda u: -12 * u, 3, max_beta=0.99).round(3).tolist()
    [0.982, 0.982, 0.982]
    """
    return np.minimum(-np.expm1(np.diff(log_alpha_bar(np.arange(T + 1) / T))), max_beta)


def cap_ratios(alpha_bar: Array, max_beta: float = MAX_BETA) -> Array:
    """β of shape (T,) from ᾱ at u = 0, 1/T, …, 1, rounded as in published code, where 1 − ᾱ_t/ᾱ_{t−1} loses digits.

    >>> cap_ratios(np.array([1.0, 0.9, 0.0])).round(3).tolist()
    [0.1, 0.999]
    """
    return np.minimum(1 - alpha_bar[1:] / alpha_bar[:-1], max_beta)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Linear"),
    "β_t = β_1 + (t−1)/(T−1)·(β_T − β_1)",
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, Denoising Diffusion Probabilistic Models; diffusers “linear”"),
    START,
    END,
)
def linear(T: int, beta_start: float, beta_end: float) -> Array:
    """β evenly spaced between its ends; not rescaled with T.

    >>> linear(5, 0.1, 0.5).round(3).tolist()
    [0.1, 0.2, 0.3, 0.4, 0.5]
    """
    return np.linspace(beta_start, beta_end, T)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Linear, rescaled to T"),
    QT_TRANSLATE_NOOP("kinds", "linear between β_1·1000/T and β_T·1000/T, at most 0.999"),
    QT_TRANSLATE_NOOP(
        "kinds", "Nichol & Dhariwal 2021, improved-diffusion “linear”; the same as “Linear” if T is 1000"
    ),
    START,
    END,
)
def linear_rescaled(T: int, beta_start: float, beta_end: float) -> Array:
    """Linear with both ends times 1000/T, so that ᾱ_T hardly depends on T; capped where that exceeds 0.999."""
    return np.minimum(linear(T, 1000 / T * beta_start, 1000 / T * beta_end), MAX_BETA)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Scaled linear"),
    "β_t = (√β_1 + (t−1)/(T−1)·(√β_T − √β_1))²",
    QT_TRANSLATE_NOOP(
        "kinds", "Rombach et al. 2022, latent diffusion “linear”; Ho et al. 2020 “quad”; diffusers “scaled_linear”"
    ),
    _first_beta(0.00085),
    _last_beta(0.012),
)
def scaled_linear(T: int, beta_start: float, beta_end: float) -> Array:
    """√β evenly spaced between the square roots of its ends."""
    return np.linspace(beta_start**0.5, beta_end**0.5, T) ** 2


@kind(
    QT_TRANSLATE_NOOP("kinds", "Square root"),
    "β_t = √(β_1 + (t−1)/(T−1)·(β_T − β_1))",
    QT_TRANSLATE_NOOP("kinds", "Rombach et al. 2022, latent diffusion “sqrt”"),
    START,
    END,
)
def sqrt(T: int, beta_start: float, beta_end: float) -> Array:
    """The square root of the linear schedule."""
    return np.sqrt(np.linspace(beta_start, beta_end, T))


def _warm_up(T: int, beta_start: float, beta_end: float, share: float) -> Array:
    betas = np.full(T, beta_end)
    steps = int(T * share)
    betas[:steps] = np.linspace(beta_start, beta_end, steps)
    return betas


@kind(
    QT_TRANSLATE_NOOP("kinds", "Warm-up over 10 %"),
    QT_TRANSLATE_NOOP("kinds", "β_t = β_T after a linear start from β_1 over the first ⌊0.1 T⌋ steps"),
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “warmup10”"),
    START,
    END,
)
def warmup10(T: int, beta_start: float, beta_end: float) -> Array:
    """Constant β after a linear start over a tenth of the steps."""
    return _warm_up(T, beta_start, beta_end, 0.1)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Warm-up over 50 %"),
    QT_TRANSLATE_NOOP("kinds", "β_t = β_T after a linear start from β_1 over the first ⌊0.5 T⌋ steps"),
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “warmup50”"),
    START,
    END,
)
def warmup50(T: int, beta_start: float, beta_end: float) -> Array:
    """Constant β after a linear start over half of the steps."""
    return _warm_up(T, beta_start, beta_end, 0.5)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Constant"),
    "β_t = β_T",
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “const”"),
    END,
)
def const(T: int, beta_end: float) -> Array:
    """The same β at every step."""
    return np.full(T, beta_end)


def _even_density(log_snr: Array) -> Array:
    """p(log SNR) = ᾱ(1 − ᾱ) where ᾱ = 1 − u."""
    level, noise = shares(log_snr)
    return level * noise


@kind(
    QT_TRANSLATE_NOOP("kinds", "JSD"),
    "β_t = 1/(T − t + 1)",
    QT_TRANSLATE_NOOP(
        "kinds",
        "Sohl-Dickstein et al. 2015; Ho et al. 2020, diffusion “jsd”; the same as “Linear in ᾱ” but for the last step",
    ),
    density=_even_density,
)
def jsd(T: int) -> Array:
    """Each step erases the same share of the original signal; the last β is 1, so ᾱ_T = 0.

    >>> jsd(4).round(3).tolist()
    [0.25, 0.333, 0.5, 1.0]
    """
    return 1 / np.arange(T, 0, -1, dtype=np.float64)


def _cosine_density(log_snr: Array, s: float, max_beta: float) -> Array:
    """p(log SNR) of ᾱ = cos² x/cos² x_0 with x even from x_0 = s/(1+s)·π/2 to π/2: 1/(2π cosh(½ log SNR)) if s = 0."""
    first = s / (1 + s) * np.pi / 2
    level, noise = shares(log_snr)
    sine = np.sqrt(noise + level * np.sin(first) ** 2)
    density: Array = np.sqrt(level) * noise / sine * (np.cos(first) * (1 + s) / np.pi)
    return density


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine"),
    "ᾱ(u) = cos²((u+s)/(1+s)·π/2), β_t = min(1 − ᾱ_t/ᾱ_{t−1}, β_max)",
    QT_TRANSLATE_NOOP("kinds", "Nichol & Dhariwal 2021, equation 17; diffusers “squaredcos_cap_v2”"),
    Parameter(
        "s",
        "s",
        0.008,
        0.0,
        1.0,
        slider=(0.0, 0.1),
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "How far along the cosine the first step begins, so that its β is not too small."
        ),
    ),
    CAP,
    density=_cosine_density,
)
def cosine(T: int, s: float, max_beta: float) -> Array:
    """ᾱ falls as a squared cosine, almost linearly in the middle and gently at both ends.

    >>> cosine(4, s=0.008, max_beta=0.999).round(3).tolist()
    [0.153, 0.417, 0.708, 0.999]
    """
    return cap_ratios(np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2, max_beta)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Exponential"),
    "ᾱ(u) = e^(−12u)",
    QT_TRANSLATE_NOOP(
        "kinds", "diffusers HeunDiscreteScheduler “exp”; the same as “Constant” with β_T = 1 − e^(−12/T)"
    ),
)
def exp(T: int) -> Array:
    """ᾱ decays exponentially, which makes β constant."""
    return cap(lambda u: -12 * u, T)


def _laplace_quantiles(T: int) -> Array:
    """Log SNR with μ = 0 and b = 1 at u = 0, 1/T, …, 1. Like the authors' code, it adds 1e-6 to what ln is taken of.

    What is left to the middle comes from whole numbers: its logarithm there is as small as the rounding of u.
    """
    t = np.arange(T + 1)
    from_end, to_middle = 2 * np.minimum(t, T - t) / T, np.abs(T - 2 * t) / T
    logs = np.where(from_end < 0.5, np.log(from_end + 1e-6), np.log1p(1e-6 - to_middle))
    return np.where(2 * t <= T, -logs, logs)


LAPLACE = (
    Parameter("mu", "μ", 0.0, -20.0, 20.0, slider=(-6.0, 6.0), meaning=_MEAN),
    Parameter(
        "b",
        "b",
        0.5,
        0.01,
        2.0,
        slider=(0.1, 2.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "How widely the steps are spread about it."),
    ),
)


def laplace_density(log_snr: Array, mu: float, b: float) -> Array:
    """p(log SNR) = e^(−|log SNR − μ|/b)/(2b), Hang et al. 2024."""
    return np.exp(-np.abs(log_snr - mu) / b) / (2 * b)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Laplace"),
    "log SNR(u) = μ − b·sgn(½−u)·ln(1 − 2|½−u|), ᾱ = SNR/(1+SNR)",
    QT_TRANSLATE_NOOP("kinds", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"),
    *LAPLACE,
    gives_levels=True,
    density=laplace_density,
)
def laplace(T: int, mu: float, b: float) -> Array:
    """Uniform t draws log SNR from a Laplace distribution, which crowds the steps around SNR = e^μ."""
    u = np.arange(T + 1) / T
    quantiles = _laplace_quantiles(T)
    nearer = 2 * np.where(u[1:] <= 0.5, u[:-1], u[::-1][1:]) + 1e-6
    crosses = (u[:-1] <= 0.5) & (u[1:] > 0.5)
    falls = np.where(crosses, -np.diff(quantiles), np.log1p(2 / T / nearer))
    return levels_of_log_snr(mu + b * quantiles[1:], b * falls)


def _laplace_root_density(log_snr: Array, mu: float, b: float) -> Array:
    """p(log SNR) where ᾱ is √(ᾱ'/ᾱ'_0) with ᾱ' of Laplace, whose log SNR falls 2(1 − ᾱ)/(1 − ᾱ') times as fast."""
    log_alpha_bar = 2 * log_sigmoid(log_snr) + log_sigmoid(np.array(mu - b * np.log(1e-6)))
    noise = -np.expm1(log_alpha_bar)
    return laplace_density(log_alpha_bar - np.log(noise), mu, b) * (2 * shares(log_snr)[1] / noise)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Laplace, as in diffusers"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ = √(SNR/(1+SNR)) with the SNR of Laplace"),
    QT_TRANSLATE_NOOP("kinds", "diffusers “laplace”, which takes √ᾱ for ᾱ"),
    *LAPLACE,
    density=_laplace_root_density,
)
def laplace_diffusers(T: int, mu: float, b: float) -> Array:
    """The Laplace schedule as diffusers computes it: the root of the paper's ᾱ, so it ends at √ᾱ_T = 0.18."""
    return cap(lambda u: 0.5 * log_sigmoid(mu + b * _laplace_quantiles(len(u) - 1)), T)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Sigmoid in β"),
    QT_TRANSLATE_NOOP("kinds", "β_t = S(x_t)·(β_T − β_1) + β_1, x_t evenly from −6 to 6"),
    QT_TRANSLATE_NOOP("kinds", "Xu et al. 2022, GeoDiff; diffusers “sigmoid”"),
    START,
    END,
)
def sigmoid_beta(T: int, beta_start: float, beta_end: float) -> Array:
    """β itself follows a logistic curve between its ends."""
    return 1 / (np.exp(-np.linspace(-6, 6, T)) + 1) * (beta_end - beta_start) + beta_start


def _sigmoid_density(log_snr: Array, start: float, end: float, tau: float) -> Array:
    """p(log SNR) = ᾱ(1 − ᾱ)/(w·(a + ᾱ)·(c + 1 − ᾱ)·Z), where w = (e − b)/τ, Z = S(e/τ) − S(b/τ), a = S(−e/τ)/Z and
    c = S(b/τ)/Z. Of both brackets that which is large where Z is small is multiplied by Z.
    """
    first, last = log_sigmoid(np.array([[start, -start], [end, -end]]) / tau)
    width = (end - start) / tau
    log_z = last[0] + first[1] + np.log(-np.expm1(-width))
    of_level, of_noise = (log_z, 0.0) if start + end >= 0 else (0.0, log_z)
    level = 1 / (np.exp(last[1] - of_level - log_sigmoid(log_snr)) + np.exp(log_z - of_level))
    noise = 1 / (np.exp(first[0] - of_noise - log_sigmoid(-log_snr)) + np.exp(log_z - of_noise))
    density: Array = level * noise / width
    return density


@kind(
    QT_TRANSLATE_NOOP("kinds", "Sigmoid in ᾱ"),
    "ᾱ(u) = [S(e/τ) − S((u(e−b)+b)/τ)] / [S(e/τ) − S(b/τ)]",
    QT_TRANSLATE_NOOP("kinds", "Jabri et al. 2022, Scalable Adaptive Computation; lucidrains “sigmoid”"),
    Parameter(
        "start",
        "b",
        -3.0,
        -20.0,
        20.0,
        slider=(-6.0, 6.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "Where on the sigmoid the first step begins."),
    ),
    Parameter(
        "end",
        "e",
        3.0,
        -20.0,
        20.0,
        slider=(-6.0, 6.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "Where on the sigmoid the last step ends."),
    ),
    TAU,
    density=_sigmoid_density,
)
def sigmoid(T: int, start: float, end: float, tau: float) -> Array:
    """ᾱ falls as the piece of a logistic curve between b and e; β is at most 0.999.

    S(y) − S(x) = S(y)·S(−x)·(1 − e^(x−y)) does not cancel; factors that do not depend on u drop out of β.
    """
    _check_order(start, end)

    def log_alpha_bar(u: Array) -> Array:
        x = (u * (end - start) + start) / tau
        return log_sigmoid(-x) + np.log(-np.expm1((u - 1) * (end - start) / tau))

    return cap(log_alpha_bar, T)


ALPHA_BAR_FLOOR = 1e-9
"""Lower bound to which Chen 2023 clips ᾱ, so that the last step keeps a finite SNR."""


def _floored(betas: Array, log_alphas: Array, over_floor: Array) -> Array:
    """Levels but for ᾱ below the floor: the step that would fall through it stops there; all others stand.
    `over_floor` is ln(ᾱ_t/1e-9) without the floor.
    """
    below = over_floor < 0
    before = np.append(-np.log(ALPHA_BAR_FLOOR), over_floor[:-1])[below]
    falls = np.maximum(before, -np.log1p(-MIN_BETA))
    betas[below], log_alphas[below] = -np.expm1(-falls), -falls
    return levels_of_steps(betas, log_alphas)


def _cosine_power_density(log_snr: Array, start: float, end: float, tau: float) -> Array:
    """p(log SNR) = ᾱ(1 − ᾱ)(1 − k)/(πτ(e − b)·y·tan x), k = c(e)/c(b), y = k + (1 − k)ᾱ, cos x = y^(1/2τ)·cos b."""
    first, last = np.sin((1 - np.array([start, end])) * np.pi / 2)
    share = -np.expm1(2 * tau * np.log(last / first))
    level, noise = shares(log_snr)
    y = 1 - share + share * level
    log_y = np.where(y < 0.5, np.log(y), np.log1p(-share * noise))
    sine = np.sqrt(np.sin(start * np.pi / 2) ** 2 - np.expm1(log_y / tau) * first**2)
    cosine = np.exp(log_y / (2 * tau)) * first
    density: Array = level * noise * share / (np.pi * tau * (end - start)) * cosine / (y * sine)
    return density


def _exact_at_floor(over_floor: Array, start: float, end: float, tau: float) -> Array:
    """ln(ᾱ_t/1e-9) of a cosine's power with all digits at the last step above the floor.

    All that step t + 1 is left with is this, which float64 has as the small difference of two large logarithms.
    """
    T, t = len(over_floor), int(np.argmax(over_floor < 0))
    if t == 0 or over_floor[t - 1] > 1:
        return over_floor
    b, e, floor = fixed(start), fixed(end), fixed(ALPHA_BAR_FLOOR)
    first, now, last = (fixed_sine(FIXED_ONE - place) for place in (b, b + (e - b) * t // T, e))
    kept, least = (fixed_power(cosine * FIXED_ONE // first, fixed(2 * tau)) for cosine in (now, last))
    level = (kept - least) * FIXED_ONE // (FIXED_ONE - least)
    over_floor[t - 1] = np.log1p((level - floor) / floor)
    return over_floor


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine power"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ(u) = [c(e) − c(u(e−b)+b)] / [c(e) − c(b)], c(x) = cos^{2τ}(x·π/2), at least 1e-9"),
    QT_TRANSLATE_NOOP(
        "kinds",
        "Chen 2023, On the Importance of Noise Scheduling, section 2.1; with b = 0, e = 1, τ = 1 the same as “Cosine” "
        "with s = 0, but for the last step",
    ),
    Parameter(
        "start",
        "b",
        0.0,
        0.0,
        1.0,
        slider=(0.0, 1.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "Where on the cosine the first step begins, in quarters of a turn."),
    ),
    Parameter(
        "end",
        "e",
        1.0,
        0.0,
        1.0,
        slider=(0.0, 1.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "Where on the cosine the last step ends, in quarters of a turn."),
    ),
    POWER,
    gives_levels=True,
    density=_cosine_power_density,
)
def cosine_power(T: int, start: float, end: float, tau: float) -> Array:
    """The piece of a cosine between b and e, to the power 2τ, in units of its value at b, which may be tiny.

    With d_t = ln(c_{t−1}/c_t) and g_t = ln(c_t/c_T), β_t is (1 − e^{−d_t})/(1 − e^{−g_{t−1}}), and both logarithms come
    from cos A = cos B + 2 sin((A+B)/2) sin((B−A)/2), in which nothing cancels.
    """
    _check_order(start, end)
    width, left = (end - start) * np.pi / 2, np.arange(T, -1, -1.0)
    last, slope = np.sin(np.array([1 - end, end]) * np.pi / 2)
    rise = np.sin(left * (width / (2 * T)))
    above = 2 * rise * (slope * np.sqrt(1 - rise**2) - last * rise)
    cosines = last + above
    middles = np.sin(start * np.pi / 2 + (np.arange(T) + 0.5) * (width / T))
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.log1p(middles * (2 * np.sin(width / (2 * T))) / cosines[1:])
        to_end = np.log1p(above / last)
        to_end[-1] = 0.0
        falls, rest = -np.expm1(-2 * tau * step), -np.expm1(-2 * tau * to_end)
        log_alphas_cumprod = 2 * tau * np.log(cosines[1:] / cosines[0]) + np.log(rest[1:] / rest[0])
        log_alphas = np.log(rest[1:] / rest[:-1]) - 2 * tau * step
    over_floor = _exact_at_floor(log_alphas_cumprod - np.log(ALPHA_BAR_FLOOR), start, end, tau)
    return _floored(falls / rest[:-1], log_alphas, over_floor)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Linear in ᾱ"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ(u) = 1 − u, at least 1e-9"),
    QT_TRANSLATE_NOOP(
        "kinds",
        "Chen 2023, On the Importance of Noise Scheduling, “simple linear”; the same as “JSD” but for the last step",
    ),
    gives_levels=True,
    density=_even_density,
)
def linear_gamma(T: int) -> Array:
    """The variance of the picture in x_t falls in a straight line.

    >>> np.exp(linear_gamma(4)[2]).round(3).tolist()
    [0.75, 0.5, 0.25, 0.0]
    """
    left = np.arange(T, 0, -1.0)
    with np.errstate(divide="ignore"):
        return _floored(1 / left, np.log((left - 1) / left), np.log((left - 1) / T) - np.log(ALPHA_BAR_FLOOR))


def _vp_density(log_snr: Array, beta_d: float, beta_min: float) -> Array:
    """p(log SNR) = (1 − ᾱ)/√(β_min² − 2 β_d ln ᾱ), in which the root is −dln ᾱ/du."""
    return shares(log_snr)[1] / np.sqrt(beta_min**2 - 2 * beta_d * log_sigmoid(log_snr))


@kind(
    QT_TRANSLATE_NOOP("kinds", "Variance preserving SDE"),
    "ᾱ(u) = exp(−½ β_d u² − β_min u)",
    QT_TRANSLATE_NOOP(
        "kinds",
        "Song et al. 2021, equation 33; Karras et al. 2022, table 1 “VP”; nearly “Linear, rescaled to T” with "
        "β_1 = β_min/1000 and β_T = (β_min + β_d)/1000",
    ),
    Parameter(
        "beta_d",
        "β_d",
        19.9,
        0.0,
        200.0,
        slider=(0.1, 40.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "By how much the rate of noise grows from beginning to end."),
    ),
    Parameter(
        "beta_min",
        "β_min",
        0.1,
        1e-6,
        20.0,
        slider=(1e-3, 2.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP("parameters", "The rate of noise at the beginning."),
    ),
    gives_levels=True,
    density=_vp_density,
)
def vp(T: int, beta_d: float, beta_min: float) -> Array:
    """The continuous schedule of score SDEs, σ² = exp(½ β_d u² + β_min u) − 1, read at u = t/T."""
    t = np.arange(1, T + 1)
    falls = 0.5 * beta_d * ((2 * t - 1) / T**2) + beta_min / T
    return levels_of_log_alphas_cumprod(-(0.5 * beta_d * (t / T) ** 2 + beta_min * (t / T)), falls)


def _logsnr_cosine_density(log_snr: Array, min: float, max: float) -> Array:
    """p(log SNR) = √(ᾱ(1 − ᾱ))/(2(b − a)): that of the cosine between both bounds."""
    start, rest = np.arctan(np.exp([-0.5 * max, 0.5 * min]))
    level, noise = shares(log_snr)
    density: Array = np.sqrt(level) * np.sqrt(noise) / (np.pi - 2 * start - 2 * rest)
    return density


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine in log SNR"),
    "log SNR(u) = −2 ln tan(a + u(b − a)), a = atan e^(−max/2), b = atan e^(−min/2)",
    QT_TRANSLATE_NOOP(
        "kinds", "Hoogeboom et al. 2023, simple diffusion, section 3.1; between its bounds nearly “Cosine” with s = 0"
    ),
    Parameter(
        "min",
        "log SNR_T",
        -15.0,
        -50.0,
        0.0,
        slider=(-25.0, 0.0),
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "The log SNR of the last step: the lower, the less of the picture is left."
        ),
    ),
    Parameter(
        "max",
        "log SNR_0",
        15.0,
        0.1,
        50.0,
        slider=(0.1, 25.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "The log SNR where the steps begin: the higher, the cleaner."),
    ),
    gives_levels=True,
    density=_logsnr_cosine_density,
)
def logsnr_cosine(T: int, min: float, max: float) -> Array:
    """The cosine schedule with log SNR held between two bounds, so that no step needs a cap.

    cos θ is computed as sin(π/2 − θ), which keeps its digits where θ is close to π/2, and what log SNR falls from
    tan θ/tan θ' = 1 + sin(θ − θ')/(cos θ sin θ').
    """
    start, rest = np.arctan(np.exp([-0.5 * max, 0.5 * min]))
    width = np.pi / 2 - start - rest
    sine = np.sin(start + np.arange(T + 1) / T * width)
    cosine = np.sin(rest + np.arange(T, -1, -1) / T * width)
    falls = 2 * np.log1p(np.sin(width / T) / (cosine[1:] * sine[:-1]))
    return levels_of_log_snr(2 * np.log(cosine[1:] / sine[1:]), falls)
