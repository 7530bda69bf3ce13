"""The legend above the plots: each schedule's line, its own t, and its value there."""

from __future__ import annotations

import html
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.diffusion.moment import RELATIVE_SCALE
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
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


@dataclass(frozen=True)
class _Listed:
    """The schedules that are listed, in the list's order, whether with titles, and how many `more` there are."""

    entries: Sequence[Entry]
    titled: bool = True
    more: int = 0


@dataclass(frozen=True)
class Legend:
    """A legend to draw: the curve, then each visible schedule's line sample, letter, title, t and value.

    They flow into rows like words. Titles are cut to WIDEST_TITLE unless they are to be `whole`, as on paper, where no
    tip gives the rest; one that is wider than everything is broken into lines. Where they would take more than `most`
    rows they are left out, and where letters do, as many schedules as have room are listed, the selected one and the
    one pointed at among them, and the others counted. All lengths are device-independent pixels.
    """

    state: State
    reading: Reading
    tokens: Tokens
    font: QFont
    whole: bool = False
    most: int | None = None

    def height(self, width: float) -> int:
        """The height of all rows when the legend is `width` wide."""
        return self._rows(self._listed(width), width) * self._row + 2 * TOP

    def entry_at(self, place: QPointF, width: float) -> Entry | None:
        """The schedule whose part of the legend is at a point."""
        places, titles = self._places(width), self._titles(width)
        for entry in self._listed(width).entries:
            (x, row), title = places[entry.key], titles[entry.key]
            if QRectF(x, row * self._row, self._width_of(entry, title), len(title) * self._row).contains(place):
                return entry
        return None

    def text(self) -> str:
        """The legend as plain text."""
        entries = (
            f"{self.state.letter(entry)} {self._title(entry)}, {self._t(entry)}: {self._value(entry)}"
            for entry in self.state.visible
        )
        return "; ".join((self._symbol(), *entries))

    def about(self) -> str:
        """Each schedule as a line of text: its letter, its title, and the whole of it."""
        entries = self.state.visible
        return "\n".join(f"{self.state.letter(each)} {self._title(each)}: {each.spec}" for each in entries)

    def paint(self, painter: QPainter, width: float) -> None:
        """Draw it with its top left corner at the painter's origin."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        self._paint_head(painter)
        places, titles, listed = self._places(width), self._titles(width), self._listed(width)
        for entry in listed.entries:
            x, row = places[entry.key]
            self._paint_entry(painter, entry, titles[entry.key], QPointF(x, row * self._row + TOP))
        if listed.more:
            x, row = places[MORE]
            painter.setPen(QColor(self.tokens.muted))
            painter.drawText(QRectF(x, row * self._row + TOP, width - x, self._row), LEFT, f"+{listed.more}")

    def _listed(self, width: float) -> _Listed:
        """What is listed in rows of this width."""
        if width not in self._known:
            self._known[width] = self._fitting(width)
        return self._known[width]

    def _fitting(self, width: float) -> _Listed:
        visible = self.state.visible
        whole, lettered = _Listed(visible), _Listed(visible, titled=False)
        most = self.most
        if most is None or self._rows(whole, width) <= most:
            return whole
        if self._rows(lettered, width) <= most:
            return lettered
        wanted = sorted(visible, key=lambda entry: entry.key not in (self.state.selected, self.reading.emphasised))
        fitting = bisect(range(len(wanted)), most, key=lambda count: self._rows(self._first(wanted, count), width))
        return self._first(wanted, max(1, fitting - 1))

    def _first(self, wanted: Sequence[Entry], count: int) -> _Listed:
        """So many of the schedules that are wanted most."""
        keys = {entry.key for entry in wanted[:count]}
        return _Listed([e for e in self.state.visible if e.key in keys], titled=False, more=len(wanted) - count)

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
        parts = [(each.key, self._width_of(each, titles[each.key]), len(titles[each.key])) for each in listed.entries]
        for key, needed, lines in [*parts, *([(MORE, self._advance(WIDEST_COUNT), 1)] if listed.more else [])]:
            if (x + needed > width - MARGIN or lines > 1) and x > MARGIN:
                x, row, rows = float(MARGIN), row + rows, 1
            places[key] = (x, row)
            x, rows = x + needed + BETWEEN, max(rows, lines)
        return places

    def _width_of(self, entry: Entry, title: Sequence[str]) -> float:
        words = (
            self.state.letter(entry),
            self._widest_t(entry),
            f"{WIDEST_VALUE} {ALL_CURVES[self.reading.name].unit}",
        )
        return SAMPLE + self._widest(title) + GAP + sum(GAP + self._advance(word) for word in words)

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

    def _paint_entry(self, painter: QPainter, entry: Entry, title: Sequence[str], place: QPointF) -> None:
        tokens, style, middle = self.tokens, STYLES[entry.style], QPointF(0, self._row / 2)
        painter.setPen(style.pen(tokens, 2.0))
        painter.drawLine(place + middle, place + middle + QPointF(SAMPLE, 0))
        pointed = self.reading.emphasised == entry.key
        muted = QColor(tokens.muted)
        words = (
            ([self.state.letter(entry)], "", style.color(tokens.dark)),
            (title, "", QColor(tokens.text) if pointed else muted),
            ([self._end(entry) if entry.key in self.reading.ended else self._t(entry)], self._widest_t(entry), muted),
            ([self._value(entry)], "", muted if entry.key in self.reading.ended else QColor(tokens.text)),
        )
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
    """Shows a Legend as tall as it needs to be and has room to, with tips that give titles in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Legend and values"))
        self._legend: Legend | None = None
        self._most = 1

    def set_room(self, height: float, tokens: Tokens) -> None:
        """Take no more rows than have room in this height, but one."""
        most = max(1, int((height - 2 * TOP) // tokens.scaled(ROW)))
        if most != self._most:
            self._most = most
            if self._legend is not None:
                self._legend = replace(self._legend, most=most)
                self.updateGeometry()
                self.update()

    def show_reading(self, state: State, reading: Reading, tokens: Tokens) -> None:
        """Show the visible schedules and their values."""
        self._legend = Legend(state, reading, tokens, number_font(self.font()), most=self._most)
        if self.heightForWidth(self.width()) != self.height():
            self.updateGeometry()
        self.setAccessibleDescription(self._legend.text())
        self.update()

    def hasHeightForWidth(self) -> bool:
        """True: more schedules need more rows where the strip is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows, in pixels."""
        return ROW + 2 * TOP if self._legend is None else self._legend.height(width)

    def sizeHint(self) -> QSize:
        """As wide as it is, as tall as it must be."""
        return QSize(self.width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a small panel."""
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything; there is little of it."""
        if self._legend is not None:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(self._legend.tokens.surface))
                self._legend.paint(painter, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the height: another width may need another one."""
        super().resizeEvent(event)
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Give the full title and the schedule under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._legend is not None:
            entry = self._legend.entry_at(QPointF(event.pos()), self.width())
            title = "" if entry is None else self._legend.state.shown_title(entry)
            lines = [] if entry is None else [html.escape(title), html.escape(str(entry.spec))]
            QToolTip.showText(event.globalPos(), "<br>".join(lines), self)
            return True
        return super().event(event)
