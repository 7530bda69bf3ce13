"""Tab-separated text, as spreadsheets paste it, with quotes around a cell that would break the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator


def tab_separated_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows as lines, with tabs between cells; a cell with a tab, a line break or a quote in it stands in quotes.

    >>> list(tab_separated_lines([["t", "two\\nlines"], [1, 0.5]]))
    ['t\\t"two\\nlines"\\n', '1\\t0.5\\n']
    """
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter="\t", lineterminator="\n").writerow(row)
        yield line.getvalue()
