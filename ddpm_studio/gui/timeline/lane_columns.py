"""Columns of the lanes: what each schedule has at the moment, and where it is balanced, to the right of its strip."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ddpm_studio.numerals import brief, typeset

GAP, MOST_GAP = 6.0, 24.0
"""Least and greatest distance between columns, in pixels: as there is room, between these."""

VALUE, DECIBELS = "−1.23e−9", "−301030"
"""Numbers as long as those that are written to three digits; of longer ones one digit is, for half would be another."""

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LaneColumns:
    """The places of four texts in a row, flush right: t, the value, dB, and the t of 0 dB.

    Where there is no room for all, the value is left out first, and then the last; t and dB are always there. They
    depend on how long numbers can be, not on those that are there, which change with the moment.
    """

    def __init__(self, font: QFont, longest: int, left: float, right: float, balance: str = "") -> None:
        """For t up to `longest`, between two pixels; `balance` is the head of the last column, "" for none."""
        self._font, self._right = font, right
        width = QFontMetricsF(font).horizontalAdvance
        t = width(str(longest))
        last = max(t, width(balance)) if balance else None
        options: list[tuple[float | None, ...]] = [
            (t, width(VALUE), width(DECIBELS), last),
            (t, None, width(DECIBELS), last),
            (t, None, width(DECIBELS), None),
        ]
        self._widths = next((each for each in options if _needed(each) <= right - left), options[-1])
        shown = [each for each in self._widths if each is not None]
        self._gap = min(max((right - left - sum(shown)) / (len(shown) - 1), GAP), MOST_GAP)

    @property
    def has_last(self) -> bool:
        """Whether the t of 0 dB has a column."""
        return self._widths[-1] is not None

    def places(self, row: QRectF) -> Sequence[QRectF | None]:
        """Those in a row, of each column that is there."""
        widths = [each for each in self._widths[::-1] if each is not None]
        ends = accumulate(widths, lambda end, width: end - width - self._gap, initial=self._right)
        found = (QRectF(end - width, row.top(), width, row.height()) for end, width in zip(ends, widths, strict=False))
        return [None if each is None else next(found) for each in self._widths[::-1]][::-1]

    def at(self, x: float) -> int | None:
        """The number of the column in which a pixel is, None if it is in none."""
        places = enumerate(self.places(QRectF()))
        return next((number for number, each in places if each is not None and each.left() <= x <= each.right()), None)

    def decibels_head(self, *forms: str) -> str:
        """The first of these heads that has room over the dB, or else the last."""
        metrics, widths = QFontMetricsF(self._font), self._widths
        return next((each for each in forms if metrics.horizontalAdvance(each) <= (widths[2] or 0)), forms[-1])

    def write(self, painter: QPainter, row: QRectF, texts: Sequence[str]) -> None:
        """Write texts into the columns that are there."""
        painter.setFont(self._font)
        for place, text in zip(self.places(row), texts, strict=True):
            if place is not None:
                painter.drawText(place, RIGHT, text)


def value_text(value: float | None) -> str:
    """A value as its column has room for it.

    >>> value_text(0.71162), value_text(-1.234e-300)
    ('0.712', '−1e−300')
    """
    return _short(value, len(VALUE))


def decibels_text(value: float | None) -> str:
    """dB as their column has room for them.

    >>> decibels_text(-24.713), decibels_text(-301029.9)
    ('−24.7', '−301030')
    """
    return _short(value, len(DECIBELS))


def _short(value: float | None, most: int) -> str:
    text = brief(value)
    return text if value is None or len(text) <= most else typeset(f"{value:.0e}")


def _needed(widths: tuple[float | None, ...]) -> float:
    shown = [each for each in widths if each is not None]
    return sum(shown) + GAP * (len(shown) - 1)
