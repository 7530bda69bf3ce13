"""RowLayout: where in a row of the list its parts lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QFontMetrics

from ddpm_studio.gui.schedules.rows.list_line import ListLine
from ddpm_studio.gui.theme import typed_font

BAR = 3
"""Width of the bar beside the chosen line."""

TICK = 14
MARGIN = 8
_GAP = 7
_BADGE_PADDING = 5
_MANY = 8
"""With more lines than these each is one line of text, unless it is chosen."""


@dataclass(frozen=True)
class RowParts:
    """The rectangles of a row's parts; `head` is all of it but what the chosen line opens as.

    `steps` are those of the lines of steps below it, and `train` is empty where no objective is shown.
    """

    head: QRect
    tick: QRect
    letter: QRect
    heading: QRect
    text: QRect
    steps: tuple[QRect, ...]
    train: QRect
    badges: tuple[QRect, ...]


class RowLayout:
    """Lays out the rows of a list with so many entries, in the font of its view."""

    def __init__(self, font: QFont, count: int) -> None:
        self.count = count
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        self.font, self.bold, self.typed = font, bold, typed_font(font)
        self._small = QFontMetrics(font)
        self.member = QFontMetrics(self.typed).height() + 4
        self._line = max(QFontMetrics(each).height() for each in (bold, self.typed))
        self._dense = count > _MANY
        self._padding = 5 if self._dense else 8
        self._letter = QFontMetrics(bold).horizontalAdvance("A" if count <= len("ABCDEFGHIJKLMNOPQRSTUVWXYZ") else "WA")

    def shows_both(self, has_heading: bool, chosen: bool) -> bool:
        """True if the text stands below the heading, rather than one of them alone."""
        return has_heading and (chosen or not self._dense)

    def shows_train(self, has_train: bool, chosen: bool) -> bool:
        """True if the training objective stands below the text, rather than only in the tip."""
        return has_train and (chosen or not self._dense)

    def shown_steps(self, count: int, chosen: bool) -> int:
        """How many lines of steps stand below the text: all, but in the chosen row, which opens as a card with them."""
        return 0 if chosen or self._dense else count

    def head_height(self, has_heading: bool, steps: int, has_train: bool, chosen: bool) -> int:
        """The height of a row without what the chosen line opens as."""
        lines = 1 + self.shows_both(has_heading, chosen) + self.shown_steps(steps, chosen)
        lines += self.shows_train(has_train, chosen)
        return lines * self._line + (lines - 1) * 3 + 2 * self._padding

    def parts(self, row: QRect, line: ListLine, chosen: bool) -> RowParts:
        """The places in a row."""
        height = self.head_height(bool(line.heading), len(line.steps), bool(line.train), chosen)
        head = QRect(row.left(), row.top(), row.width(), height)
        first = QRect(head.left(), head.top() + self._padding, head.width(), self._line)
        tick = QRect(BAR + MARGIN - 2, first.center().y() - TICK // 2, TICK, TICK)
        letter = QRect(tick.right() + _GAP, first.top(), self._letter + 4, self._line)
        left, badges = letter.right() + _GAP, self._badges(first, line)
        right = (badges[0].left() if badges else head.right()) - _GAP
        heading = QRect(left, first.top(), right - left, self._line)
        below = QRect(left, heading.bottom() + 4, head.right() - _GAP - left, self._line)
        text = below if self.shows_both(bool(line.heading), chosen) else heading
        first_below = QRect(left, text.bottom() + 4, below.width(), self._line)
        count = self.shown_steps(len(line.steps), chosen)
        steps = tuple(first_below.translated(0, place * (self._line + 3)) for place in range(count))
        train = first_below.translated(0, count * (self._line + 3))
        shown = train if self.shows_train(bool(line.train), chosen) else QRect()
        return RowParts(head, tick, letter, heading, text, steps, shown, badges)

    def members(self, parts: RowParts, top: int, count: int) -> list[QRect]:
        """The places of so many members of a family, one below the other."""
        left = parts.tick.left()
        width = parts.head.right() - MARGIN - left
        return [QRect(left, top + place * self.member, width, self.member) for place in range(count)]

    def _badges(self, first: QRect, line: ListLine) -> tuple[QRect, ...]:
        widths = [self._small.horizontalAdvance(badge.text) + 2 * _BADGE_PADDING for badge in line.badges]
        left, found = first.right() - MARGIN + 1 - sum(widths) - 4 * (len(widths) - 1), []
        for width in widths:
            found.append(QRect(left, first.top(), width, first.height()))
            left += width + 4
        return tuple(found)
