"""Writing of formulas: a tree as the shortest text that reads back as the same, and as NumPy code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS
from ddpm_studio.diffusion.formula.tree import Binary, Called, Literal, Name, Negative, Tree, names_in, parts_of
from ddpm_studio.diffusion.noise_levels import Array

_SUM, _PRODUCT, _SIGNED, _POWER, _VALUE = range(5)
_TIGHTNESS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}


def formula_text(tree: Tree) -> str:
    """The text of a tree, in which parentheses stand only where they are needed.

    >>> formula_text(Binary("*", Literal(2.0), Binary("+", Name("u"), Name("a"))))
    '2*(u+a)'
    """
    return _written(tree, _SUM)


def _written(tree: Tree, least: int) -> str:
    """A tree where nothing looser than `least` can stand without parentheses."""
    match tree:
        case Literal(value):
            return repr(value).removesuffix(".0")
        case Name(name):
            return name
        case Called(name, arguments):
            return f"{name}({','.join(_written(each, _SUM) for each in arguments)})"
        case Negative(of):
            text, own = f"-{_written(of, _SIGNED)}", _SIGNED
        case Binary(sign, left, right):
            own = _TIGHTNESS[sign]
            first, last = (_VALUE, _SIGNED) if sign == "^" else (own, own + 1)
            text = f"{_written(left, first)}{sign}{_written(right, last)}"
    return f"({text})" if own < least else text


def formula_code(tree: Tree) -> str:
    """NumPy code of a tree, with u, t, T and its parameters as variables, which gives the same bits as `value_of`.

    >>> formula_code(Called("log", (Binary("^", Name("u"), Literal(2.0)),)))
    'np.log(np.power(u, 2.0))'
    """
    return _code(tree, _SUM)


def _code(tree: Tree, least: int) -> str:
    match tree:
        case Literal(value):
            return repr(value)
        case Name(name):
            return f"np.{name}" if name in CONSTANTS else name
        case Called(name, arguments):
            return FUNCTIONS[name].written([_code(each, _SUM) for each in arguments])
        case Negative(of):
            text, own = f"-{_code(of, _SIGNED)}", _SIGNED
        case Binary("^", left, right):
            return f"np.power({_code(left, _SUM)}, {_code(right, _SUM)})"
        case Binary("/", left, right) if not _varies(tree):
            # Python raises where NumPy gives infinity.
            return f"np.divide({_code(left, _SUM)}, {_code(right, _SUM)})"
        case Binary(sign, left, right):
            own = _TIGHTNESS[sign]
            text = f"{_code(left, own)} {sign} {_code(right, own + 1)}"
    return f"({text})" if own < least else text


def functions_called(tree: Tree) -> list[Callable[..., Array]]:
    """The functions that a tree's code calls and NumPy does not have, each once."""
    found = dict.fromkeys(_called(tree))
    return [function.call for function in map(FUNCTIONS.__getitem__, found) if not function.code.startswith("np.")]


def _called(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Called):
        yield tree.name
    for part in parts_of(tree):
        yield from _called(part)


def _varies(tree: Tree) -> bool:
    """Whether a tree has another value at each step."""
    return not {"u", "t"}.isdisjoint(names_in(tree))
