"""Truth about a schedule at a step, from its β and α by the formulas of the papers, without what else is derived."""

from __future__ import annotations

import math
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from tests.soak import training
from tests.soak.training import TrainingTruth

Array = NDArray[np.float64]


AT_START = {
    "alphas_cumprod": 1.0,
    "sqrt_alphas_cumprod": 1.0,
    "sqrt_one_minus_alphas_cumprod": 0.0,
    "log_one_minus_alphas_cumprod": -math.inf,
    "sqrt_recip_alphas_cumprod": 1.0,
    "sqrt_recipm1_alphas_cumprod": 0.0,
    "snr": math.inf,
    "log_snr": math.inf,
    "snr_db": math.inf,
    "sigmas": 0.0,
    "tau": 0.0,
    "lambdas": math.inf,
}
"""What follows from ᾱ_t alone, at t = 0, where ᾱ is 1."""

LEVELS = {"log_snr", "sigma", "tau"}
LOGARITHMS = {"log_snr", "snr_db", "lambdas"}
"""Differences of two others, which know nothing below the last digit of these."""


Trained = tuple[str, Objective]
"""A schedule's spec, and what a network is trained for along it."""

CLOSE, WIDE = 1e-9, 1e-6
"""Places on a scale that may be one, and steps that are far enough apart to have something between them."""


class Truth:
    """A schedule's ln ᾱ, ln(1 − ᾱ) and β at t = 1 … T; ln α counts where 1 − β has lost its digits. `density` is that
    of its steps over log SNR, and `train` what a network is trained for.
    """

    def __init__(self, betas: Array, log_alphas: Array, density: Array, train: Objective) -> None:
        self.betas, self._log_alphas, self.T = betas, log_alphas, len(betas)
        self._density, self._train = density, train
        with np.errstate(divide="ignore"):
            self._log_kept = np.cumsum(np.where(betas < 0.5, np.log1p(-betas), log_alphas))
            self._log_lost = np.where(
                self._log_kept < -1, np.log1p(-np.exp(self._log_kept)), np.log(-np.expm1(self._log_kept))
            )
            self.log_snr = self._log_kept - self._log_lost

    @cached_property
    def training(self) -> TrainingTruth:
        """What the objective makes of the steps."""
        return TrainingTruth(self.log_snr, self._density, self._train)

    def places(self, scale: str) -> Array:
        """Where t = 0 … T lie on a scale; σ is the same moments as log SNR, and counted as that here."""
        steps = np.arange(self.T + 1.0)
        return {"t": steps, "t/T": steps / self.T, "tau": np.append(0.0, self.tau)}.get(
            scale, np.concatenate([[np.inf], self.log_snr])
        )

    @property
    def tau(self) -> Array:
        """τ = s/(a + s) at t = 1 … T."""
        kept, lost = np.exp(self._log_kept / 2), np.exp(self._log_lost / 2)
        tau: Array = lost / (kept + lost)
        return tau

    def positions(self, scale: str) -> Array:
        """Where t = 0 … T are drawn on an axis, which has noise on the right and σ in powers of ten."""
        sign = {"log_snr": -1.0, "sigma": -0.5 / math.log(10)}.get(scale, 1.0)
        return sign * self.places(scale)

    def is_nearest(self, scale: str, value: float, t: int) -> bool:
        """Whether no other step lies nearer to this place."""
        places = self.places(scale)
        if scale == "sigma":
            value = -2 * math.log(value) if value > 0 else math.inf
        with np.errstate(invalid="ignore"):
            away = np.where(places == value, 0.0, np.abs(places - value))
        return bool(away[t] <= away.min() * (1 + 1e-9) + 1e-12)

    def at_moment_of(self, other: Truth, scale: str, name: str, t: int) -> float | None:
        """A coefficient where another schedule is at its step t = 1 … T, linearly between the steps; NaN outside of
        them. None where that is not known, or hangs on a rounding.
        """
        if np.array_equal(self.betas, other.betas):
            return self.value(name, t)
        places, place = self.places(scale)[1:], float(other.places(scale)[t])
        if scale in LEVELS - {"tau"}:  # τ rises with t.
            places, place = -places, -place
        if not (np.isfinite(places).all() and math.isfinite(place) and (np.diff(places) > WIDE).all()):
            return None
        after = int(np.searchsorted(places, place - CLOSE))
        is_step = after < self.T and abs(places[after] - place) <= CLOSE
        if is_step and after in (0, self.T - 1) and places[after] != place:
            return None
        if not is_step and after in (0, self.T):
            return math.nan
        if scale in LEVELS and name in AT_START:
            return other.value(name, t)
        return self.value(name, after + 1) if is_step else self._between(name, after, places, place)

    def _between(self, name: str, after: int, places: Array, place: float) -> float | None:
        ends = [self.value(name, t) for t in (after, after + 1)]
        if any(end is None or math.isinf(end) for end in ends):
            return None
        return float(np.interp(place, places[after - 1 : after + 1], np.array(ends, dtype=float)))

    def value(self, name: str, t: int) -> float | None:
        """A coefficient at t = 1 … T; None for those that are not written out here."""
        if name in training.CURVES:
            return self.training.value(name, t)
        i = t - 1
        beta, kept, lost = (float(array[i]) for array in (self.betas, self._log_kept, self._log_lost))
        before = float(self._log_kept[i - 1]) if i else 0.0
        lost_before = float(self._log_lost[i - 1]) if i else -math.inf
        log_snr = float(self.log_snr[i])
        formulas = {
            "betas": lambda: beta,
            "alphas": lambda: _exp(self._log_alphas[i]),
            "alphas_cumprod": lambda: _exp(kept),
            "alphas_cumprod_prev": lambda: _exp(before),
            "sqrt_recip_alphas": lambda: _exp(-self._log_alphas[i] / 2),
            "sqrt_alphas_cumprod": lambda: _exp(kept / 2),
            "sqrt_one_minus_alphas_cumprod": lambda: _exp(lost / 2),
            "posterior_variance": lambda: beta * _exp(lost_before - lost),
            "log_one_minus_alphas_cumprod": lambda: lost,
            "sqrt_recip_alphas_cumprod": lambda: _exp(-kept / 2),
            "sqrt_recipm1_alphas_cumprod": lambda: _exp(-log_snr / 2),
            "snr": lambda: _exp(log_snr),
            "log_snr": lambda: log_snr,
            "snr_db": lambda: 10 * log_snr / math.log(10),
            "sigmas": lambda: _exp(-log_snr / 2),
            "tau": lambda: 1 / (1 + _exp(log_snr / 2)),
            "lambdas": lambda: log_snr / 2,
        }
        return formulas[name]() if name in formulas else None


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.78 else math.inf


def true_value(name: str, spec: str, t: int, train: Objective = PLAIN) -> float | None:
    """A coefficient at t = 0 … T; NaN if it has no value at t = 0, and None if it is not known."""
    truth = truth_of(spec, train)
    if t == 0:
        return None if name == "alphas_cumprod_next" else AT_START.get(name, math.nan)
    return None if truth is None else truth.value(name, t)


def operands(name: str, own: Trained, against: Trained, scale: str, t: int) -> tuple[float, float] | None:
    """A coefficient at t = 0 … T, and that of another schedule at the same moment; None if either is not known."""
    truth, other = truth_of(*own), truth_of(*against)
    here = true_value(name, own[0], t, own[1])
    if t == 0:
        there = true_value(name, against[0], 0, against[1])
    else:
        there = None if truth is None or other is None else other.at_moment_of(truth, scale, name, t)
    return None if here is None or there is None else (here, there)


@lru_cache(maxsize=64)
def truth_of(spec: str, train: Objective = PLAIN) -> Truth | None:
    """The truth about a schedule that is named by its spec, and about what a network is trained for along it; None if β
    was pasted, and no spec says it.
    """
    if spec.startswith("custom") and "path=" not in spec:
        return None
    coefficients = Schedule.parse(spec).coefficients
    return Truth(coefficients.betas, coefficients.log_alphas, coefficients.log_snr_density, train)


def number(text: str) -> float:
    """A number as it is read off the window."""
    text = text.strip().removesuffix(" dB")
    return float(text.replace("−", "-").replace("–", "nan").replace("∞", "inf"))


def agree(shown: float, true: float, logarithm: bool = False) -> bool:
    """Whether a number that is shown to five digits is a true one; a logarithm near 0 has no more than the rest."""
    if math.isnan(true) or math.isinf(true):
        return repr(shown) == repr(true)
    # Below the normal numbers digits are lost, and products underflow that logarithms don't. What a formula leaves
    # level falls by 1e-12 a step in β alone, and that is counted here from β, in decibels as well.
    return math.isclose(shown, true, rel_tol=1e-4, abs_tol=5e-9 if logarithm or abs(true) > 1e-6 else 1e-300)


def agree_on_difference(shown: float, own: float, there: float) -> bool:
    """Whether a number that is shown to five digits is a difference of two that have lost a few of their own."""
    with np.errstate(invalid="ignore"):
        true = float(np.subtract(own, there))
    if not math.isfinite(true):
        return agree(shown, true)
    return math.isclose(shown, true, rel_tol=1e-4, abs_tol=1e-8 * max(abs(own), abs(there)) + 1e-300)


def agree_on_ratio(shown: float, own: float, there: float) -> bool:
    """Whether a number that is shown to five digits is a ratio of two."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return agree(shown, float(np.divide(own, there)))
