"""Trees of formulas: what a formula consists of, once it is read, and nothing that could do anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """A number that is no less than 0."""

    value: float


@dataclass(frozen=True)
class Name:
    """A variable, a constant or a parameter."""

    name: str


@dataclass(frozen=True)
class Negative:
    """Something with the other sign."""

    of: Tree


@dataclass(frozen=True)
class Binary:
    """Two things with one of + - * / ^ between them."""

    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True)
class Called:
    """A function, by its name in FUNCTIONS, of its arguments."""

    name: str
    arguments: tuple[Tree, ...]


Tree = Literal | Name | Negative | Binary | Called


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """What a tree is made of immediately."""
    match tree:
        case Negative(of):
            return (of,)
        case Binary(_, left, right):
            return left, right
        case Called(_, arguments):
            return arguments
    return ()


def names_in(tree: Tree) -> Iterator[str]:
    """The names in a tree from left to right, as often as they stand there.

    >>> list(names_in(Binary("*", Name("a"), Negative(Name("u")))))
    ['a', 'u']
    """
    if isinstance(tree, Name):
        yield tree.name
    for part in parts_of(tree):
        yield from names_in(part)
