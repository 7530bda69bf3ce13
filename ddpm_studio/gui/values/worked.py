"""Worked formula: a curve's formula with the numbers of one t, each with as many digits as its result asks for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, localcontext

from ddpm_studio.diffusion import Coefficients, Curve
from ddpm_studio.numerals import DIGITS, numeral

ALL_DIGITS = 17
"""Digits that tell any two numbers apart."""

_EXACT = Context(prec=400, traps=[DivisionByZero, InvalidOperation])
"""Arithmetic in which 1 plus the smallest SNR is more than 1."""

_SMALLEST = Decimal("1e-300")
"""What is below this is 0 to a float, or has fewer digits than are shown."""

_IN_PYTHON = {"·": "*", "−": "-", "²": "**2", "½": "0.5", "∞": "inf", " dB": ""}


def worked_formula(curve: Curve, coefficients: Coefficients, t: int) -> str:
    """The formula of a curve at step t ≥ 1, in which the numbers, as they are written, come to the result as written.

    Where no digits of theirs do, such as of 1 − 0.999… or of 1/0, the result alone is left.

    >>> from ddpm_studio.diffusion import CURVES, Schedule
    >>> worked_formula(CURVES["snr"], Schedule("linear", 300).coefficients, 300)
    'SNR = 0.0480584/0.951942 = 0.050485'
    """
    for digits in range(DIGITS, ALL_DIGITS + 1):
        text = curve.at_t.format_map(_Numbers(curve, coefficients, t, digits))
        if _comes_out(text):
            return text
    name, *_, result = text.split(" = ")
    return f"{name} = {result}"


class _Numbers(dict[str, object]):
    """The numbers at a step t by the names of their arrays, each found where a template has it."""

    def __init__(self, curve: Curve, coefficients: Coefficients, t: int, digits: int) -> None:
        super().__init__(t=t)
        self._curve, self._coefficients, self._t, self._digits = curve, coefficients, t, digits

    def __missing__(self, name: str) -> _Written:
        digits = DIGITS if name == self._curve.name else self._digits
        return _Written(numeral(getattr(self._coefficients, name)[self._t - 1], digits))


class _Written(str):
    """A number that a template fills in as it is written, whatever format the template asks for."""

    def __format__(self, spec: str) -> str:
        return str(self)


def _comes_out(text: str) -> bool:
    """Whether what stands before the last "=" rounds to what stands behind it, or is not arithmetic."""
    try:
        with localcontext(_EXACT):
            worked, shown = map(_value, text.split(" = ")[-2:])
            if worked is None or shown is None or worked == shown:
                return True
            half = Decimal("0.5").scaleb(shown.adjusted() - DIGITS + 1) if shown else _SMALLEST
            return abs(worked - shown) <= half
    except ArithmeticError:
        return False


def _value(text: str) -> Decimal | None:
    """What arithmetic comes to, to 400 digits; None for a text that is not arithmetic."""
    for sign, python in _IN_PYTHON.items():
        text = text.replace(sign, python)
    try:
        return _evaluated(ast.parse(text, mode="eval").body)
    except (SyntaxError, LookupError):
        return None


def _evaluated(node: ast.expr) -> Decimal:
    """The value of a syntax tree; LookupError for what is no arithmetic."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return Decimal(repr(number))
        case ast.Name(id=name):
            return _NAMED[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluated(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_evaluated(left), _evaluated(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*map(_evaluated, arguments))
    raise LookupError(node)


_NAMED: Mapping[str, Decimal] = {"inf": Decimal("inf")}
_OPERATIONS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: Decimal.__add__,
    ast.Sub: Decimal.__sub__,
    ast.Mult: Decimal.__mul__,
    ast.Div: Decimal.__truediv__,
    ast.Pow: Decimal.__pow__,
}
_FUNCTIONS: Mapping[str, Callable[..., Decimal]] = {"ln": Decimal.ln, "min": min}
