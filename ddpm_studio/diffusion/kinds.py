"""Kinds of noise schedule, one short function each: parameters in, β_1 … β_T out.

u = t/T runs over 0 … 1. Some papers define β directly, others ᾱ(u); the latter are turned into β either by the capped
discretisation of Nichol & Dhariwal 2021, min(1 − ᾱ(t/T)/ᾱ((t−1)/T), max_beta), or, where the paper fixes ᾱ itself,
by the plain ratio of neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

Array = NDArray[np.float64]

MIN_BETA = 1e-12
"""Smallest β of any schedule: a smaller step would leave ᾱ unchanged in float64 and 1 − ᾱ at zero."""

MAX_BETA = 0.999
"""Cap of the discretised kinds (Nichol & Dhariwal 2021, section 3.2)."""


@dataclass(frozen=True)
class Parameter:
    """One number of a kind: its key in a spec, its default and bounds, and the range its slider covers."""

    key: str
    symbol: str
    default: float
    low: float
    high: float
    slider: tuple[float, float]
    log: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of schedule: `betas(T, **parameters)` returns β of shape (T,).

    `formula` is a SourceText where it has words.
    """

    name: str
    label: SourceText
    formula: str
    source: SourceText
    parameters: tuple[Parameter, ...]
    betas: Callable[..., Array]


_KINDS: dict[str, Kind] = {}

KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)
"""Every kind by name, in display order."""


def _kind(
    label: SourceText, formula: str, source: SourceText, *parameters: Parameter
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def register(betas: Callable[..., Array]) -> Callable[..., Array]:
        name = betas.__name__
        _KINDS[name] = Kind(name, label, formula, source, parameters, betas)
        return betas

    return register


def _beta(key: str, symbol: str, default: float) -> Parameter:
    return Parameter(key, symbol, default, MIN_BETA, 1.0, slider=(1e-6, 0.5), log=True)


START, END = _beta("beta_start", "β_1", 1e-4), _beta("beta_end", "β_T", 0.02)
CAP = Parameter("max_beta", "β_max", MAX_BETA, 1e-3, 1.0, slider=(0.5, 1.0))


TAU = Parameter("tau", "τ", 1.0, 0.01, 100.0, slider=(0.1, 10.0), log=True)


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


def from_log_alpha_bar(log_alpha_bar: Array) -> Array:
    """β of shape (T,) from ln ᾱ_1 … ln ᾱ_T, without the cancellation of 1 − ᾱ_t/ᾱ_{t−1}.

    >>> from_log_alpha_bar(np.log([0.9, 0.72, 0.36])).round(3).tolist()
    [0.1, 0.2, 0.5]
    """
    return -np.expm1(np.diff(log_alpha_bar, prepend=0.0))


def _log_sigmoid(x: Array) -> Array:
    return -np.logaddexp(0.0, -x)


@_kind(
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


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Linear, rescaled to T"),
    QT_TRANSLATE_NOOP("kinds", "linear between β_1·1000/T and β_T·1000/T, at most 0.999"),
    QT_TRANSLATE_NOOP("kinds", "Nichol & Dhariwal 2021, improved-diffusion “linear”"),
    START,
    END,
)
def linear_rescaled(T: int, beta_start: float, beta_end: float) -> Array:
    """Linear with both ends times 1000/T, so that ᾱ_T hardly depends on T; capped where that exceeds 0.999."""
    return np.minimum(linear(T, beta_start, beta_end) * (1000 / T), MAX_BETA)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Scaled linear"),
    "β_t = (√β_1 + (t−1)/(T−1)·(√β_T − √β_1))²",
    QT_TRANSLATE_NOOP(
        "kinds", "Rombach et al. 2022, latent diffusion “linear”; Ho et al. 2020 “quad”; diffusers “scaled_linear”"
    ),
    _beta("beta_start", "β_1", 0.00085),
    _beta("beta_end", "β_T", 0.012),
)
def scaled_linear(T: int, beta_start: float, beta_end: float) -> Array:
    """√β evenly spaced between the square roots of its ends."""
    return np.linspace(beta_start**0.5, beta_end**0.5, T) ** 2


@_kind(
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


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Warm-up over 10 %"),
    QT_TRANSLATE_NOOP("kinds", "β_t = β_T after a linear start from β_1 over the first ⌊0.1 T⌋ steps"),
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “warmup10”"),
    START,
    END,
)
def warmup10(T: int, beta_start: float, beta_end: float) -> Array:
    """Constant β after a linear start over a tenth of the steps."""
    return _warm_up(T, beta_start, beta_end, 0.1)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Warm-up over 50 %"),
    QT_TRANSLATE_NOOP("kinds", "β_t = β_T after a linear start from β_1 over the first ⌊0.5 T⌋ steps"),
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “warmup50”"),
    START,
    END,
)
def warmup50(T: int, beta_start: float, beta_end: float) -> Array:
    """Constant β after a linear start over half of the steps."""
    return _warm_up(T, beta_start, beta_end, 0.5)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Constant"),
    "β_t = β_T",
    QT_TRANSLATE_NOOP("kinds", "Ho et al. 2020, diffusion “const”"),
    END,
)
def const(T: int, beta_end: float) -> Array:
    """The same β at every step."""
    return np.full(T, beta_end)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "JSD"),
    "β_t = 1/(T − t + 1)",
    QT_TRANSLATE_NOOP("kinds", "Sohl-Dickstein et al. 2015; Ho et al. 2020, diffusion “jsd”"),
)
def jsd(T: int) -> Array:
    """Each step erases the same share of the original signal; the last β is 1, so ᾱ_T = 0.

    >>> jsd(4).round(3).tolist()
    [0.25, 0.333, 0.5, 1.0]
    """
    return 1 / np.arange(T, 0, -1, dtype=np.float64)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine"),
    "ᾱ(u) = cos²((u+s)/(1+s)·π/2), β_t = min(1 − ᾱ_t/ᾱ_{t−1}, β_max)",
    QT_TRANSLATE_NOOP("kinds", "Nichol & Dhariwal 2021, equation 17; diffusers “squaredcos_cap_v2”"),
    Parameter("s", "s", 0.008, 0.0, 1.0, slider=(0.0, 0.1)),
    CAP,
)
def cosine(T: int, s: float, max_beta: float) -> Array:
    """ᾱ falls as a squared cosine, almost linearly in the middle and gently at both ends.

    >>> cosine(4, s=0.008, max_beta=0.999).round(3).tolist()
    [0.153, 0.417, 0.708, 0.999]
    """
    return cap(lambda u: 2 * np.log(np.cos((u + s) / (1 + s) * np.pi / 2)), T, max_beta)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Exponential"),
    "ᾱ(u) = e^(−12u)",
    QT_TRANSLATE_NOOP("kinds", "diffusers HeunDiscreteScheduler “exp”"),
)
def exp(T: int) -> Array:
    """ᾱ decays exponentially, which makes β constant."""
    return cap(lambda u: -12 * u, T)


def _laplace_log_snr(u: Array, mu: float, b: float) -> Array:
    offset = 0.5 - u
    return mu - b * np.copysign(1.0, offset) * np.log(1 - 2 * np.abs(offset) + 1e-6)


LAPLACE = (
    Parameter("mu", "μ", 0.0, -20.0, 20.0, slider=(-6.0, 6.0)),
    Parameter("b", "b", 0.5, 0.01, 2.0, slider=(0.1, 2.0)),
)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Laplace"),
    "log SNR(u) = μ − b·sgn(½−u)·ln(1 − 2|½−u|), ᾱ = SNR/(1+SNR)",
    QT_TRANSLATE_NOOP("kinds", "Hang et al. 2024, Improved Noise Schedule for Diffusion Training"),
    *LAPLACE,
)
def laplace(T: int, mu: float, b: float) -> Array:
    """Uniform t draws log SNR from a Laplace distribution, which crowds the steps around SNR = e^μ."""
    u = np.arange(1, T + 1) / T
    return from_log_alpha_bar(_log_sigmoid(_laplace_log_snr(u, mu, b)))


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Laplace, as in diffusers"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ = √(SNR/(1+SNR)) with the SNR of Laplace"),
    QT_TRANSLATE_NOOP("kinds", "diffusers “laplace”, which takes √ᾱ for ᾱ"),
    *LAPLACE,
)
def laplace_diffusers(T: int, mu: float, b: float) -> Array:
    """The Laplace schedule as diffusers computes it: the root of the paper's ᾱ, so it ends at √ᾱ_T = 0.18."""
    return cap(lambda u: 0.5 * _log_sigmoid(_laplace_log_snr(u, mu, b)), T)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Sigmoid in β"),
    QT_TRANSLATE_NOOP("kinds", "β_t = S(x_t)·(β_T − β_1) + β_1, x_t evenly from −6 to 6"),
    QT_TRANSLATE_NOOP("kinds", "Xu et al. 2022, GeoDiff; diffusers “sigmoid”"),
    START,
    END,
)
def sigmoid_beta(T: int, beta_start: float, beta_end: float) -> Array:
    """β itself follows a logistic curve between its ends."""
    return np.exp(_log_sigmoid(np.linspace(-6, 6, T))) * (beta_end - beta_start) + beta_start


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Sigmoid in ᾱ"),
    "ᾱ(u) = [S(e/τ) − S((u(e−b)+b)/τ)] / [S(e/τ) − S(b/τ)]",
    QT_TRANSLATE_NOOP("kinds", "Jabri et al. 2022, Scalable Adaptive Computation; lucidrains “sigmoid”"),
    Parameter("start", "b", -3.0, -20.0, 20.0, slider=(-6.0, 6.0)),
    Parameter("end", "e", 3.0, -20.0, 20.0, slider=(-6.0, 6.0)),
    TAU,
)
def sigmoid(T: int, start: float, end: float, tau: float) -> Array:
    """ᾱ falls as the piece of a logistic curve between b and e; β is at most 0.999.

    S(y) − S(x) = S(y)·S(−x)·(1 − e^(x−y)) does not cancel; factors that do not depend on u drop out of β.
    """
    _check_order(start, end)

    def log_alpha_bar(u: Array) -> Array:
        x = (u * (end - start) + start) / tau
        return _log_sigmoid(-x) + np.log(-np.expm1((u - 1) * (end - start) / tau))

    return cap(log_alpha_bar, T)


ALPHA_BAR_FLOOR = 1e-9
"""Lower bound to which Chen 2023 clips ᾱ, so that the last step keeps a finite SNR."""


def _floored(alpha_bar: Array) -> Array:
    return from_log_alpha_bar(np.log(np.clip(alpha_bar, ALPHA_BAR_FLOOR, 1.0)))


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine power"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ(u) = [c(e) − c(u(e−b)+b)] / [c(e) − c(b)], c(x) = cos^{2τ}(x·π/2), at least 1e-9"),
    QT_TRANSLATE_NOOP("kinds", "Chen 2023, On the Importance of Noise Scheduling, section 2.1"),
    Parameter("start", "b", 0.0, 0.0, 1.0, slider=(0.0, 1.0)),
    Parameter("end", "e", 1.0, 0.0, 1.0, slider=(0.0, 1.0)),
    TAU,
)
def cosine_power(T: int, start: float, end: float, tau: float) -> Array:
    """The piece of a cosine between b and e, to the power 2τ, in units of its value at b, which may be tiny."""
    _check_order(start, end)

    def c(x: Array) -> Array:
        kept: Array = np.cos(x * np.pi / 2) / np.cos(start * np.pi / 2)
        return np.clip(kept, 0.0, 1.0) ** (2 * tau)

    u = np.arange(1, T + 1) / T
    first, last = c(np.array([start, end]))
    return _floored((last - c(u * (end - start) + start)) / (last - first))


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Linear in ᾱ"),
    QT_TRANSLATE_NOOP("kinds", "ᾱ(u) = 1 − u, at least 1e-9"),
    QT_TRANSLATE_NOOP("kinds", "Chen 2023, On the Importance of Noise Scheduling, “simple linear”"),
)
def linear_gamma(T: int) -> Array:
    """The variance of the picture in x_t falls in a straight line.

    >>> np.cumprod(1 - linear_gamma(4)).round(3).tolist()
    [0.75, 0.5, 0.25, 0.0]
    """
    return _floored(1 - np.arange(1, T + 1) / T)


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Variance preserving SDE"),
    "ᾱ(u) = exp(−½ β_d u² − β_min u)",
    QT_TRANSLATE_NOOP("kinds", "Song et al. 2021, equation 33; Karras et al. 2022, table 1 “VP”"),
    Parameter("beta_d", "β_d", 19.9, 0.0, 200.0, slider=(0.1, 40.0)),
    Parameter("beta_min", "β_min", 0.1, 1e-6, 20.0, slider=(1e-3, 2.0), log=True),
)
def vp(T: int, beta_d: float, beta_min: float) -> Array:
    """The continuous schedule of score SDEs, σ² = exp(½ β_d u² + β_min u) − 1, read at u = t/T."""
    u = np.arange(1, T + 1) / T
    return from_log_alpha_bar(-(0.5 * beta_d * u**2 + beta_min * u))


@_kind(
    QT_TRANSLATE_NOOP("kinds", "Cosine in log SNR"),
    "log SNR(u) = −2 ln tan(a + u(b − a)), a = atan e^(−max/2), b = atan e^(−min/2)",
    QT_TRANSLATE_NOOP("kinds", "Hoogeboom et al. 2023, simple diffusion, section 3.1"),
    Parameter("min", "log SNR_T", -15.0, -50.0, 0.0, slider=(-25.0, 0.0)),
    Parameter("max", "log SNR_0", 15.0, 0.1, 50.0, slider=(0.1, 25.0)),
)
def logsnr_cosine(T: int, min: float, max: float) -> Array:
    """The cosine schedule with log SNR held between two bounds, so that no step needs a cap.

    tan θ is computed as sin θ/sin(π/2 − θ), which keeps its digits where θ is close to π/2.
    """
    start, rest = np.arctan(np.exp([-0.5 * max, 0.5 * min]))
    width = np.pi / 2 - start - rest
    u = np.arange(1, T + 1) / T
    log_snr = 2 * np.log(np.sin(rest + (1 - u) * width) / np.sin(start + u * width))
    return from_log_alpha_bar(_log_sigmoid(log_snr))
