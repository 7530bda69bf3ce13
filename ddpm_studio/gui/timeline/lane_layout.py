"""Layout of the lanes: how those of schedules share the height under the heads of their columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from math import ceil

from PySide6.QtCore import QRectF, QSize

from ddpm_studio.gui.field import Field
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.timeline.strips import PICTURES

HEAD = 16
TALLEST, LEAST = 96, 16
"""Height of a lane, in pixels: as there is room, between these."""

TALLEST_IN_SHEET, LEAST_IN_SHEET = 160, 76
"""The same where the lanes are a contact sheet."""

CAPTION, OVER = 15, 8
"""Height of the captions under the frames of a contact sheet, and of what marks 0 dB over them."""

ROOMY = 36
"""Height of a lane from which on what marks 0 dB is written under it."""

NOTE = 14

ROW = 10
"""Height of a row of the notes of steps over a strip."""

SPARED = 2
"""By how much the lowest strip is lower under such a row where lanes scroll: two have room in the smallest window."""

ASKED, MOST_ASKED = 32, 6
"""Height of a lane that shows pictures well, and for how many such lanes room is asked."""


@dataclass(frozen=True)
class LaneLayout:
    """The places of all lanes below each other, number 0 at the top; `sheet` for a contact sheet.

    Where all of them have room, a lane is higher than others by the rows of its own steps. Where they scroll all are
    as high, since they scroll by whole lanes, and a strip without such rows has their place.
    """

    lines: tuple[int, ...] = ()
    """The number of lines of steps that each lane has."""
    sheet: bool = False
    tokens: Tokens = LIGHT
    room: int = 0
    """The height of what is seen of all lanes at a time, with their heads, in pixels."""
    size: QSize = field(default_factory=QSize)
    """That of all lanes with their heads, in pixels."""

    @property
    def count(self) -> int:
        """The number of lanes, at least one."""
        return max(1, len(self.lines))

    @cached_property
    def head(self) -> int:
        """The height of the heads."""
        return self.tokens.scaled(HEAD)

    @property
    def caption(self) -> int:
        """The height of what is written under the frames of a contact sheet."""
        return self.tokens.scaled(CAPTION) if self.sheet else 0

    @property
    def note(self) -> int:
        """The height of what is written under a strip."""
        return self.tokens.scaled(NOTE)

    @property
    def row(self) -> int:
        """The height of a row of the notes of steps."""
        return self.tokens.scaled(ROW)

    @cached_property
    def heights(self) -> tuple[int, int]:
        """The least and the greatest height of a lane without steps."""
        scaled = self.tokens.scaled
        return (scaled(LEAST_IN_SHEET), TALLEST_IN_SHEET) if self.sheet else (scaled(LEAST), TALLEST)

    @property
    def asked(self) -> int:
        """The height of lanes that show pictures, while there are few of them."""
        lines = self.lines[:MOST_ASKED]
        return self.head + len(lines) * self.tokens.scaled(ASKED) + self.row * sum(map(bool, lines))

    @property
    def _together(self) -> int:
        """The height of all lanes at their lowest, each with a row if it has steps."""
        return self.head + self.count * self.heights[0] + self.row * sum(map(bool, self.lines))

    @cached_property
    def fits(self) -> bool:
        """Whether all lanes have room, so that none needs to scroll."""
        return self._together <= self.room

    @cached_property
    def lowest(self) -> float:
        """The least height of lanes that scroll: as many as have room fill what is seen, so that none is cut."""
        spared = self.row - SPARED if any(self.lines) and not self.sheet else 0
        least = self.heights[0] + spared
        rows = (self.room - self.head) // least
        return (self.room - self.head) / rows if 0 < rows < self.count else least

    @property
    def least(self) -> int:
        """The height of all lanes at their lowest."""
        return self._together if self.fits else self.head + ceil(self.count * self.lowest)

    @cached_property
    def most_rows(self) -> int:
        """The rows of steps over a strip at most: as many as leave room for pictures, and the first in any case."""
        most = max(self.lines, default=0)
        return next((rows for rows in range(most, 1, -1) if self._strip_height(rows) >= PICTURES), min(most, 1))

    @cached_property
    def unit(self) -> float:
        """The height of a lane without steps."""
        return self._unit(self.most_rows)

    @property
    def is_captioned(self) -> bool:
        """Whether what marks 0 dB is written under the strips: not in a contact sheet, which has t there."""
        return self._is_captioned(self.most_rows)

    def lane(self, number: int) -> QRectF:
        """The rectangle of a lane, with what is written under it."""
        own = self.row * self.rows(number) if self.fits else 0
        return QRectF(0, self._tops[number], self.size.width(), self.unit + own)

    def strip(self, number: int, field: Field) -> QRectF:
        """The rectangle of a schedule's strip, under the rows of its steps.

        Strips that show pictures are equally high, so that they show the same of the picture.
        """
        lane, shared = self.lane(number), self._strip_height(self.most_rows)
        above, below = self._over + self.row * self.rows(number), self._below(self.most_rows)
        free = lane.height() - above - below
        height = shared if shared >= PICTURES else min(free, PICTURES - 1)
        return QRectF(field.left, lane.top() + above + (free - height) / 2, field.width, height)

    def band(self, number: int, field: Field) -> QRectF:
        """The rectangle of the rows of a schedule's steps, of no height where it has none."""
        return QRectF(field.left, self.lane(number).top() + 1, field.width, self.row * self.rows(number))

    def rows(self, number: int) -> int:
        """The rows of steps that a lane has."""
        return min(self.most_rows, self.lines[number]) if number < len(self.lines) else 0

    @cached_property
    def _tops(self) -> tuple[float, ...]:
        """Where each lane begins, and where the last one ends."""
        own = [self.row * self.rows(number) if self.fits else 0 for number in range(self.count)]
        return tuple(accumulate(own, lambda top, rows: top + self.unit + rows, initial=float(self.head)))

    @property
    def _over(self) -> int:
        """What is free over a strip, and the rows of its steps."""
        return OVER if self.sheet else 2

    def _unit(self, most_rows: int) -> float:
        """The height of a lane without steps, if no lane has more rows of them than that."""
        room, least = self.size.height() - self.head, self.lowest
        if self.fits:
            room, least = room - self.row * sum(min(most_rows, lines) for lines in self.lines), self.heights[0]
        return min(self.heights[1], max(least, room / self.count))

    def _free(self, most_rows: int) -> float:
        """The height of a lane beside so many rows of steps."""
        return self._unit(most_rows) - (0 if self.fits else self.row * most_rows)

    def _is_captioned(self, most_rows: int) -> bool:
        return not self.sheet and self._free(most_rows) >= self.tokens.scaled(ROOMY)

    def _below(self, most_rows: int) -> int:
        if self.sheet:
            return self.caption + 2
        return self.note if self._is_captioned(most_rows) else 2

    def _strip_height(self, most_rows: int) -> float:
        """The height of a strip under so many rows of steps."""
        return self._free(most_rows) - self._over - self._below(most_rows)
