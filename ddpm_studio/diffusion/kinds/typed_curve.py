"""Typed curve: log SNR, ᾱ or β by a formula of u = t/T, t and T that somebody types: the kind `formula`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.kinds.kind_registry import MIN_BETA, Parameter, kind
from ddpm_studio.diffusion.noise_levels import (
    Array,
    levels_of_betas,
    levels_of_log_alphas_cumprod,
    levels_of_log_snr,
)
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

Flags = NDArray[np.bool_]

FORMULA = "formula"
"""The name of the kind."""

FIRST_FORMULA = "log_snr=-2*s*log(tan(pi*u/2))"
"""The formula that a curve begins with: the cosine schedule, and at s = 2 one twice as steep."""

UNSAID = 1.0
"""The value of a parameter that is given none."""

GREATEST = 1e9
"""The greatest size of a parameter's value."""

USUAL_REACH = 10.0
"""How far the slider of a parameter goes to either side that is 0."""

HIGHEST = 650.0
"""The greatest size of log SNR: beyond it float64 ends, 1 − ᾱ being 1e-282."""

ROUNDING = 8 * float(np.finfo(float).eps)
"""What of a rise is left to the rounding of a formula that is level, in parts of its value, or of 1."""

SYMBOLS = {"log_snr": "log SNR", "alpha_bar": "ᾱ", "beta": "β"}
"""What a formula can give, by its key."""

_FROM = QT_TRANSLATE_NOOP(
    "errors", "{what} is {value} at t = {t}; have the formula give values from {low:g} to {high:g}."
)
_BETWEEN = QT_TRANSLATE_NOOP(
    "errors", "{what} is {value} at t = {t}; have the formula give values above {low:g} and below {high:g}."
)


def formula_parameters(formula: str, given: Mapping[str, float]) -> tuple[Parameter, ...]:
    """The parameters of a formula, 1 unless they are given, each with a slider to the power of ten above its value.

    >>> [(each.key, each.slider) for each in formula_parameters("beta=a*u+b", {"b": 0.02})]
    [('a', (-10.0, 10.0)), ('b', (-0.1, 0.1))]
    """
    names = CurveFormula.parse(formula or FIRST_FORMULA).parameters
    return tuple(_parameter(name, _reach(given.get(name, UNSAID))) for name in names)


def _reach(value: float) -> float:
    size = abs(float(value))
    return 10.0 ** (math.floor(math.log10(size)) + 1) if 1e-12 < size <= GREATEST else USUAL_REACH


_OWN = QT_TRANSLATE_NOOP("parameters", "A parameter of your own formula.")


@lru_cache(maxsize=256)
def _parameter(name: str, reach: float) -> Parameter:
    return Parameter(name, name, UNSAID, -GREATEST, GREATEST, slider=(-reach, reach), meaning=_OWN)


@kind(
    QT_TRANSLATE_NOOP("kinds", "Formula"),
    QT_TRANSLATE_NOOP("kinds", "log SNR(u), ᾱ(u) or β(u) as it is typed, with a slider for each of its parameters"),
    QT_TRANSLATE_NOOP("kinds", "A formula of your own"),
    gives_levels=True,
    parameters_of=formula_parameters,
)
def formula(T: int, formula: str, **parameters: float) -> Array:
    """What the formula gives at t = 1 … T, as it is: log SNR and ᾱ never rise, and what is level falls by 1e-12.

    >>> formula(4, "beta=a*u", a=0.4)[0].round(3).tolist()
    [0.1, 0.2, 0.3, 0.4]
    """
    typed = CurveFormula.parse(formula)
    values = typed.values(T, parameters)
    return LEVELS_OF[typed.quantity](values)


def levels_of_falling_log_snr(log_snr: Array) -> Array:
    """The levels of log SNR, shape (T,), which falls by 1e-12 at least. ScheduleError where it rises or has no value.

    >>> levels_of_falling_log_snr(np.array([0.0, -np.inf]))[0].tolist()
    [0.5, 1.0]
    """
    _check_log_snr(log_snr)
    return levels_of_log_snr(log_snr, np.maximum(-np.diff(log_snr, prepend=np.inf), MIN_BETA))


def levels_of_falling_alphas_cumprod(alphas_cumprod: Array) -> Array:
    """The levels of ᾱ, shape (T,), of which ln falls by 1e-12 at least. ScheduleError where it rises or is no ᾱ.

    >>> levels_of_falling_alphas_cumprod(np.array([0.5, 0.25]))[0].tolist()
    [0.5, 0.5]
    """
    _check_alphas_cumprod(alphas_cumprod)
    # Differences of close levels are exact, and those of their logarithms are not.
    before = np.concatenate([[1.0], alphas_cumprod[:-1]])
    falls = -np.log1p((alphas_cumprod - before) / before)
    return levels_of_log_alphas_cumprod(np.log(alphas_cumprod), np.maximum(falls, MIN_BETA))


def levels_of_given_betas(betas: Array) -> Array:
    """The levels of β, shape (T,). ScheduleError for what is none from 1e-12 to 1."""
    _check_betas(betas)
    return levels_of_betas(betas)


LEVELS_OF: Mapping[str, Callable[[Array], Array]] = {
    "log_snr": levels_of_falling_log_snr,
    "alpha_bar": levels_of_falling_alphas_cumprod,
    "beta": levels_of_given_betas,
}
"""What makes levels of that which a formula gives, by its key."""


def _check_log_snr(log_snr: Array) -> None:
    right = np.abs(log_snr) <= HIGHEST
    right[-1] |= log_snr[-1] == -np.inf
    _check_each("log_snr", log_snr, right, _FROM, (-HIGHEST, HIGHEST))
    _check_fall("log_snr", log_snr, log_snr)


def _check_alphas_cumprod(alphas_cumprod: Array) -> None:
    right = (alphas_cumprod > 0) & (alphas_cumprod < 1)
    right[-1] |= alphas_cumprod[-1] == 0
    _check_each("alpha_bar", alphas_cumprod, right, _BETWEEN, (0.0, 1.0))
    with np.errstate(divide="ignore"):
        _check_fall("alpha_bar", alphas_cumprod, np.log(alphas_cumprod))


def _check_betas(betas: Array) -> None:
    _check_each("beta", betas, (betas >= MIN_BETA) & (betas <= 1), _FROM, (MIN_BETA, 1.0))


def _check_each(key: str, values: Array, right: Flags, template: SourceText, ends: tuple[float, float]) -> None:
    if not right.all():
        place = int(np.argmin(right))
        told = {"what": SYMBOLS[key], "value": f"{values[place]:.6g}", "t": place + 1, "low": ends[0], "high": ends[1]}
        raise ScheduleError(template, about=(key,), **told)


def _check_fall(key: str, values: Array, logs: Array) -> None:
    """Raise ScheduleError where logarithms of values rise by more than the rounding of what is level."""
    rises = np.diff(logs) > ROUNDING * np.maximum(np.abs(logs[:-1]), 1.0)
    if rises.any():
        place = int(np.argmax(rises))
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{what} rises from {before} to {behind} at t = {t}; it must fall with t."),
            about=(key,),
            what=SYMBOLS[key],
            before=f"{values[place]:.6g}",
            behind=f"{values[place + 1]:.6g}",
            t=place + 2,
        )
