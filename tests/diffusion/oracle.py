"""Every coefficient of any schedule from its formula, as balls of Arb whose radius is a proven bound of the error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
from flint import arb, ctx

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.kinds import ALPHA_BAR_FLOOR, KINDS, MIN_BETA, Points
from ddpm_studio.diffusion.kinds.log_snr_kinds import CLEANEST
from ddpm_studio.diffusion.operators import ZeroSnr

ctx.prec = 1200
"""Bits, of which 940 go where ᾱ differs from 1 by e^−650."""

ZERO, ONE, HALF_PI = arb(0), arb(1), arb.pi() / 2


def _laplace(u: arb, mu: arb, b: arb) -> arb:
    offset = arb("0.5") - u
    log_snr = mu - b * (ONE if offset >= 0 else -ONE) * (1 - 2 * abs(offset) + arb("1e-6")).log()
    return _logistic(log_snr)


def _logistic(log_snr: arb) -> arb:
    return 1 / (1 + (-log_snr).exp())


def _cosine_power(u: arb, start: arb, end: arb, tau: arb) -> arb:
    def power(x: arb) -> arb:
        base = (x * HALF_PI).cos()
        return ZERO if base.contains(0) else base ** (2 * tau)

    return (power(end) - power(u * (end - start) + start)) / (power(end) - power(start))


def _logsnr_cosine(u: arb, low: arb, high: arb) -> arb:
    first, last = (-high / 2).exp().atan(), (-low / 2).exp().atan()
    return _logistic(-2 * (first + u * (last - first)).tan().log())


def _flow(u: arb, shift: arb) -> arb:
    tau = shift * u / (1 + (shift - 1) * u)
    return (1 - tau) ** 2 / ((1 - tau) ** 2 + tau**2)


_PROBITS: dict[float, arb] = {}
"""Those that were computed, which all schedules of a length share."""


def _probit(u: arb) -> arb:
    """Φ⁻¹(u), u = t/T."""
    key = float(u)
    if key not in _PROBITS:
        _PROBITS[key] = -_lower_probit(1 - u) if u > 0.5 else _lower_probit(u)
    return _PROBITS[key]


def _lower_probit(u: arb) -> arb:
    """Φ⁻¹(u), u ≤ ½, by Newton's method, from the quantile of the standard library on: 16 digits become 1024."""
    x = arb(NormalDist().inv_cdf(float(u)))
    for _ in range(6):
        area, density = (-x / arb(2).sqrt()).erfc() / 2, (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
        x = (x - (area - u) / density).mid()
    return x


def _normal(u: arb, mean: arb, spread: arb) -> arb:
    return ZERO if u == 1 else _logistic(-2 * (mean + spread * _probit(u)))


def _edm(u: arb, low: arb, high: arb, rho: arb) -> arb:
    least, most = low ** (1 / rho), high ** (1 / rho)
    return 1 / (1 + (least + u * (most - least)) ** (2 * rho))


def _cauchy(u: arb, mu: arb, gamma: arb) -> arb:
    return ZERO if u == 1 else _logistic(mu + gamma * (arb.pi() * u).cos() / (arb.pi() * u).sin())


def _cotangent(u: arb) -> arb:
    return ((HALF_PI * u).cos() / (HALF_PI * u).sin()).log()


def _cosine_scaled(u: arb, mu: arb, scale: arb) -> arb:
    return ZERO if u == 1 else _logistic(mu + 2 / scale * _cotangent(u))


def _cosine_interpolated(u: arb, size: arb, low: arb, high: arb) -> arb:
    if u == 1:
        return ZERO
    return _logistic(2 * (_cotangent(u) + (1 - u) * (low / size).log() + u * (high / size).log()))


def _drawn(x: arb, points: Points) -> arb:
    """Hermite's basis with the slopes of Fritsch & Butland 1984, from the left end of the piece that x lies in."""
    u, level = ([arb(point[axis]) for point in points] for axis in (0, 1))
    widths = [after - before for before, after in pairwise(u)]
    secants = [(after - before) / width for (before, after), width in zip(pairwise(level), widths, strict=True)]
    slopes = [_end_slope(widths, secants), *_inner_slopes(widths, secants), _end_slope(widths[::-1], secants[::-1])]
    place = max(index for index, start in enumerate(u[:-1]) if not start > x)
    width = widths[place]
    s = (x - u[place]) / width
    height = level[place] * (2 * s**3 - 3 * s**2 + 1) + level[place + 1] * (3 * s**2 - 2 * s**3)
    tilt = slopes[place] * (s**3 - 2 * s**2 + s) + slopes[place + 1] * (s**3 - s**2)
    return _logistic(height + width * tilt)


def _inner_slopes(widths: list[arb], secants: list[arb]) -> list[arb]:
    pieces = pairwise(zip(widths, secants, strict=True))
    return [3 * (h + k) / ((h + 2 * k) / a + (2 * h + k) / b) for (h, a), (k, b) in pieces]


def _end_slope(widths: list[arb], secants: list[arb]) -> arb:
    if len(secants) == 1:
        return secants[0]
    slope = secants[0] + widths[0] * (secants[0] - secants[1]) / (widths[0] + widths[1])
    return slope if slope < 0 else ZERO


FORMULAS: Mapping[str, Callable[..., arb]] = {
    "laplace": _laplace,
    "cosine_power": _cosine_power,
    "linear_gamma": lambda u: 1 - u,
    "vp": lambda u, beta_d, beta_min: (-(beta_d * u * u / 2 + beta_min * u)).exp(),
    "logsnr_cosine": _logsnr_cosine,
    "flow": _flow,
    "logit_normal": _normal,
    "lognormal": _normal,
    "edm": _edm,
    "ve": lambda u, low, high: 1 / (1 + (low * (high / low) ** u) ** 2),
    "cauchy": _cauchy,
    "cosine_scaled": _cosine_scaled,
    "cosine_interpolated": _cosine_interpolated,
    "drawn": _drawn,
}
"""ᾱ(u) of the kinds whose papers fix it; all others are held to the product of their own β."""

FLOORED = ("cosine_power", "linear_gamma")

LISTS = ("edm", "ve")
"""Kinds that are T levels from σ_min to σ_max, of which u is (t − 1)/(T − 1); a single one is σ_max."""


def _sigmoid(u: arb, start: arb, end: arb, tau: arb) -> arb:
    last = _logistic(end / tau)
    return (last - _logistic((u * (end - start) + start) / tau)) / (last - _logistic(start / tau))


SMOOTH: Mapping[str, Callable[..., arb]] = {
    **{kind: formula for kind, formula in FORMULAS.items() if kind not in (*LISTS, "cosine_interpolated", "drawn")},
    "jsd": lambda u: 1 - u,
    "exp": lambda u: (-12 * u).exp(),
    "cosine": lambda u, s, max_beta: ((u + s) / (1 + s) * HALF_PI).cos() ** 2,
    "laplace_diffusers": lambda u, mu, b: _laplace(u, mu, b).sqrt(),
    "sigmoid": _sigmoid,
}
"""ᾱ(u), but for a factor, of all kinds with a density of log SNR in closed form."""


class Oracle:
    """The coefficients of one schedule at any t from 1 to T."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule, self._T = schedule, schedule.T
        self._values = schedule.values
        self._plain = schedule.replace(zero_snr=0, snr_shift=1)
        self._kind_levels: dict[int, arb] = {}

    @cached_property
    def _products(self) -> list[arb]:
        levels = [ONE]
        for beta in self._plain.betas.tolist():
            levels.append(levels[-1] * (1 - arb(beta)))
        return levels

    @cached_property
    def _typed(self) -> tuple[str, list[float]]:
        """What a formula gives, and its values, which are float64 themselves."""
        formula = CurveFormula.parse(self._schedule.formula)
        with np.errstate(all="ignore"):
            return formula.quantity, formula.values(self._T, self._values).tolist()

    def _typed_level(self, t: int) -> arb:
        quantity, values = self._typed
        if quantity == "beta":
            return self._products[t]
        if quantity == "alpha_bar":
            return arb(values[t - 1])
        return ZERO if values[t - 1] == -math.inf else _logistic(arb(values[t - 1]))

    def _kind_level(self, t: int) -> arb:
        """ᾱ_t before any operator, kept for the neighbours of t."""
        if t not in self._kind_levels:
            self._kind_levels[t] = self._new_kind_level(t)
        return self._kind_levels[t]

    def _new_kind_level(self, t: int) -> arb:
        kind = self._schedule.kind
        if t > 0 and self._schedule.formula:
            return self._typed_level(t)
        if t == 0 or kind not in FORMULAS:
            return self._products[t]
        arguments: list[Any] = [arb(self._values[parameter.key]) for parameter in KINDS[kind].parameters]
        arguments += [self._schedule.points] if KINDS[kind].takes_points else []
        u = arb(t - 1) / (self._T - 1) if kind in LISTS and self._T > 1 else arb(t) / self._T
        level = FORMULAS[kind](u, *arguments)
        if kind == "cauchy":
            level = _least(level, _logistic(arb(CLEANEST) - arb(MIN_BETA) * t))
        return self._floored(level, t) if kind in FLOORED else level

    def _floored(self, level: arb, t: int) -> arb:
        floor = arb(ALPHA_BAR_FLOOR)
        if level >= floor:
            return level
        below = t - self._first_below
        return floor * (1 - arb(MIN_BETA)) ** below

    @cached_property
    def _first_below(self) -> int:
        """The first t whose ᾱ the floor holds up, by bisection, since ᾱ falls."""
        low, high = 0, self._T
        arguments = [arb(self._values[parameter.key]) for parameter in KINDS[self._schedule.kind].parameters]
        while high - low > 1:
            middle = (low + high) // 2
            above = FORMULAS[self._schedule.kind](arb(middle) / self._T, *arguments) >= arb(ALPHA_BAR_FLOOR)
            low, high = (middle, high) if above else (low, middle)
        return high

    def level(self, t: int) -> arb:
        """ᾱ_t."""
        if t == 0:
            return ONE
        return self._operated(t, self._kind_level(t), self._kind_level(1))

    def _operated(self, t: int, level: arb, first: arb) -> arb:
        """ᾱ_t of what zero terminal SNR and the SNR shift make of this level and the first."""
        form, last = self._values["zero_snr"], self._kind_level(self._T)
        if form == ZeroSnr.OFF:
            return self._shifted(level)
        if form == ZeroSnr.AFTER:
            return self._rescaled(t, *map(self._shifted, (level, first, last)))
        rescaled = self._rescaled(t, level, first, last)
        if form == ZeroSnr.COMFYUI and t == self._T:
            before = ONE if t == 1 else self._rescaled(t - 1, self._kind_level(t - 1), first, last)
            rescaled = _least(arb(4.8973451890853435e-08), before * (1 - arb(MIN_BETA)))
        return self._shifted(rescaled)

    def _shifted(self, level: arb) -> arb:
        shift = arb(self._values["snr_shift"])
        return level / (shift + (1 - shift) * level)

    def _rescaled(self, t: int, level: arb, first: arb, last: arb) -> arb:
        if last == 0 or t == self._T:
            return level if last == 0 else ZERO
        start, end = first.sqrt(), last.sqrt()
        return ((level.sqrt() - end) * start / (start - end)) ** 2

    def density(self, t: int) -> arb | None:
        """p(log SNR) at step t of a kind in SMOOTH; None if β there, or of what zero terminal SNR takes off, is not
        that of the formula, but bounded or rounded, if the slope jumps, or if x_t is pure noise.

        A difference so small that its own error, its square, is none.
        """
        u, half = arb(t) / self._T, arb(2) ** -100
        level, smooth = self._kind_level(t), self._smooth(u)
        jumps = self._schedule.kind.startswith("laplace") and 2 * t == self._T
        ends = t == self._T and (self._values["zero_snr"] != ZeroSnr.OFF or smooth == 0)
        if jumps or ends or not _close(level, smooth) or not _close(1 - level, 1 - smooth):
            return None
        if self._values["zero_snr"] != ZeroSnr.OFF and not _close(
            level - self._kind_level(self._T), smooth - self._end
        ):
            return None
        with ctx.workprec(4000):
            before, after = (self._log_snr_near(t, u + way * half) for way in (-1, 1))
            return 2 * half / (before - after)

    @cached_property
    def _end(self) -> arb:
        return self._smooth(ONE)

    def _log_snr_near(self, t: int, u: arb) -> arb:
        first, smooth = self._kind_level(1), self._smooth(ONE / self._T)
        return _log_snr(self._operated(t, self._smooth(u), smooth if _close(1 - first, 1 - smooth) else first))

    def _smooth(self, u: arb) -> arb:
        kind = self._schedule.kind
        arguments = [arb(self._values[parameter.key]) for parameter in KINDS[kind].parameters]
        start = ONE if kind in FORMULAS else SMOOTH[kind](ZERO, *arguments)
        return SMOOTH[kind](u, *arguments) / start

    def at(self, t: int) -> dict[str, arb | None]:
        """Every coefficient at step t; None where it is infinite."""
        now, before = self.level(t), self.level(t - 1)
        after = ZERO if t == self._T else self.level(t + 1)
        alpha = ONE if before == 0 else now / before
        if before == 0:
            alpha = 1 - arb(float(self._schedule.betas[t - 1]))
        beta, noise = 1 - alpha, 1 - now
        snr = now / noise
        variance = beta * (1 - before) / noise
        return {
            "betas": beta,
            "alphas": alpha,
            "alphas_cumprod": now,
            "alphas_cumprod_prev": before,
            "alphas_cumprod_next": after,
            "sqrt_recip_alphas": _over(ONE, alpha.sqrt()),
            "sqrt_alphas_cumprod": now.sqrt(),
            "sqrt_one_minus_alphas_cumprod": noise.sqrt(),
            "posterior_variance": variance,
            "log_one_minus_alphas_cumprod": noise.log(),
            "sqrt_recip_alphas_cumprod": _over(ONE, now.sqrt()),
            "sqrt_recipm1_alphas_cumprod": _over(noise.sqrt(), now.sqrt()),
            "posterior_mean_coef1": beta * before.sqrt() / noise,
            "posterior_mean_coef2": (1 - before) * alpha.sqrt() / noise,
            "snr": snr,
            "log_snr": _log(snr),
            "snr_db": _scaled(10 / arb(10).log(), _log(snr)),
            "sigmas": _over(noise.sqrt(), now.sqrt()),
            "tau": _tau(now, noise),
            "lambdas": _scaled(arb(0.5), _log(snr)),
            "loss_weight_epsilon": snr,
            "min_snr_weight_epsilon": ONE if snr <= 5 else 5 / snr,
            "min_snr_weight_v": (snr if snr <= 5 else arb(5)) / (snr + 1),
            "min_snr_weight_x0": snr if snr <= 5 else arb(5),
            **(self._later(beta, alpha, variance, before) if t > 1 else {}),
        }

    def _later(self, beta: arb, alpha: arb, variance: arb, before: arb) -> dict[str, arb | None]:
        """What the first step has no value of its own for."""
        return {
            "posterior_log_variance_clipped": _log(variance),
            "vlb_weight": _over(beta, 2 * (1 - before) * alpha),
        }


def _least(one: arb, other: arb) -> arb:
    return one if one <= other else other


def _close(one: arb, other: arb) -> bool:
    return bool(abs(one - other) < abs(other) * arb("1e-9"))


def _log_snr(level: arb) -> arb:
    return (level / (1 - level)).log()


def _over(above: arb, below: arb) -> arb | None:
    return None if below == 0 else above / below


def _tau(level: arb, noise: arb) -> arb:
    return noise.sqrt() / (level.sqrt() + noise.sqrt())


def _log(value: arb) -> arb | None:
    return None if value == 0 else value.log()


def _scaled(factor: arb, value: arb | None) -> arb | None:
    return None if value is None else factor * value


LOGARITHMS = (
    "log_one_minus_alphas_cumprod",
    "posterior_log_variance_clipped",
    "log_snr",
    "snr_db",
    "lambdas",
)
LARGEST, LEAST = arb(2) ** 1023, arb(2) ** -1000


def farthest(schedule: Schedule, steps: Iterable[int]) -> tuple[float, str]:
    """The largest error of any coefficient at these t, and where it is.

    Relative errors, of logarithms near 0 absolute ones; what has to be infinite or beyond float64 counts as right where
    it is, and what lies below its normal numbers where it is as small.
    """
    oracle, worst, place = Oracle(schedule), 0.0, ""
    arrays = schedule.coefficients.arrays
    for t in steps:
        for name, exact in oracle.at(t).items():
            error = _error(float(arrays[name][t - 1]), exact, name in LOGARITHMS)
            if not error <= worst:
                worst, place = error, f"{name} of {schedule} at t = {t}: {arrays[name][t - 1]}, {exact}"
    return worst, place


def _error(ours: float, exact: arb | None, logarithm: bool) -> float:
    if exact is None or abs(exact) > LARGEST:
        return 0.0 if abs(ours) > 1e300 else float("inf")
    if not logarithm and abs(exact) < LEAST:
        return 0.0 if abs(ours) < 1e-300 else float("inf")
    difference = abs(arb(ours) - exact)
    scale = max(abs(float(exact)), 1.0) if logarithm else abs(exact)
    return float((difference / scale).upper()) if scale else float(difference.upper())
