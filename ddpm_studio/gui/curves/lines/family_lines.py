"""FamilyLines: the curves of a plot for those members of families that are not shown otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QColor, QPen

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.state.shades import shades_of
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.bare_plot import BarePlot

BEHIND = -1
"""Where these curves lie: below those that are shown."""

_Where = tuple[int, int]
"""The key of an entry and the place of a member in its family."""


class FamilyLines:
    """Keeps a curve for each other member of a State's visible families in a plot, whose ground paints them."""

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self._items: dict[_Where, CurveItem] = {}
        self._drawn: dict[_Where, tuple[object, ...]] = {}
        self._extents: dict[_Where, series.Extent] = {}

    def show_state(self, plot: BarePlot, state: State, log: bool, tokens: Tokens) -> bool:
        """Draw in a plot, always the same one, what has changed since last time; True if anything has."""
        others = dict(_others(state))
        changed = self._items.keys() != others.keys()
        for place in self._items.keys() - others.keys():
            plot.remove(self._items.pop(place))
            del self._drawn[place], self._extents[place]
        for place, entry in others.items():
            if place not in self._items:
                self._items[place] = item = CurveItem()
                item.setZValue(BEHIND)
                plot.add(item)
            drawn, dressed = self._draw(state, place, entry, log), self._dress(place, entry, tokens)
            changed = changed or drawn or dressed
        return changed

    @property
    def items(self) -> list[CurveItem]:
        """The curves."""
        return list(self._items.values())

    @property
    def drawn(self) -> tuple[object, ...]:
        """What is drawn, to be compared with what was."""
        return tuple(self._drawn.values())

    @property
    def extents(self) -> list[series.Extent]:
        """How far each curve goes up and down."""
        return list(self._extents.values())

    def _draw(self, state: State, place: _Where, entry: Entry, log: bool) -> bool:
        member = entry.members[place[1]]
        drawn = (member, entry.train, state.against, state.view, state.axis, log)
        if self._drawn.get(place) == drawn:
            return False
        alone = replace(entry, schedule=member, family=None)
        find = partial(series.drawn, series.lean(state, self._curve), alone, self._curve)
        _, y = self._items[place].show_line(find)
        self._extents[place] = series.extent_of(state, self._curve, y)
        self._drawn[place] = drawn
        return True

    def _dress(self, place: _Where, entry: Entry, tokens: Tokens) -> bool:
        item, pen = self._items[place], pen_of(entry, place[1], tokens)
        if item.opts["pen"] == pen:
            return False
        item.setPen(pen)
        return True


def pen_of(entry: Entry, place: int, tokens: Tokens) -> QPen:
    """The pen of a member that is not shown: thin, in its shade, with the entry's dashes."""
    pen = STYLES[entry.style].pen(tokens, tokens.thin_width)
    pen.setColor(shade_of(entry, place, tokens.dark))
    return pen


def shade_of(entry: Entry, place: int, dark: bool) -> QColor:
    """The colour of a member of an entry."""
    shown = 0 if entry.family is None else entry.family.place_of(entry.schedule)
    return shades_of(entry.style, dark, len(entry.members), shown)[place]


def _others(state: State) -> Iterator[tuple[_Where, Entry]]:
    """The members of visible families but those that are shown."""
    for entry in state.visible:
        if entry.family is not None:
            shown = entry.family.place_of(entry.schedule)
            for place in range(entry.family.count):
                if place != shown:
                    yield (entry.key, place), entry
