"""Truth about a schedule at a step, from its β by the formulas of the papers, without the program's own arrays."""

from __future__ import annotations

import math
import sys
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Schedule

Array = NDArray[np.float64]


FROM_PRODUCT = {"alphas_cumprod", "alphas_cumprod_prev", "sqrt_alphas_cumprod", "sqrt_recip_alphas_cumprod"}
LOG_SMALLEST = math.log(sys.float_info.min)


class Truth:
    """A schedule's ln ᾱ, ln(1 − ᾱ) and β at t = 1 … T."""

    def __init__(self, betas: Array) -> None:
        self.betas, self.T = betas, len(betas)
        with np.errstate(divide="ignore"):
            self._log_kept = np.cumsum(np.log1p(-betas))
            self._log_lost = np.log(-np.expm1(self._log_kept))
            self.log_snr = self._log_kept - self._log_lost

    def places(self, scale: str) -> Array:
        """Where t = 0 … T lie on a scale."""
        steps = np.arange(self.T + 1.0)
        return {"t": steps, "t/T": steps / self.T}.get(scale, np.concatenate([[np.inf], self.log_snr]))

    def is_nearest(self, scale: str, value: float, t: int) -> bool:
        """Whether no other step lies nearer to this place."""
        places = self.places(scale)
        with np.errstate(invalid="ignore"):
            away = np.where(places == value, 0.0, np.abs(places - value))
        return bool(away[t] <= away.min() * (1 + 1e-9) + 1e-12)

    def value(self, name: str, t: int) -> float | None:
        """A coefficient at t = 1 … T; None for those that are not written out here, and where ᾱ has lost its digits."""
        i = t - 1
        if name in FROM_PRODUCT and self._log_kept[i] < LOG_SMALLEST:
            return None
        beta, kept, lost = (float(array[i]) for array in (self.betas, self._log_kept, self._log_lost))
        before = float(self._log_kept[i - 1]) if i else 0.0
        lost_before = float(self._log_lost[i - 1]) if i else -math.inf
        log_snr = float(self.log_snr[i])
        formulas = {
            "betas": lambda: beta,
            "alphas": lambda: 1 - beta,
            "alphas_cumprod": lambda: _exp(kept),
            "alphas_cumprod_prev": lambda: _exp(before),
            "sqrt_recip_alphas": lambda: _exp(-0.5 * math.log1p(-beta)) if beta < 1 else math.inf,
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
            "lambdas": lambda: log_snr / 2,
        }
        return formulas[name]() if name in formulas else None


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.78 else math.inf


@lru_cache(maxsize=64)
def truth_of(spec: str) -> Truth | None:
    """The truth about a schedule that is named by its spec; None if β was pasted, and no spec says it."""
    if spec.startswith("custom") and "path=" not in spec:
        return None
    return Truth(Schedule.parse(spec).betas)


def number(text: str) -> float:
    """A number as it is read off the window."""
    text = text.strip().removesuffix(" dB")
    return float(text.replace("−", "-").replace("–", "nan").replace("∞", "inf"))


def agree(shown: float, true: float) -> bool:
    """Whether a number that is shown to five digits is a true one."""
    if math.isnan(true) or math.isinf(true):
        return repr(shown) == repr(true)
    # Below the normal numbers digits are lost, and products underflow that logarithms don't.
    return math.isclose(shown, true, rel_tol=1e-4, abs_tol=1e-9 if abs(true) > 1e-6 else 1e-300)
