"""Tab-separated text, as spreadsheets paste it, with quotes around a cell that would break the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def as_tab_separated(rows: Iterable[Iterable[object]]) -> str:
    """Rows as lines and cells between tabs; a cell with a tab, a line break or a quote in it stands in quotes.

    >>> as_tab_separated([["t", "two\\nlines"], [1, 0.5]])
    't\\t"two\\nlines"\\n1\\t0.5\\n'
    """
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue()
