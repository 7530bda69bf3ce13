"""Named rows: tables that lie on their side, with a name before the numbers of each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

Cells = Sequence[str]

MOST_ROWS = 8
"""Rows of such a table, which are kept all."""

FEWEST = 3
"""Numbers behind a name: fewer may be a row of a table that stands."""

_NAME = re.compile(r"(.*[^\s:=])\s*[:=]\s*([^\s:=]+)")
"""A name and the first number, where a colon stands between them."""


def stood_up(rows: Iterator[Cells], are_numbers: Callable[[Sequence[str]], bool]) -> tuple[Cells, Iterator[Cells]]:
    """The names before the numbers of all rows, and the rows of the same table as it stands; no names, and the rows as
    they are, where it is of another form.

    >>> header, rows = stood_up(iter([["t", "1", "2", "3"], ["beta", ".1", ".2", ".3"]]), lambda cells: ".2" in cells)
    >>> header, list(rows)
    ((), [['t', '1', '2', '3'], ['beta', '.1', '.2', '.3']])
    """
    first = next(rows, None)
    if first is None or not (apart := _apart(first, are_numbers)):
        return (), rows if first is None else chain([first], rows)
    taken = [first, *islice(rows, MOST_ROWS)]
    lying = [apart, *(_apart(row, are_numbers) for row in taken[1:])]
    if len(taken) > MOST_ROWS or {len(row) for row in lying} != {len(apart)}:
        return (), chain(taken, rows)
    names, *columns = zip(*lying, strict=True)
    return names, iter(columns)


def _apart(row: Cells, are_numbers: Callable[[Sequence[str]], bool]) -> list[str]:
    """The name of a row and its numbers; nothing for a row of another form."""
    name, *numbers = [cell.strip() for cell in row] or [""]
    if found := _NAME.fullmatch(name):
        name, numbers = found[1], [found[2], *numbers]
    while numbers and not numbers[-1]:
        numbers.pop()
    is_row = len(numbers) >= FEWEST and all(numbers) and are_numbers(numbers) and not are_numbers([name])
    return [name.rstrip(" :="), *numbers] if is_row else []
