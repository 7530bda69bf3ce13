"""Formulas made at random, and their values by Arb, which knows nothing of how the program reads or computes them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce
from random import Random
from typing import Any

from flint import arb

FUNCTIONS_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "abs": abs,
    "exp": arb.exp,
    "expm1": arb.expm1,
    "log": arb.log,
    "log1p": arb.log1p,
    "log2": lambda x: x.log() / arb.const_log2(),
    "log10": lambda x: x.log() / arb.const_log10(),
    "sqrt": arb.sqrt,
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "asin": arb.asin,
    "acos": arb.acos,
    "atan": arb.atan,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "logit": lambda x: (x / (1 - x)).log(),
    "softplus": lambda x: (1 + x.exp()).log(),
}

KNOWN: dict[str, Any] = {
    **FUNCTIONS_OF_ONE,
    "min": lambda *x: reduce(lambda a, b: a.min(b), map(arb, x)),
    "max": lambda *x: reduce(lambda a, b: a.max(b), map(arb, x)),
    "clip": lambda x, low, high: arb(x).max(arb(low)).min(arb(high)),
}

NUMBERS = ("2", "0.5", "3", "1e-3", ".25", "1.5e1", "10.", "7")


def made_formula(random: Random, depth: int = 4) -> str:
    """A formula of u, t, T, a, b, numbers, constants, all signs and all functions, with blanks here and there."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(["u", "u", "t", "T", "a", "b", "pi", "e", random.choice(NUMBERS)])
    inner = [made_formula(random, depth - 1) for _ in range(3)]
    form = random.choice(["sign", "sign", "sign", "sign", "call", "call", "call", "several", "minus", "inner", "power"])
    if form == "sign":
        sign = random.choice(["+", "-", "*", "/", " + ", " - ", " * ", " / "])
        return f"{inner[0]}{sign}{inner[1]}"
    if form == "call":
        return f"{random.choice(list(FUNCTIONS_OF_ONE))}({inner[0]})"
    if form == "several":
        name = random.choice(["min", "max", "clip"])
        return f"{name}({', '.join(inner if name == 'clip' else inner[: random.choice([2, 3])])})"
    if form == "power":
        return f"({inner[0]}){random.choice(['^', '**'])}{random.choice(['2', '3', '0.5', '-1', 'a', '-u'])}"
    return f"-{inner[0]}" if form == "minus" else f"({inner[0]})"


def value_by_arb(formula: str, T: int, t: int, parameters: dict[str, float]) -> Any:
    """The value of a formula, which Python's own parser reads, as a ball of the precision of the moment."""
    u = arb(float(t / T))
    names = {**KNOWN, "u": u, "t": arb(t), "T": arb(T), "pi": arb.pi(), "e": arb.const_e()}
    names |= {name: arb(value) for name, value in parameters.items()}
    names["_"] = lambda number: arb(float(number))
    return eval(with_exact_numbers(formula.replace("^", "**")), {"__builtins__": {}}, names)


def with_exact_numbers(formula: str) -> str:
    """A formula of Python in which each number is made by `_`."""
    return ast.unparse(ast.fix_missing_locations(_Exact().visit(ast.parse(formula.strip(), mode="eval"))))


class _Exact(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Call(ast.Name("_", ast.Load()), [ast.Constant(repr(node.value))], [])
