"""Functions and constants that a formula can name: no others are ever called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array


@dataclass(frozen=True)
class FormulaFunction:
    """A function of numbers that takes so many arguments: `meaning` tells it as papers write it, and `code` is its name
    in NumPy code.

    One that takes any number from two on is made of one that takes two.
    """

    name: str
    meaning: str
    call: Callable[..., Array]
    code: str
    count: int = 1
    is_folded: bool = False

    def value(self, arguments: list[Array]) -> Array:
        """What it gives of its arguments."""
        return reduce(self.call, arguments) if self.is_folded else self.call(*arguments)

    def written(self, arguments: list[str]) -> str:
        """Its call in NumPy code, of arguments that are code."""
        if self.is_folded:
            return reduce(lambda one, other: f"{self.code}({one}, {other})", arguments)
        return f"{self.code}({', '.join(arguments)})"


def logistic(x: Array) -> Array:
    """1/(1 + e^−x), to the last digits at both ends.

    >>> logistic(np.array([-800.0, 0.0])).tolist()
    [0.0, 0.5]
    """
    return np.exp(-np.logaddexp(0.0, -x))


def log_odds(x: Array) -> Array:
    """ln(x/(1 − x)), which turns ᾱ into log SNR.

    >>> log_odds(np.array([0.5])).tolist()
    [0.0]
    """
    odds: Array = np.log(x) - np.log1p(-x)
    return odds


def softened_ramp(x: Array) -> Array:
    """ln(1 + e^x), to the last digits at both ends."""
    return np.logaddexp(0.0, x)


def within(x: Array, low: Array, high: Array) -> Array:
    """x, but no less than `low` and no more than `high`."""
    bounded: Array = np.minimum(np.maximum(x, low), high)
    return bounded


def _plain(name: str, meaning: str, call: Callable[..., Array]) -> FormulaFunction:
    return FormulaFunction(name, meaning, call, f"np.{call.__name__}")


def _own(name: str, meaning: str, call: Callable[..., Array], count: int = 1) -> FormulaFunction:
    return FormulaFunction(name, meaning, call, call.__name__, count)


_ALL = (
    _plain("abs", "|x|", np.absolute),
    _plain("exp", "e^x", np.exp),
    _plain("expm1", "e^x − 1", np.expm1),
    _plain("log", "ln x", np.log),
    _plain("log1p", "ln(1 + x)", np.log1p),
    _plain("log2", "log₂ x", np.log2),
    _plain("log10", "log₁₀ x", np.log10),
    _plain("sqrt", "√x", np.sqrt),
    _plain("sin", "sin x", np.sin),
    _plain("cos", "cos x", np.cos),
    _plain("tan", "tan x", np.tan),
    _plain("asin", "sin⁻¹ x", np.arcsin),
    _plain("acos", "cos⁻¹ x", np.arccos),
    _plain("atan", "tan⁻¹ x", np.arctan),
    _plain("sinh", "½(e^x − e^−x)", np.sinh),
    _plain("cosh", "½(e^x + e^−x)", np.cosh),
    _plain("tanh", "(e^x − e^−x)/(e^x + e^−x)", np.tanh),
    _own("sigmoid", "1/(1 + e^−x)", logistic),
    _own("logit", "ln(x/(1 − x))", log_odds),
    _own("softplus", "ln(1 + e^x)", softened_ramp),
    FormulaFunction("min", "min(x, y, …)", np.minimum, "np.minimum", 2, is_folded=True),
    FormulaFunction("max", "max(x, y, …)", np.maximum, "np.maximum", 2, is_folded=True),
    _own("clip", "min(max(x, a), b)", within, 3),
)

FUNCTIONS: Mapping[str, FormulaFunction] = MappingProxyType({each.name: each for each in _ALL})
"""Every function by its name in a formula."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {"ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "fabs": "abs", "clamp": "clip"}
)
"""What some functions are called elsewhere."""

CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": np.pi, "e": np.e})
"""Every constant by its name in a formula."""

VARIABLES = ("u", "t", "T")
"""What a formula is about: u = t/T, the step t = 1 … T, and the number of steps T."""
