"""Rows of a table as lines of CSV or tab-separated text, in which a text is never a spreadsheet's formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

TAB = "\t"

_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
"""How a text begins that spreadsheets may compute, behind apostrophes that kept one from it:
https://owasp.org/www-community/attacks/CSV_Injection
"""


_LINE_ENDS = "\r\n"
"""Letters that put a cell in quotes, which those of csv's lineterminator do: each ends a line for some reader."""

_QUOTED = f";{TAB}{_LINE_ENDS}"
"""Those of cells between commas: readers take the others for what stands between cells."""


class NumberCell(str):
    """A number that is written out already: −1 is one, and a schedule that is called -1 has a name."""


def guarded(text: str) -> str:
    """A text as a cell, behind an apostrophe if a spreadsheet might take it for a formula; `unguarded` takes it off.

    >>> guarded("=1+1"), guarded("'=1"), guarded("'90s"), guarded("cosine")
    ("'=1+1", "''=1", "'90s", 'cosine')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell, without the apostrophe that `guarded` has put before it.

    >>> unguarded("'=1+1"), unguarded("''=1"), unguarded("'90s"), unguarded("-1")
    ('=1+1', "'=1", "'90s", '-1')
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def row_lines(rows: Iterable[Iterable[object]], mark: str = ",") -> Iterator[str]:
    """Rows as lines, with a mark between cells; a cell that has one, a line break or a quote in it stands in quotes.

    Floats are written in the shortest form that reads back as the same one. Texts are `guarded`, unless they are a
    NumberCell.

    >>> list(row_lines([["t", "two\\nlines"], [1, -0.5], ["-1", NumberCell("-1")]], TAB))
    ['t\\t"two\\nlines"\\n', '1\\t-0.5\\n', "'-1\\t-1\\n"]
    """
    end = _QUOTED if mark == "," else _LINE_ENDS
    line = io.StringIO()
    writer = csv.writer(line, delimiter=mark, lineterminator=end)
    for row in rows:
        writer.writerow([guarded(cell) if type(cell) is str else cell for cell in row])
        yield f"{line.getvalue().removesuffix(end)}\n"
        line.seek(0)
        line.truncate()
