"""Filter of the rows of a sweep: words that all have to be in one, and bounds that its numbers have to keep."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from ddpm_studio.gui.lab.table.row_columns import NUMBERED, TableRow

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_BOUND = re.compile(rf"({'|'.join(NUMBERED)})(<=|>=|<|>|=)(\d*\.?\d+(?:e[+-]?\d+)?)")


def passes(row: TableRow, line: str) -> bool:
    """Whether a row has every word of a line: somewhere in its texts, or, as “calls<=10” does, of one of its numbers.

    What reads as neither is looked for as it stands: “order=3” finds a solver of that order too.
    """
    return all(word in row.words or _keeps(row, word) for word in line.casefold().split())


def _keeps(row: TableRow, word: str) -> bool:
    bound = _BOUND.fullmatch(word)
    if bound is None:
        return False
    number = NUMBERED[bound[1]].value(row)
    return isinstance(number, int | float) and _COMPARED[bound[2]](number, float(bound[3]))
