"""Layout of the lanes: how those of schedules share the height under the heads of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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

NOTE = 12

ROW = 10
"""Height of a row of the notes of steps over a strip."""

SPARED = 2
"""By how much the lowest strip is lower under such a row, so that two have room in the smallest window."""

LIKELY, FEW_LANES = 46, 4
"""Height of a lane that shows pictures, and how many such lanes there is likely room for."""


@dataclass(frozen=True)
class LaneLayout:
    """The places of what has a lane, `shown`, below each other, number 0 at the top; `sheet` for a contact sheet."""

    shown: Sequence[object] = ()
    sheet: bool = False
    tokens: Tokens = LIGHT
    room: int = 0
    """The height of what is seen of all lanes at a time, with their heads, in pixels."""
    lines: int = 0
    """The most lines of steps that are below one schedule."""

    @property
    def count(self) -> int:
        """The number of lanes, at least one."""
        return max(1, len(self.shown))

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
        """The least and the greatest height of a lane."""
        scaled, row = self.tokens.scaled, self.row - SPARED if self.lines else 0
        return (scaled(LEAST_IN_SHEET), TALLEST_IN_SHEET) if self.sheet else (scaled(LEAST) + row, TALLEST)

    @property
    def likely(self) -> int:
        """The height of lanes that show pictures, while there are few of them."""
        return self.head + min(len(self.shown), FEW_LANES) * self.tokens.scaled(LIKELY)

    @cached_property
    def lowest(self) -> float:
        """The least height of a lane where as many as have room fill what is seen, so that none of them is cut."""
        least = self.heights[0]
        rows = (self.room - self.head) // least
        return (self.room - self.head) / rows if 0 < rows < self.count else least

    @property
    def least(self) -> int:
        """The height of all lanes at their lowest."""
        return self.head + ceil(self.count * self.lowest)

    def lane(self, number: int, size: QSize) -> QRectF:
        """The rectangle of a lane, with what is written under it."""
        height = self.height(size)
        return QRectF(0, self.head + number * height, size.width(), height)

    def height(self, size: QSize) -> float:
        """The height of a lane."""
        return min(self.heights[1], max(self.lowest, (size.height() - self.head) / self.count))

    def strip(self, number: int, size: QSize, field: Field) -> QRectF:
        """The rectangle of a schedule's strip, under the rows of its steps."""
        lane = self.lane(number, size)
        above = (OVER if self.sheet else 2) + self.rows(lane) * self.row
        return QRectF(field.left, lane.top() + above, field.width, lane.height() - above - self._below(lane))

    def _below(self, lane: QRectF) -> int:
        if self.sheet:
            return self.caption + 2
        return self.note if self.is_captioned(lane) else 2

    def rows(self, lane: QRectF) -> int:
        """The rows of steps over each strip: as many as leave room for pictures, and the first wherever there are any.

        They are the same over all strips, so that these show the same of the picture.
        """
        if not self.lines:
            return 0
        room = lane.height() - (OVER if self.sheet else 2) - self._below(lane) - PICTURES
        return min(self.lines, max(1, int(room // self.row)))

    def band(self, number: int, size: QSize, field: Field) -> QRectF:
        """The rectangle of the rows of a schedule's steps, of no height where there are none."""
        lane = self.lane(number, size)
        return QRectF(field.left, lane.top() + 1, field.width, self.rows(lane) * self.row)

    def is_captioned(self, lane: QRectF) -> bool:
        """Whether what marks 0 dB is written under a lane's strip: not in a contact sheet, which has t there."""
        return not self.sheet and lane.height() >= self.tokens.scaled(ROOMY) + (self.row if self.lines else 0)
