"""Every coefficient of any schedule from its formula, as balls of Arb whose radius is a proven bound of the error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from flint import arb, ctx

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import ALPHA_BAR_FLOOR, KINDS, MIN_BETA

ctx.prec = 300
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


FORMULAS: Mapping[str, Callable[..., arb]] = {
    "laplace": _laplace,
    "cosine_power": _cosine_power,
    "linear_gamma": lambda u: 1 - u,
    "vp": lambda u, beta_d, beta_min: (-(beta_d * u * u / 2 + beta_min * u)).exp(),
    "logsnr_cosine": _logsnr_cosine,
}
"""ᾱ(u) of the kinds whose papers fix it; all others are held to the product of their own β."""

FLOORED = ("cosine_power", "linear_gamma")


def _sigmoid(u: arb, start: arb, end: arb, tau: arb) -> arb:
    last = _logistic(end / tau)
    return (last - _logistic((u * (end - start) + start) / tau)) / (last - _logistic(start / tau))


SMOOTH: Mapping[str, Callable[..., arb]] = {
    **FORMULAS,
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
        self._plain = schedule.replace(zero_snr=0, shift=1)

    @cached_property
    def _products(self) -> list[arb]:
        levels = [ONE]
        for beta in self._plain.betas.tolist():
            levels.append(levels[-1] * (1 - arb(beta)))
        return levels

    def _kind_level(self, t: int) -> arb:
        kind = self._schedule.kind
        if t == 0 or kind not in FORMULAS:
            return self._products[t]
        arguments = [arb(self._values[parameter.key]) for parameter in KINDS[kind].parameters]
        level = FORMULAS[kind](arb(t) / self._T, *arguments)
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
        last = self._kind_level(self._T)
        if self._values["zero_snr"] and last != 0 and t == self._T:
            return ZERO
        return self._operated(self._kind_level(t))

    def _operated(self, level: arb) -> arb:
        last = self._kind_level(self._T)
        if self._values["zero_snr"] and last != 0:
            first, last = self._kind_level(1).sqrt(), last.sqrt()
            level = ((level.sqrt() - last) * first / (first - last)) ** 2
        shift = arb(self._values["shift"])
        return level / (shift + (1 - shift) * level)

    def density(self, t: int) -> arb | None:
        """p(log SNR) at step t of a kind in SMOOTH; None if β there is not that of the formula, but bounded, if the
        slope jumps, or if x_t is pure noise.

        A difference so small that its own error, its square, is none.
        """
        u, half = arb(t) / self._T, arb(2) ** -100
        level, smooth = self._kind_level(t), self._smooth(u)
        jumps = self._schedule.kind.startswith("laplace") and 2 * t == self._T
        ends = self._values["zero_snr"] and t == self._T
        if jumps or ends or not _close(level, smooth) or not _close(1 - level, 1 - smooth):
            return None
        with ctx.workprec(4000):
            before, after = (_log_snr(self._operated(self._smooth(u + way * half))) for way in (-1, 1))
            return 2 * half / (before - after)

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


def _close(one: arb, other: arb) -> bool:
    return bool(abs(one - other) < abs(other) * arb("1e-9"))


def _log_snr(level: arb) -> arb:
    return (level / (1 - level)).log()


def _over(above: arb, below: arb) -> arb | None:
    return None if below == 0 else above / below


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
