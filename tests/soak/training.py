"""Training curves by the formulas of the papers, as logarithms over log SNR, without what the program derives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.training.objective import Objective

Array = NDArray[np.float64]
Options = Mapping[str, float]

CURVES = ("effective_weight", "relative_weight", "draw_density", "loss_weight", "unit_weight")

PUREST = -600.0
"""Log SNR that stands for pure noise in weights, which have a limit there or none."""

LAST_U = 1 - 2**-53
"""What stands for u = 1, where some densities have a limit or none."""

WRITTEN = 650.0
"""Logarithms beyond ± this are not known here: float64 comes to its ends on the way to what they stand for."""

STEEP = 1e-3
"""A slope of the mode draw below which its density hangs on the last digits of u."""


def _plus(*logs: Array | float) -> Array:
    """ln(e^x + e^y + …)."""
    total: Array = np.logaddexp.reduce(np.broadcast_arrays(*logs))
    return total


def _log_unit(predict: str, level: Array, options: Options) -> Array:
    """ln of a prediction's squared error over that of ε, with σ² = 1/SNR: 1, σ², 1 + σ², (1 + σ)², 1 + (σ/σ_data)²."""
    units: Mapping[str, Callable[[], Array]] = {
        "epsilon": lambda: np.zeros_like(level),
        "sample": lambda: -level,
        "v_prediction": lambda: _plus(0, -level),
        "flow_prediction": lambda: 2 * _plus(0, -level / 2),
        "reversed_flow_prediction": lambda: 2 * _plus(0, -level / 2),
        "edm": lambda: _plus(0, -level - 2 * math.log(options["sigma_data"])),
        "edm_v_prediction": lambda: _plus(0, -level - 2 * math.log(options["sigma_data"])),
    }
    return units[predict]()


def _log_weight(weight: str, level: Array, options: Options) -> tuple[str, Array]:
    """The prediction on whose loss a weight was stated, "" for any, and ln of the weight."""
    v, u = "v_prediction", "flow_prediction"
    weights: Mapping[str, Callable[[], tuple[str, Array]]] = {
        "none": lambda: ("", np.zeros_like(level)),
        "min_snr": lambda: ("sample", np.minimum(level, math.log(options["snr_gamma"]))),
        "min_snr_v_early": lambda: (v, np.minimum(0, math.log(options["snr_gamma"]) - _plus(0, level))),
        "soft_min_snr": lambda: ("sample", level - _plus(0, level - math.log(options["snr_gamma"]))),
        "p2": lambda: ("epsilon", -options["p2_gamma"] * _plus(math.log(options["p2_k"]), level)),
        "debiased": lambda: ("epsilon", -level / 2),
        "debiased_v": lambda: (v, -_plus(0, level)),
        "sigmoid": lambda: ("epsilon", -_plus(0, level - options["bias"])),
        "truncated_snr": lambda: ("sample", np.maximum(level, 0)),
        "edm_lambda": lambda: ("sample", _plus(level, -2 * math.log(options["sigma_data"]))),
        "sigma_sqrt": lambda: (u, 2 * _plus(0, level / 2)),
        "cosmap": lambda: (u, math.log(2 / math.pi) + 2 * _plus(0, -level / 2) - _plus(0, -level)),
    }
    return weights[weight]()


def _log_draw_of_level(draw: str, level: Array, options: Options) -> Array | None:
    """ln of a density over log SNR; None for a draw of u."""
    if draw == "lognormal":
        spread = 2 * options["p_std"]
        away = (level + 2 * options["p_mean"]) / spread
        return -(away**2) / 2 - math.log(spread * math.sqrt(2 * math.pi))
    if draw == "laplace":
        return -np.abs(level - options["mu"]) / options["b"] - math.log(2 * options["b"])
    if draw == "cauchy":
        away = (level - options["mu"]) / options["gamma"]
        return -np.log(math.pi * options["gamma"] * (1 + away**2))
    return None


def _log_draw_of_u(draw: str, u: Array, options: Options) -> Array:
    """ln of a density over u = t/T; NaN where it hangs on rounding."""
    densities: Mapping[str, Callable[[], Array]] = {
        "uniform": lambda: np.zeros_like(u),
        "logit_normal": lambda: _log_logit_normal(u, options["m"], options["s"]),
        "mode": lambda: _log_mode(u, options["kappa"]),
        "cosmap": lambda: math.log(2 / math.pi) - np.log((1 - u) ** 2 + u**2),
        "beta": lambda: _log_beta(u, options["beta_a"], options["beta_b"]),
        "shifted": lambda: math.log(options["draw_shift"]) - 2 * np.log(options["draw_shift"] * (1 - u) + u),
    }
    return densities[draw]()


def _log_logit_normal(u: Array, mean: float, spread: float) -> Array:
    logit = np.log(u) - np.log1p(-u)
    return -(((logit - mean) / spread) ** 2) / 2 - math.log(spread * math.sqrt(2 * math.pi)) - np.log(u) - np.log1p(-u)


def _log_beta(u: Array, a: float, b: float) -> Array:
    return (a - 1) * np.log(u) + (b - 1) * np.log1p(-u) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)


def _log_mode(u: Array, kappa: float) -> Array:
    """−ln|f′(v)| at the v with u = f(v) = 1 − v − κ(cos²(πv/2) − 1 + v), which falls from 1 to 0."""
    low, high = np.zeros_like(u), np.ones_like(u)
    for _ in range(60):
        v = (low + high) / 2
        above = 1 - v - kappa * (np.cos(np.pi * v / 2) ** 2 - 1 + v) > u
        low, high = np.where(above, v, low), np.where(above, high, v)
    slope = np.abs(1 + kappa * (1 - np.pi / 2 * np.sin(np.pi * low)))
    return -np.log(np.where(slope < STEEP, np.nan, slope))


class TrainingTruth:
    """ln of p, w, c and W at the steps of a schedule, from its log SNR and how many steps it has per unit of that."""

    def __init__(self, log_snr: Array, density: Array, train: Objective) -> None:
        self._log_snr = log_snr
        level, options = np.maximum(log_snr, PUREST), train.values
        self._unit = _log_unit(train.predict, level, options)
        stated, loss = _log_weight(train.weight, level, options)
        self._loss = loss if stated in ("", train.predict) else loss + _log_unit(stated, level, options) - self._unit
        self._draw = self._log_draw(density, train)
        with np.errstate(invalid="ignore"):
            self._effective = self._draw + self._loss + self._unit

    def _log_draw(self, density: Array, train: Objective) -> Array:
        with np.errstate(divide="ignore", over="ignore"):
            over_level = _log_draw_of_level(train.draw, self._log_snr, train.values)
            if over_level is not None:
                return over_level
            u = np.minimum(np.arange(1, len(density) + 1) / len(density), LAST_U)
            return _log_draw_of_u(train.draw, u, train.values) + np.log(density)

    def value(self, name: str, t: int) -> float | None:
        """A training curve at t = 1 … T; None where float64 does not hold it, or something on the way to it."""
        logs = [float(each[t - 1]) for each in (self._draw, self._loss, self._unit)]
        if logs[0] == -math.inf and name not in ("loss_weight", "unit_weight"):
            return 0.0
        parts = dict(zip(("draw_density", "loss_weight", "unit_weight"), logs, strict=True))
        steps = [parts[name]] if name in parts else [*logs, logs[0] + logs[1], sum(logs)]
        if name == "relative_weight":
            steps.append(sum(logs) - self._at_balance)
        return math.exp(steps[-1]) if all(abs(step) < WRITTEN for step in steps) else None

    @property
    def _at_balance(self) -> float:
        """ln W at 0 dB, linearly between the steps around it, or that of the nearest step that weighs anything; NaN
        where it hangs on what float64 holds.
        """
        with np.errstate(invalid="ignore"):
            weighs, is_written = self._effective > -math.inf, np.abs(self._effective) < WRITTEN
        found = [self._near_balance(counts) for counts in (weighs, is_written)]
        return found[0] if found[0] == found[1] else math.nan

    def _near_balance(self, counts: NDArray[np.bool_]) -> float:
        if not counts.any() or np.isnan(self._effective).any():
            return math.nan
        return float(np.interp(0.0, self._log_snr[counts][::-1], self._effective[counts][::-1]))
