"""Columns of the lanes: what each schedule has at the moment, written to the right of its strip."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

GAP, MOST_GAP = 6.0, 24.0
"""Least and greatest distance between columns, in pixels: as there is room, between these."""

VALUE, DECIBELS = "−1.23e−300", "−300000"
"""Numbers as long as any that is written to three digits: half of one would be another number."""


class LaneColumns:
    """The places of three texts in a row: t, the value, and dB, flush right; no value where there is no room for all.

    They depend on how long numbers can be, not on those that are there, which change with the moment.
    """

    def __init__(self, font: QFont, longest: int, left: float, right: float) -> None:
        """For t up to `longest`, between two pixels."""
        metrics = QFontMetricsF(font)
        t, value, decibels = (metrics.horizontalAdvance(text) for text in (str(longest), VALUE, DECIBELS))
        self._right = right
        self._has_value = t + value + decibels + 2 * GAP <= right - left
        self._widths = [decibels, value, t] if self._has_value else [decibels, t]
        free = right - left - sum(self._widths)
        self._gap = min(max(free / (len(self._widths) - 1), GAP), MOST_GAP)

    def places(self, row: QRectF) -> Sequence[QRectF | None]:
        """Those in a row: of t, of the value if it is there, and of dB."""
        ends = accumulate(self._widths, lambda end, width: end - width - self._gap, initial=self._right)
        found: list[QRectF | None] = [
            QRectF(end - width, row.top(), width, row.height()) for end, width in zip(ends, self._widths, strict=False)
        ]
        if not self._has_value:
            found.insert(1, None)
        return found[::-1]
