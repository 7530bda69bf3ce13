"""Formulas made at random have the values that Arb proves, and read back from what is written of them."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from flint import ctx

from ddpm_studio.diffusion.formula.evaluation import value_of
from ddpm_studio.diffusion.formula.functions import FUNCTIONS
from ddpm_studio.diffusion.formula.parser import read_formula
from ddpm_studio.diffusion.formula.tree import Tree
from ddpm_studio.diffusion.formula.writing import formula_code, formula_text, functions_called
from ddpm_studio.diffusion.noise_levels import Array
from tests.diffusion.formula.made_formulas import FUNCTIONS_OF_ONE, KNOWN, made_formula, value_by_arb

T, PARAMETERS = 20, {"a": 1.75, "b": -0.375}
COUNT = 500
BITS, MANY_BITS = 46, 400
"""Precision of the balls that float64, with 53, has to lie in, and of the value that tells whether they are small."""

MADE = [made_formula(Random(f"formula {number}")) for number in range(COUNT)]


def computed(tree: Tree) -> Array:
    with np.errstate(all="ignore"):
        return value_of(tree, T, PARAMETERS)


def check_value(text: str, t: int, value: float) -> bool:
    """Whether Arb proves anything of a value, which then lies in the ball."""
    ctx.prec = BITS
    ball = value_by_arb(text, T, t, PARAMETERS)
    ctx.prec = MANY_BITS
    exact = value_by_arb(text, T, t, PARAMETERS)
    if not ball.is_finite():
        return False
    if abs(exact) > 1.7e308:
        assert math.isinf(value)
        return True
    if abs(exact) < 1e-300:
        return abs(value) <= 1e-300
    assert ball.contains(value), (text, t, value, exact)
    return bool(ball.rad() <= 1e-9 * abs(exact))


@pytest.fixture(autouse=True)
def precision_stays() -> object:
    before = ctx.prec
    yield
    ctx.prec = before


def test_five_hundred_formulas_have_the_values_that_arb_proves() -> None:
    """Of those that have none, such as log(−1), and of a few that cancel, it proves nothing."""
    proven = 0
    for text in MADE:
        values = computed(read_formula(text)).tolist()
        proven += sum(check_value(text, t, values[t - 1]) for t in (1, 7, T))
    assert proven >= 2 * COUNT


def test_formulas_made_use_everything() -> None:
    whole = " ".join(MADE)
    assert FUNCTIONS.keys() == KNOWN.keys() >= FUNCTIONS_OF_ONE.keys()
    assert all(f"{name}(" in whole for name in FUNCTIONS)


def test_what_is_written_of_a_formula_reads_back_as_the_same() -> None:
    for text in MADE:
        tree = read_formula(text)
        assert read_formula(formula_text(tree)) == tree, text
        assert len(formula_text(tree)) <= len(text) + 8


def test_code_of_a_formula_gives_the_same_bits() -> None:
    for text in MADE:
        tree = read_formula(text)
        own = {function.__name__: function for function in functions_called(tree)}
        t = np.arange(1.0, T + 1)
        names = {"np": np, "t": t, "u": t / T, "T": T, **PARAMETERS, **own}
        with np.errstate(all="ignore"):
            found = np.full_like(t, eval(formula_code(tree), names))
        np.testing.assert_array_equal(found, computed(tree), err_msg=text)
