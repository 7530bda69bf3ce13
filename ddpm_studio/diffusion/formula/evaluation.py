"""Evaluation of formulas by NumPy in float64: a value for each step, infinite or NaN where it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS
from ddpm_studio.diffusion.formula.tree import Binary, Called, Literal, Name, Negative, Tree
from ddpm_studio.diffusion.noise_levels import Array

_SIGNS: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}


def value_of(tree: Tree, T: int, parameters: Mapping[str, float]) -> Array:
    """The value of a formula at t = 1 … T, float64, shape (T,), with a value for each of its parameters.

    >>> value_of(Binary("*", Name("a"), Name("u")), 2, {"a": 3.0}).tolist()
    [1.5, 3.0]
    """
    t = np.arange(1.0, T + 1)
    numbers = {**CONSTANTS, **parameters, "T": T}
    known = {name: np.array(value, np.float64) for name, value in numbers.items()}
    return np.full_like(t, _value(tree, {**known, "t": t, "u": t / T}))


def _value(tree: Tree, known: Mapping[str, Array]) -> Array:
    match tree:
        case Literal(value):
            return np.array(value)
        case Name(name):
            return known[name]
        case Negative(of):
            return np.negative(_value(of, known))
        case Binary(sign, left, right):
            return _SIGNS[sign](_value(left, known), _value(right, known))
        case Called(name, arguments):
            return FUNCTIONS[name].value([_value(each, known) for each in arguments])
