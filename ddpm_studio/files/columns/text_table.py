"""TextTable: a table in a text, what stands between its cells, whether it has a header, and how numbers are written.

Comments before the first row begin with # or %; the last of them is the header if it names a quantity. Where cells are
kept apart by something else, a comma is that of decimals.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ddpm_studio.diffusion.quantities import quantities_named
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.files.columns.named_rows import Cells, stood_up

_COMMENT = ("#", "%")
_NUMBER = re.compile(r"[\[(]?\s*[-+]?(?:[.,]?\d[\d.,]*(?:[eEdD][-+]?\d+)?|inf|nan)\s*[\])]?", re.IGNORECASE)
_QUOTED = re.compile(r'(?<![^,;\t\n])"(?:[^"]|"")*(?:"|$)')
"""A cell in quotes, which may go on in another line."""

_BYTES = re.compile("[\udc80-\udcff]")
"""Bytes that are no UTF-8, as surrogates."""

_WHOLE = re.compile(r"[-+]?\d+")
_DECIMALS = re.compile(r"\d+(?:[eEdD][-+]?\d+)?")


@dataclass(frozen=True)
class TextTable:
    """The header, none if it has no names, and the rows, which are split as they are asked for."""

    header: Cells
    rows: Iterator[Cells]


def text_table_of(lines: Iterator[str], ended: Callable[[], None]) -> TextTable:
    """The table of the lines of a text, of which a few are looked at; `ended` is called after each row."""
    comment, first = _first(lines)
    second = next((line for line in lines if line.strip()), "")
    mark = _mark_between(first, second)
    rows = _split(chain([first, second], lines), mark, ended)
    cells = next(_split([first], mark), [])
    if _are_numbers(cells) and cells[0].strip():
        titles = next(_split([comment], mark), [])
        return TextTable(titles if any(map(quantities_named, titles)) else (), rows)
    names, rows = stood_up(rows, _are_numbers)
    return TextTable([_title(cell) for cell in names or next(rows, [])], rows)


def numbers_alone(rows: Iterator[Cells]) -> list[str] | None:
    """The numbers of a table without a header: one column, one row, or a column beside one that counts rows; None for
    any other. Two cells of digits alone that count nothing are a number with a decimal comma.

    >>> numbers_alone(iter([["0", "5"], ["0", "25"]])), numbers_alone(iter([["1", "0.5"], ["2", "0.7"]]))
    (['0.5', '0.25'], ['0.5', '0.7'])
    """
    table = [_without_end(row) for row in islice(rows, MAX_T + 1)]
    if len(table) == 1:
        return [*table[0]]
    widths = {len(row) for row in table}
    if widths == {1}:
        return [row[0] for row in table]
    if widths == {2} and _count_rows([row[0] for row in table]):
        return [row[1] for row in table]
    return _decimals(table)


def joined_decimals(row: Cells) -> str | None:
    """The number with a decimal comma that a comma has cut in two, or one without; None for any other cells.

    >>> joined_decimals(["0", "0001"]), joined_decimals(["2"]), joined_decimals(["1", "0.5"])
    ('0.0001', '2', None)
    """
    is_number = len(row) <= 2 and _WHOLE.fullmatch(row[0]) and _DECIMALS.fullmatch(row[-1])
    return ".".join(row) if is_number else None


def _first(lines: Iterator[str]) -> tuple[str, str]:
    """The last comment before the first row, without its mark, and that row, which may be a comment alone."""
    comment = ""
    for line in lines:
        bare = line.strip()
        if bare and not bare.startswith(_COMMENT):
            return comment, line.lstrip()
        comment = bare.lstrip("#% ") or comment
    return "", comment


def _title(cell: str) -> str:
    """A name without the mark of a comment, and with letters of Windows for what is no UTF-8."""
    name = cell.lstrip(" #%").rstrip()
    return _BYTES.sub(lambda found: bytes([ord(found[0]) & 0xFF]).decode("cp1252", "replace"), name)


def _mark_between(first: str, second: str) -> str:
    both = _QUOTED.sub("", first + second)
    cells = second.split() or first.split()
    blank = " " if len(cells) > 1 and _are_numbers(cells[1:]) else ","
    return next((mark for mark in "\t;" if mark in both), "," if "," in both else blank)


def _split(lines: Iterable[str], mark: str, ended: Callable[[], None] = lambda: None) -> Iterator[Cells]:
    cells = (line.split() for line in lines) if mark == " " else csv.reader(lines, delimiter=mark)
    for row in cells:
        if any(cell.strip() for cell in row):
            ended()
            yield row if mark == "," else [_with_point(cell) for cell in row]


def _with_point(cell: str) -> str:
    """A cell whose number has a decimal comma, with a point."""
    return cell.replace(",", ".") if _NUMBER.fullmatch(cell.strip()) and cell.count(",") == 1 else cell


def _are_numbers(cells: Iterable[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(map(is_number, filled))


def is_number(cell: str) -> bool:
    """Whether a cell is a number, in brackets or not."""
    return bool(_NUMBER.fullmatch(cell.strip()))


def _without_end(row: Cells) -> Cells:
    """A row without brackets around it and without empty cells at its ends."""
    cells = [cell.strip().strip("[]()") for cell in row]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _count_rows(cells: Sequence[str]) -> bool:
    return cells[0] in ("0", "1") and list(cells) == [str(int(cells[0]) + place) for place in range(len(cells))]


def _decimals(table: Sequence[Cells]) -> list[str] | None:
    joined = [joined_decimals(row) for row in table]
    return None if None in joined else [each for each in joined if each is not None]
