"""The legend above the plots: each schedule's line, its own t, and its value there."""

from __future__ import annotations

import html
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.diffusion.moment import RELATIVE_SCALE
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.recipes.recipe import told
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.readout import Reading, value_text
from ddpm_studio.gui.state.titles import value_of_shown
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import paint_math
from ddpm_studio.texts import Text

ROW = 22
MARGIN = 10
TOP = 2
SAMPLE = 26
GAP = 8
BETWEEN = 18
WIDEST_TITLE = 170
WIDEST_HEAD = "√(1/ᾱ_t − 1) − A"
WIDEST_VALUE = "−8.8888e−8"
MORE, WIDEST_COUNT = -1, "+888"
"""The key of the count of those that are not listed, and what that has room for."""

ENDED = QT_TRANSLATE_NOOP("plots", "ends at t = {t}")

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


_Words = tuple[Sequence[str], str, QColor]
"""Lines of text, the widest text that they leave room for, and their colour."""


@dataclass(frozen=True)
class _Listed:
    """The schedules that are listed, in the list's order, whether with titles and t, and the `others`."""

    entries: Sequence[Entry]
    titled: bool = True
    timed: bool = True
    others: Sequence[Entry] = ()


@dataclass(frozen=True)
class Legend:
    """A legend to draw: the curve, then each visible schedule's line sample, letter, title, t and value.

    They flow into rows like words. Titles are cut to WIDEST_TITLE unless they are to be `whole`, as on paper, where no
    tip gives the rest; one that is wider than everything is broken into lines. Of what has no room `in_a_row` first
    titles and then t are left out; then as many schedules as have room are listed, the selected one and the one
    pointed at among them, and the others counted. All lengths are device-independent pixels.
    """

    state: State
    reading: Reading
    tokens: Tokens
    font: QFont
    whole: bool = False
    in_a_row: bool = False

    def height(self, width: float) -> int:
        """The height of all rows when the legend is `width` wide."""
        return self._rows(self._listed(width), width) * self._row + 2 * TOP

    def entry_at(self, place: QPointF, width: float) -> Entry | None:
        """The schedule whose part of the legend is at a point."""
        places, titles, listed = self._places(width), self._titles(width), self._listed(width)
        for entry in listed.entries:
            (x, row), title = places[entry.key], titles[entry.key]
            needed = self._width_of(entry, title, listed.timed)
            if QRectF(x, row * self._row, needed, len(title) * self._row).contains(place):
                return entry
        return None

    def others_at(self, place: QPointF, width: float) -> Sequence[Entry]:
        """The schedules that are counted, if their count is at a point."""
        others = self._listed(width).others
        return others if others and place.x() >= self._places(width)[MORE][0] else ()

    def text(self) -> str:
        """The legend as plain text."""
        return "; ".join((self._symbol(), *map(self.said_of, self.state.visible)))

    def said_of(self, entry: Entry) -> str:
        """All that is told of one schedule, as plain text."""
        return f"{self.state.letter(entry)} {self._title(entry)}, {self._t(entry)}: {self._value(entry)}"

    def about(self) -> str:
        """Each schedule as a line of text: its letter, its title, and the whole of it."""
        entries = self.state.visible
        return "\n".join(f"{self.state.letter(each)} {self._title(each)}: {told(each.spec)}" for each in entries)

    def paint(self, painter: QPainter, width: float) -> None:
        """Draw it with its top left corner at the painter's origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        self._paint_head(painter)
        places, titles, listed = self._places(width), self._titles(width), self._listed(width)
        for entry in listed.entries:
            x, row = places[entry.key]
            words = self._words(entry, titles[entry.key], listed.timed)
            self._paint_entry(painter, entry, words, QPointF(x, row * self._row + TOP))
        if listed.others:
            x, row = places[MORE]
            painter.setPen(QColor(self.tokens.muted))
            painter.drawText(QRectF(x, row * self._row + TOP, width - x, self._row), LEFT, f"+{len(listed.others)}")

    def _listed(self, width: float) -> _Listed:
        """What is listed in rows of this width."""
        if width not in self._known:
            self._known[width] = self._fitting(width)
        return self._known[width]

    def _fitting(self, width: float) -> _Listed:
        visible = self.state.visible
        candidates = (_Listed(visible), _Listed(visible, titled=False), _Listed(visible, titled=False, timed=False))
        for listed in candidates:
            if not self.in_a_row or self._rows(listed, width) == 1:
                return listed
        wanted = sorted(visible, key=lambda entry: entry.key not in (self.state.selected, self.reading.emphasised))
        fitting = bisect(range(len(wanted)), 1, key=lambda count: self._rows(self._first(wanted, count), width))
        return self._first(wanted, max(1, fitting - 1))

    def _first(self, wanted: Sequence[Entry], count: int) -> _Listed:
        """So many of the schedules that are wanted most."""
        keys = {entry.key for entry in wanted[:count]}
        listed, others = ([e for e in self.state.visible if (e.key in keys) is among] for among in (True, False))
        return _Listed(listed, titled=False, timed=False, others=others)

    def _rows(self, listed: _Listed, width: float) -> int:
        titles = self._lines_of(listed, width)
        ends = [row + len(titles.get(key, "+")) for key, (_, row) in self._flow(listed, width).items()]
        return max(ends, default=1)

    def _places(self, width: float) -> dict[int, tuple[float, int]]:
        """The left end and the first row of each entry, by its key, and of the count of more under MORE."""
        return self._flow(self._listed(width), width)

    def _flow(self, listed: _Listed, width: float) -> dict[int, tuple[float, int]]:
        x, row, rows = MARGIN + self._advance(WIDEST_HEAD) + BETWEEN, 0, 1
        places, titles = {}, self._lines_of(listed, width)
        widths = [self._width_of(each, titles[each.key], listed.timed) for each in listed.entries]
        parts = [(each.key, width, len(titles[each.key])) for each, width in zip(listed.entries, widths, strict=True)]
        for key, needed, lines in [*parts, *([(MORE, self._advance(WIDEST_COUNT), 1)] if listed.others else [])]:
            if (x + needed > width - MARGIN or lines > 1) and x > MARGIN:
                x, row, rows = float(MARGIN), row + rows, 1
            places[key] = (x, row)
            x, rows = x + needed + BETWEEN, max(rows, lines)
        return places

    def _width_of(self, entry: Entry, title: Sequence[str], timed: bool = True) -> float:
        t = (self._widest_t(entry),) if timed else ()
        words = (self.state.letter(entry), *t, f"{WIDEST_VALUE} {ALL_CURVES[self.reading.name].unit}")
        shown = GAP + self._widest(title) if any(title) else 0.0
        return SAMPLE + shown + sum(GAP + self._advance(word) for word in words)

    def _widest(self, title: Sequence[str]) -> float:
        return max(self._advance(line) for line in title)

    @property
    def _row(self) -> int:
        return self.tokens.scaled(ROW)

    @cached_property
    def _known(self) -> dict[float, _Listed]:
        """What is listed in widths that were asked for."""
        return {}

    @cached_property
    def _advance(self) -> Callable[[str], float]:
        return cache(self._metrics.horizontalAdvance)

    @cached_property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font)

    def _titles(self, width: float) -> dict[int, list[str]]:
        """The lines of each title, by the entry's key."""
        return self._lines_of(self._listed(width), width)

    def _lines_of(self, listed: _Listed, width: float) -> dict[int, list[str]]:
        if not listed.titled:
            return {entry.key: [""] for entry in listed.entries}
        if not self.whole:
            return self._cut_titles
        rooms = {entry: width - 2 * MARGIN - self._width_of(entry, [""]) for entry in self.state.visible}
        return {entry.key: wrapped(self._title(entry), self.font, room) for entry, room in rooms.items()}

    @cached_property
    def _cut_titles(self) -> dict[int, list[str]]:
        mode = Qt.TextElideMode.ElideMiddle
        titles = {entry.key: self._title(entry) for entry in self.state.visible}
        return {
            key: [self._metrics.elidedText(title, mode, self.tokens.scaled(WIDEST_TITLE))]
            for key, title in titles.items()
        }

    def _title(self, entry: Entry) -> str:
        """What the value is of; of a family on paper, where nothing else may say what is drawn, its range as well."""
        if not self.whole or entry.family is None:
            return self.state.shown_title(entry)
        return "; ".join((self.state.title(entry), value_of_shown(entry)))

    def _symbol(self) -> str:
        return series.symbol_of(self.state, self.reading.name)

    def _t(self, entry: Entry) -> str:
        return f"t = {self.reading.ts[entry.key]}"

    @staticmethod
    def _end(entry: Entry) -> str:
        return translated(Text(ENDED, {"t": entry.schedule.T}))

    def _widest_t(self, entry: Entry) -> str:
        """What needs as much room as any t of the entry, so that nothing moves while t does."""
        t = f"t = {'8' * len(str(entry.schedule.T))}"
        return t if self.state.moment.scale == RELATIVE_SCALE else max(t, self._end(entry), key=self._advance)

    def _value(self, entry: Entry) -> str:
        value = self.reading.values.get(entry.key, float("nan"))
        return value_text(self.state, self.reading.name, value)

    def _paint_head(self, painter: QPainter) -> None:
        baseline = TOP + (self._row + self._metrics.ascent() - self._metrics.descent()) / 2
        painter.setPen(QColor(self.tokens.text))
        paint_math(painter, MARGIN, baseline, self._symbol())

    def _words(self, entry: Entry, title: Sequence[str], timed: bool) -> list[_Words]:
        """What is said of an entry: the lines of each part, what it leaves room for, and its colour."""
        tokens, ended = self.tokens, entry.key in self.reading.ended
        muted, text = QColor(tokens.muted), QColor(tokens.text)
        words: list[_Words] = [([self.state.letter(entry)], "", STYLES[entry.style].color(tokens.dark))]
        if any(title):
            words.append((title, "", text if self.reading.emphasised == entry.key else muted))
        if timed:
            words.append(([self._end(entry) if ended else self._t(entry)], self._widest_t(entry), muted))
        return [*words, ([self._value(entry)], "", muted if ended else text)]

    def _paint_entry(self, painter: QPainter, entry: Entry, words: Sequence[_Words], place: QPointF) -> None:
        middle = QPointF(0, self._row / 2)
        painter.setPen(STYLES[entry.style].pen(self.tokens, 2.0))
        painter.drawLine(place + middle, place + middle + QPointF(SAMPLE, 0))
        place += QPointF(SAMPLE, 0)
        for lines, widest, color in words:
            width = self._widest([*lines, widest])
            painter.setPen(color)
            for number, line in enumerate(lines):
                corner = place + QPointF(GAP, number * self._row)
                painter.drawText(QRectF(corner, QSizeF(width + GAP, self._row)), LEFT, line)
            place += QPointF(GAP + width, 0)


def wrapped(text: str, font: QFont, width: float) -> list[str]:
    """The lines of a text that has `width` pixels, broken between words where that is possible."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines, units = [], text.encode("utf-16-le", "surrogatepass")
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start, stop = (2 * place for place in (line.textStart(), line.textStart() + line.textLength()))
        lines.append(units[start:stop].decode("utf-16-le", "surrogatepass").rstrip())
    layout.endLayout()
    return lines or [text]


class LegendStrip(QWidget):
    """Shows a Legend in a row, with tips that give titles in full, and what is counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Legend and values"))
        self._legend: Legend | None = None

    def show_reading(self, state: State, reading: Reading, tokens: Tokens) -> None:
        """Show the visible schedules and their values."""
        self._legend = Legend(state, reading, tokens, number_font(self.font()), in_a_row=True)
        if self.sizeHint().height() != self.height():
            self.updateGeometry()
        self.setAccessibleDescription(self._legend.text())
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it is, and a row high."""
        return QSize(self.width(), ROW + 2 * TOP if self._legend is None else self._legend.height(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small panel."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything; there is little of it."""
        if self._legend is not None:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(self._legend.tokens.surface))
                self._legend.paint(painter, self.width())

    def event(self, event: QEvent) -> bool:
        """Give the full title and the schedule under the mouse, or all that is told of those that are counted."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._legend is not None:
            lines = map(html.escape, self._lines_at(self._legend, QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), "<br>".join(lines), self)
            return True
        return super().event(event)

    def _lines_at(self, legend: Legend, place: QPointF) -> list[str]:
        entry = legend.entry_at(place, self.width())
        if entry is None:
            return [legend.said_of(other) for other in legend.others_at(place, self.width())]
        return [legend.state.shown_title(entry), str(entry.spec)]
