"""Kinds that are defined by log SNR(u): flows, those of EDM, and densities of log SNR of which they are the quantiles.

Where u = 1 is pure noise, log SNR ends at −∞ and β_T is 1. Levels are read at u = t/T, but for those that are a
list of σ from σ_min to σ_max, which is that of t = T. What log SNR falls from step to step never is a difference of two
levels that are close to each other.
"""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.kinds.fixed_point import FIXED_ONE, fixed, fixed_sine
from ddpm_studio.diffusion.kinds.kind_registry import MIN_BETA, Parameter, kind
from ddpm_studio.diffusion.kinds.normal_quantiles import probit_steps, probits
from ddpm_studio.diffusion.noise_levels import Array, levels_of_log_snr, shares
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

CLEANEST = 650.0
"""Log SNR at which `cauchy` begins at the latest: beyond it float64 ends, 1 − ᾱ being 1e-282."""

STEEPEST = 20.0
"""Greatest ratio of both sizes of `cosine_interpolated`; from e^π = 23.1 on log SNR would rise with t."""


def _flow_density(log_snr: Array, shift: float) -> Array:
    """p(log SNR) = ½τ(1 − τ) with the τ that there would be without a shift."""
    clean, noise = shares(0.5 * log_snr + np.log(shift))
    density: Array = 0.5 * clean * noise
    return density


@kind(
    QT_TRANSLATE_NOOP("kinds", "Rectified flow"),
    "τ(u) = s·u/(1 + (s−1)·u), log SNR = 2 ln((1−τ)/τ)",
    QT_TRANSLATE_NOOP(
        "kinds", "Liu et al. 2022; Esser et al. 2024, Stable Diffusion 3; diffusers FlowMatchEulerDiscreteScheduler"
    ),
    Parameter(
        "shift",
        "s",
        1.0,
        1e-3,
        1e3,
        slider=(0.1, 20.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "By what σ of every step is multiplied: larger pictures need more noise."
        ),
    ),
    gives_levels=True,
    density=_flow_density,
    flow=True,
)
def flow(T: int, shift: float) -> Array:
    """A straight line from picture to noise, (1−τ)·x_0 + τ·ε; a shift of s is an SNR shift of s².

    >>> log_snr = flow(4, shift=3.0)[3]
    >>> (1 / (1 + np.exp(log_snr / 2))).round(3).tolist()  # τ
    [0.5, 0.75, 0.9, 1.0]
    """
    t = np.arange(1, T + 1)
    with np.errstate(divide="ignore"):
        log_snr = 2 * np.log((T - t) / t) - 2 * np.log(shift)
        falls = 2 * (np.log1p(1 / (T - t)) + np.log1p(1 / (t - 1)))
    return levels_of_log_snr(log_snr, falls)


def _normal_density(log_snr: Array, mean: float, spread: float) -> Array:
    """p(log SNR) of −½ log SNR with this mean and standard deviation."""
    density: Array = np.exp(-0.5 * ((0.5 * log_snr + mean) / spread) ** 2) / (2 * spread * np.sqrt(2 * np.pi))
    return density


def _logit_normal_density(log_snr: Array, m: float, s: float) -> Array:
    """p(log SNR) = N(−2m, (2s)²)."""
    return _normal_density(log_snr, m, s)


def lognormal_density(log_snr: Array, p_mean: float, p_std: float) -> Array:
    """p(log SNR) = N(−2 P_mean, (2 P_std)²)."""
    return _normal_density(log_snr, p_mean, p_std)


def _normal(T: int, mean: float, spread: float) -> Array:
    """Levels of log SNR = −2(mean + spread·Φ⁻¹(u))."""
    return levels_of_log_snr(-2 * (mean + spread * probits(T)[1:]), 2 * spread * probit_steps(T))


@kind(
    QT_TRANSLATE_NOOP("kinds", "Flow, logit-normal"),
    "τ(u) = S(m + s·Φ⁻¹(u)), log SNR = −2(m + s·Φ⁻¹(u))",
    QT_TRANSLATE_NOOP("kinds", "Esser et al. 2024, Stable Diffusion 3, section 3.1: the density of t in training"),
    Parameter(
        "m",
        "m",
        0.0,
        -10.0,
        10.0,
        slider=(-3.0, 3.0),
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "The middle of the time τ on the logit scale: above 0 there is more noise."
        ),
    ),
    Parameter(
        "s",
        "s",
        1.0,
        0.05,
        10.0,
        slider=(0.1, 3.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP("parameters", "How widely τ is spread on the logit scale."),
    ),
    gives_levels=True,
    density=_logit_normal_density,
    flow=True,
)
def logit_normal(T: int, m: float, s: float) -> Array:
    """Uniform t draws the τ of a flow from a logit-normal distribution; a shift of the flow adds its logarithm to m."""
    return _normal(T, m, s)


_LARGEST = QT_TRANSLATE_NOOP("parameters", "The most noise per unit of picture, where sampling begins.")
_SMALLEST = QT_TRANSLATE_NOOP("parameters", "The least noise per unit of picture, before it is 0.")
_MIDDLE = QT_TRANSLATE_NOOP("parameters", "The log SNR of the middle of the steps.")

SIGMA_MAX = Parameter("sigma_max", "σ_max", 80.0, 1.1, 1e5, slider=(2.0, 1000.0), log=True, meaning=_LARGEST)


def _sigma_min(default: float) -> Parameter:
    return Parameter("sigma_min", "σ_min", default, 1e-6, 1.0, slider=(1e-3, 0.5), log=True, meaning=_SMALLEST)


def _climb(T: int) -> Array:
    """How many of T − 1 equal steps are behind each of T levels; a single level is the last one."""
    return max(T - 1, 1) - np.arange(T - 1, -1, -1.0)


def _log_ratio(sigma_min: float, sigma_max: float) -> float:
    """ln(σ_max/σ_min), with its digits where both are close."""
    return float(np.log1p((sigma_max - sigma_min) / sigma_min))


@kind(
    QT_TRANSLATE_NOOP("kinds", "EDM"),
    "σ_t = (σ_min^{1/ρ} + (t−1)/(T−1)·(σ_max^{1/ρ} − σ_min^{1/ρ}))^ρ",
    QT_TRANSLATE_NOOP("kinds", "Karras et al. 2022, EDM, equation 5; diffusers EDMEulerScheduler"),
    _sigma_min(0.002),
    SIGMA_MAX,
    Parameter(
        "rho",
        "ρ",
        7.0,
        1.0,
        100.0,
        slider=(1.0, 15.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "How much of the steps goes to low noise: the larger, the more."),
    ),
    gives_levels=True,
)
def edm(T: int, sigma_min: float, sigma_max: float, rho: float) -> Array:
    """The noise levels at which EDM samples, a power law between σ_min and σ_max: the larger ρ, the more are low.

    >>> np.exp(-edm(5, 0.002, 80.0, 7.0)[3] / 2).round(3).tolist()  # σ
    [0.002, 0.17, 2.515, 17.528, 80.0]
    """
    step = np.expm1(_log_ratio(sigma_min, sigma_max) / rho) / max(T - 1, 1)
    climbed = 1 + step * _climb(T)
    return levels_of_log_snr(
        -2 * (np.log(sigma_min) + rho * np.log(climbed)), 2 * rho * np.log1p(step / (climbed - step))
    )


@kind(
    QT_TRANSLATE_NOOP("kinds", "EDM, log-normal σ"),
    "ln σ(u) = P_mean + P_std·Φ⁻¹(u), log SNR = −2 ln σ",
    QT_TRANSLATE_NOOP("kinds", "Karras et al. 2022, EDM, table 1: the density of σ in training"),
    Parameter(
        "p_mean",
        "P_mean",
        -1.2,
        -10.0,
        10.0,
        slider=(-3.0, 3.0),
        meaning=QT_TRANSLATE_NOOP("parameters", "The mean of ln σ."),
    ),
    Parameter(
        "p_std",
        "P_std",
        1.2,
        0.05,
        10.0,
        slider=(0.1, 3.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP("parameters", "The standard deviation of ln σ."),
    ),
    gives_levels=True,
    density=lognormal_density,
)
def lognormal(T: int, p_mean: float, p_std: float) -> Array:
    """Uniform t draws σ from the log-normal distribution that EDM trains with."""
    return _normal(T, p_mean, p_std)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Variance exploding"),
    "σ_t = σ_min·(σ_max/σ_min)^{(t−1)/(T−1)}",
    QT_TRANSLATE_NOOP("kinds", "Song et al. 2021, equation 31 and appendix C; Karras et al. 2022, table 1 “VE”"),
    _sigma_min(0.01),
    Parameter("sigma_max", "σ_max", 50.0, 1.1, 1e5, slider=(2.0, 1000.0), log=True, meaning=_LARGEST),
    gives_levels=True,
)
def ve(T: int, sigma_min: float, sigma_max: float) -> Array:
    """σ in even steps of its logarithm, so that every step takes the same share of the SNR.

    >>> np.exp(-ve(3, 0.01, 100.0)[3] / 2).round(3).tolist()  # σ
    [0.01, 1.0, 100.0]
    """
    fall = _log_ratio(sigma_min, sigma_max) / max(T - 1, 1)
    return levels_of_log_snr(-2 * (np.log(sigma_min) + fall * _climb(T)), np.full(T, 2 * fall))


def cauchy_density(log_snr: Array, mu: float, gamma: float) -> Array:
    """p(log SNR) = γ/(π((log SNR − μ)² + γ²)); of steps at the bound, too, which are closer together."""
    return gamma / (np.pi * ((log_snr - mu) ** 2 + gamma**2))


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cauchy"),
    QT_TRANSLATE_NOOP("kinds", "log SNR(u) = μ + γ·tan(π(½ − u)), at most 650"),
    QT_TRANSLATE_NOOP("kinds", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"),
    Parameter("mu", "μ", 0.0, -20.0, 20.0, slider=(-6.0, 6.0), meaning=_MIDDLE),
    Parameter(
        "gamma",
        "γ",
        1.0,
        0.01,
        10.0,
        slider=(0.1, 4.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP("parameters", "How widely the steps are spread in log SNR."),
    ),
    gives_levels=True,
    density=cauchy_density,
)
def cauchy(T: int, mu: float, gamma: float) -> Array:
    """Uniform t draws log SNR from a Cauchy distribution, whose tails leave steps to hardly any noise."""
    t = np.arange(T + 1)
    sine = np.sin(np.pi * np.minimum(t, T - t) / T)
    with np.errstate(divide="ignore"):
        log_snr = mu + gamma * (np.sin(np.pi * (T - 2 * t) / (2 * T)) / sine)
        falls = gamma * np.sin(np.pi / T) / (sine[1:] * sine[:-1])
    ceiling = CLEANEST - MIN_BETA * t
    falls = np.where(log_snr[1:] > ceiling[1:], MIN_BETA, falls)
    below = 1 + int(np.argmax(log_snr[1:] <= ceiling[1:]))
    if below > 1:
        falls[below - 1] = _fall_from_ceiling(below, T, mu, gamma)
    return levels_of_log_snr(np.minimum(log_snr, ceiling)[1:], falls)


def _fall_from_ceiling(t: int, T: int, mu: float, gamma: float) -> float:
    """What log SNR falls by at the first step below 650, of two levels so large that float64 has few digits of it."""
    turn = 2 * t * FIXED_ONE // T
    cotangent = fixed_sine(FIXED_ONE - turn) * FIXED_ONE // fixed_sine(turn)
    level = fixed(mu) + fixed(gamma) * cotangent // FIXED_ONE
    return (fixed(CLEANEST) - (t - 1) * fixed(MIN_BETA) - level) / FIXED_ONE


def _cotangents(T: int) -> tuple[Array, Array]:
    """2 ln cot(πu/2) at u = t/T, and what it falls by, which is infinite at the last."""
    sine = np.sin(np.arange(T + 1) * np.pi / (2 * T))
    cosine = np.sin(np.arange(T, -1, -1) * np.pi / (2 * T))
    with np.errstate(divide="ignore"):
        falls = 2 * np.log1p(np.sin(np.pi / (2 * T)) / (cosine[1:] * sine[:-1]))
        return 2 * np.log(cosine[1:] / sine[1:]), falls


def _cosine_scaled_density(log_snr: Array, mu: float, scale: float) -> Array:
    """p(log SNR) = s/(2π cosh(½s(log SNR − μ)))."""
    level, noise = shares(scale * (log_snr - mu))
    density: Array = np.sqrt(level) * np.sqrt(noise) * (scale / np.pi)
    return density


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine, shifted and scaled"),
    "log SNR(u) = μ + (2/s)·ln cot(πu/2)",
    QT_TRANSLATE_NOOP("kinds", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training, table 1"),
    Parameter("mu", "μ", 0.0, -20.0, 20.0, slider=(-6.0, 6.0), meaning=_MIDDLE),
    Parameter(
        "scale",
        "s",
        1.0,
        0.1,
        10.0,
        slider=(0.2, 4.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "By what log SNR is divided: the larger, the nearer all steps are to its middle."
        ),
    ),
    gives_levels=True,
    density=_cosine_scaled_density,
)
def cosine_scaled(T: int, mu: float, scale: float) -> Array:
    """The cosine schedule with its log SNR moved by μ, which is an SNR shift of e^−μ, and divided by s."""
    log_snr, falls = _cotangents(T)
    return levels_of_log_snr(mu + log_snr / scale, falls / scale)


def _size(key: str, symbol: str, default: float, meaning: SourceText) -> Parameter:
    return Parameter(key, symbol, default, 1.0, 16384.0, slider=(8.0, 2048.0), log=True, meaning=meaning)


def _check_sizes(low: float, high: float) -> None:
    if high > STEEPEST * low:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "high is {high:g} and low is {low:g}; high may be at most {most:g} times low."),
            about=("low", "high"),
            low=low,
            high=high,
            most=STEEPEST,
        )


@kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine, interpolated shift"),
    "log SNR(u) = 2 ln cot(πu/2) + 2(1−u)·ln(d_0/d) + 2u·ln(d_1/d)",
    QT_TRANSLATE_NOOP(
        "kinds", "Hoogeboom et al. 2023, simple diffusion, section 3.1; k-diffusion “cosine-interpolated”"
    ),
    _size("size", "d", 512.0, QT_TRANSLATE_NOOP("parameters", "Width of the pictures in pixels.")),
    _size("low", "d_0", 32.0, QT_TRANSLATE_NOOP("parameters", "Width of pictures whose noise the first step has.")),
    _size("high", "d_1", 256.0, QT_TRANSLATE_NOOP("parameters", "Width of pictures whose noise the last step has.")),
    gives_levels=True,
)
def cosine_interpolated(T: int, size: float, low: float, high: float) -> Array:
    """The cosine schedule, shifted for pictures of d² as if its noise were that of low² at t = 0 and high² at T."""
    _check_sizes(low, high)
    log_snr, falls = _cotangents(T)
    slope = 2 * np.log(high / low)
    u = np.arange(1, T + 1) / T
    return levels_of_log_snr(log_snr + 2 * np.log(low / size) + slope * u, falls - slope / T)
