"""The lanes: under one axis a strip for each visible schedule, with its own values at the moment on the right, and
under those that were sampled a strip for each of their runs.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QMoveEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.explaining.explanations import curve_tip, symbol_tip
from ddpm_studio.gui.field import Field, gutter
from ddpm_studio.gui.state.shown_traces import ShownTrace, decisive, shown_in_lanes
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.timeline.balance_note import COVER, note_text, paint_mark, paint_note
from ddpm_studio.gui.timeline.frame_captions import paint_caption_over
from ddpm_studio.gui.timeline.lane import StripFrame, balance, reach
from ddpm_studio.gui.timeline.lane_changes import changed_lanes
from ddpm_studio.gui.timeline.lane_columns import RIGHT, LaneColumns, decibels_text, value_text
from ddpm_studio.gui.timeline.lane_layout import LaneLayout
from ddpm_studio.gui.timeline.over_time import OverTime
from ddpm_studio.gui.timeline.run_lanes import RunLanes
from ddpm_studio.gui.timeline.run_strips import RunPlace
from ddpm_studio.gui.timeline.step_bands import BandPlace, StepBands
from ddpm_studio.gui.timeline.strips import PICTURES, StripPlace, Strips
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import MISSING

MARGINS = 6, 8
"""Of the columns, from the field and from the edge."""

END_PADDING = 6
"""On both sides of what is said where a schedule has ended, in pixels."""


class Lanes(OverTime):
    """Shows strips of a State; a drag moves t, a click on a letter selects its schedule."""

    selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Lanes"))
        self._span, self._room = self.width(), 0
        self._strips, self.runs = Strips(), RunLanes()
        self._bands, self._laid_out = StepBands(), LaneLayout()
        self._lanes: tuple[Entry | ShownTrace, ...] = ()
        self._lines: tuple[int, ...] = ()
        self._numbers: dict[int, int] = {}
        self._balances: dict[int, tuple[Schedule, int | None]] = {}
        self._values: dict[int, tuple[str, str, str]] = {}

    def show_state(self, state: State, shown: tuple[float, float]) -> None:
        """Show the visible schedules on the part of the axis between the positions `shown`."""
        before, heights = self._state, (self._layout.least, self._layout.asked)
        super().show_state(state, shown)
        if any(now is not was for now, was in zip(decisive(state), decisive(before), strict=True)):
            self._lanes = shown_in_lanes(state)
            self._lines = tuple(len(each.steps) if isinstance(each, Entry) else 0 for each in self._lanes)
            self._numbers = {each.key: place for place, each in enumerate(self._lanes) if isinstance(each, Entry)}
        self._strips.keep(state.visible)
        self._bands.keep(state.visible)
        self._balances = {entry.key: self._balance_of(entry) for entry in state.visible}
        if (self._layout.least, self._layout.asked) != heights:
            self.updateGeometry()
        self._values = {entry.key: self.values(entry) for entry in state.visible}
        self._describe()

    def _paint_changed(self, before: State, shown: tuple[float, float]) -> None:
        runs = any(isinstance(each, ShownTrace) for each in self._lanes)
        changed = None if runs or shown != self._shown else changed_lanes(before, self._state)
        if changed is None:
            self.update()
        for place in changed or ():
            self.update(self.lane(place).toAlignedRect())

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        super().set_theme(tokens)
        self._bold = QFont(self.font())
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._strips.tokens, self._strips.font = tokens, self._small
        self._strips.forget()
        self._bands.set_theme(tokens)
        self.runs.set_theme(tokens, self._small)

    def sizeHint(self) -> QSize:
        """As tall as lanes that show pictures, while there are few of them."""
        return QSize(400, self._layout.asked)

    def minimumSizeHint(self) -> QSize:
        """As tall as all lanes at their lowest."""
        return QSize(200, self._layout.least)

    def set_span(self, span: int) -> None:
        """Lay the field out in `span` pixels, those of the panel: a scroll bar takes nothing of it."""
        self._span = span
        self.update()

    def set_room(self, height: int) -> None:
        """Have whole lanes in what is seen of them at a time, which is so many pixels high."""
        if height != self._room:
            self._room = height
            self.updateGeometry()
            self.update()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the heads where they are seen."""
        self.update()

    # what lies where

    @property
    def _layout(self) -> LaneLayout:
        wanted = LaneLayout(self._lines, self._state.sheet, self._tokens, self._room, self.size())
        if wanted != self._laid_out:
            self._laid_out = wanted
        return self._laid_out

    @property
    def head(self) -> int:
        """The height of the heads, which stay when lanes are scrolled."""
        return self._layout.head

    @property
    def lane_height(self) -> float:
        """The height of a lane without steps, and of all where they scroll, in pixels."""
        return self._layout.unit

    @property
    def selected_number(self) -> int | None:
        """The number of the selected schedule's lane among all lanes, None if it has none."""
        return self._numbers.get(self._state.selected)

    @property
    def _heads_end(self) -> int:
        """Where the heads end, which are at the top of what is seen."""
        return max(0, -self.y()) + self.head

    def lane(self, place: int) -> QRectF:
        """The rectangle of a schedule's lane, counted from 0 in the list's order, with what is written under it."""
        return self._lane_at(self._number_of(place))

    def strip(self, place: int) -> QRectF:
        """The rectangle of a schedule's strip."""
        return self._layout.strip(self._number_of(place), self._field())

    def band(self, place: int) -> QRectF:
        """The rectangle of the notes of a schedule's steps, of no height where it has none."""
        return self._layout.band(self._number_of(place), self._field())

    def _band_place(self) -> BandPlace:
        rows, row = self._layout.most_rows, self._layout.row
        return BandPlace(self._field(), self._state.time_axis, rows, row, self.devicePixelRatioF())

    def _number_of(self, place: int) -> int:
        """The number of a schedule's lane among all lanes, those of runs included."""
        visible = self._state.visible
        return self._numbers[visible[place].key] if visible else place

    def _lane_at(self, number: int) -> QRectF:
        return self._layout.lane(number)

    def _run_place(self, number: int) -> RunPlace:
        """Where a run is in the lane of this number."""
        shown, axis = self._lanes[number], self._state.time_axis
        assert isinstance(shown, ShownTrace)
        positions = shown.positions(axis.scale)
        return RunPlace(self._lane_at(number), self._field(), axis, positions, self.devicePixelRatioF())

    def _balance_of(self, entry: Entry) -> tuple[Schedule, int | None]:
        """A schedule and where it is balanced, found once: it is the same wherever t is."""
        known = self._balances.get(entry.key)
        return known if known and known[0] is entry.schedule else (entry.schedule, balance(entry.schedule))

    def _field(self) -> Field:
        return Field.within(self._span, self._shown, self._tokens.scale)

    def _entry_at(self, place: QPointF) -> Entry | None:
        lanes = enumerate(self._state.visible if place.y() >= self._heads_end else ())
        return next((entry for number, entry in lanes if self.lane(number).contains(place)), None)

    # the mouse

    def _press_in_gutter(self, place: QPointF) -> None:
        entry = self._entry_at(place)
        if entry is not None:
            self.selected.emit(entry.key)

    def _tip_at(self, place: QPointF) -> str:
        entry, number = self._entry_at(place), self._number_tip(place)
        return number if entry is None else plain_tip("\n\n".join(filter(None, (number, self._tip(entry)))))

    def _number_tip(self, place: QPointF) -> str:
        """What the numbers are in the column of a place beside the strips, heads included; "" elsewhere."""
        column = self._measured().at(place.x())
        if column is None:
            return ""
        names = symbol_tip("t"), curve_tip(self._state.curve), curve_tip("snr_db")
        return (*names, self.tr("The t at which picture and noise weigh the same, snr_db = 0."))[column]

    # what is said

    def values(self, entry: Entry) -> tuple[str, str, str]:
        """A schedule's own t at the moment, the explained curve there, and the SNR in dB; dashes beyond its end."""
        state = self._state
        if not state.reaches(entry):
            return MISSING, MISSING, MISSING
        t = state.t_of(entry)
        value, decibels = (entry.value_at(name, t) for name in (state.curve, "snr_db"))
        return str(t), value_text(value), decibels_text(decibels)

    def _describe(self) -> None:
        """Say in words what is in the lanes."""
        said = [
            self.runs.said(self._state, shown) if isinstance(shown, ShownTrace) else self._said(shown)
            for shown in self._lanes
        ]
        self.setAccessibleDescription("; ".join(said))

    def _said(self, entry: Entry) -> str:
        t, value, decibels = self._values[entry.key]
        return f"{self._state.letter(entry)} t = {t}, {ALL_CURVES[self._state.curve].symbol} {value}, SNR {decibels} dB"

    def _tip(self, entry: Entry) -> str:
        state, (_, at) = self._state, self._balances[entry.key]
        lines = [f"{state.letter(entry)}  {state.shown_title(entry)}", str(entry.schedule)]
        if not state.reaches(entry):
            lines.append(self.tr("It ends at t = {t}, before this moment.").format(t=entry.schedule.T))
        if at is not None:
            lines.append(self.tr("Picture and noise weigh the same, 0 dB, at t = {t}.").format(t=at))
        return "\n".join(lines)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the strips from pictures of them, and over them the moment."""
        if not self._state.entries:
            return
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._tokens.surface))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # Measured once, not for every lane.
            self._columns = self._measured()
            self._paint_heads(painter)
            self._paint_moment(painter, 0, self._heads_end)
            self._paint_head_of_notes(painter)
            painter.setClipRect(self.rect().adjusted(0, self._heads_end, 0, 0))
            inside = [number for number in range(len(self._lanes)) if self._is_in(number, event.rect())]
            for number in inside:
                self._paint_lane(painter, number)
            self._paint_moment(painter, self._heads_end, self._lane_at(len(self._lanes)).top())
            for number in inside:
                self._paint_note(painter, number)
                self._paint_now(painter, number)

    def _is_in(self, number: int, part: QRect) -> bool:
        """Whether a lane is seen in a part of the widget."""
        return self._lane_at(number).toAlignedRect().intersects(part)

    @property
    def _beside(self) -> tuple[float, float]:
        """Where what stands to the right of the field begins and ends."""
        return self._field().right + MARGINS[0], self.width() - MARGINS[1]

    @property
    def _longest(self) -> int:
        """The greatest t that is written."""
        return max((entry.schedule.T for entry in self._state.visible), default=0)

    def _measured(self) -> LaneColumns:
        """Where numbers stand; the t of 0 dB only has a column where it is not written under the strips."""
        captioned = self._layout.is_captioned
        return LaneColumns(self._small, self._longest, *self._beside, "" if captioned else self.tr("0 dB at"))

    def _paint_heads(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._tokens.muted))
        symbol = ALL_CURVES[self._state.curve].symbol.replace("_t", "")
        decibels = self._columns.decibels_head(self.tr("SNR (dB)"), self.tr("dB"))
        heads = "t", symbol, decibels, self.tr("0 dB at")
        self._columns.write(painter, QRectF(0, self._heads_end - self.head, 0, self.head), heads)

    def _paint_lane(self, painter: QPainter, number: int) -> None:
        shown, lane = self._lanes[number], self._lane_at(number)
        entry = shown.host if isinstance(shown, ShownTrace) else shown
        for tint in self._tints(entry):
            painter.fillRect(lane, tint)
        if isinstance(shown, ShownTrace):
            left, right = self._beside
            texts = QRectF(left, lane.top(), right - left, lane.height())
            self.runs.paint(painter, self._state, shown, self._run_place(number), texts)
        else:
            self._paint_schedule(painter, shown, lane, self._layout.strip(number, self._field()))
            if shown.steps:
                self._paint_steps(painter, shown, self._layout.band(number, self._field()))

    def _grounds(self, entry: Entry) -> tuple[QColor, ...]:
        """What is painted, one over the other, to hide what lies in a schedule's lane."""
        return QColor(self._tokens.surface), *self._tints(entry)

    def _tints(self, entry: Entry | None) -> tuple[QColor, ...]:
        """What the ground of a schedule's lane is tinted with: the colour of the one that is selected."""
        if entry is None or entry.key != self._state.selected:
            return ()
        tint = STYLES[entry.style].color(self._tokens.dark)
        tint.setAlphaF(0.09)
        return (tint,)

    def _paint_schedule(self, painter: QPainter, entry: Entry, lane: QRectF, strip: QRectF) -> None:
        tokens = self._tokens
        painter.setPen(STYLES[entry.style].color(tokens.dark))
        painter.setFont(self._bold)
        painter.drawText(
            QRectF(0, strip.top(), gutter(self._tokens.scale) - 10, strip.height()), RIGHT, self._state.letter(entry)
        )
        painter.drawPixmap(strip.topLeft(), self._strips.of(self._state, entry, self._place(strip)))
        self._paint_end(painter, entry, strip)
        self._paint_balance(painter, entry, lane, strip)
        painter.setPen(QColor(tokens.text))
        _, at = self._balances[entry.key]
        self._columns.write(painter, strip, (*self._values[entry.key], MISSING if at is None else str(at)))

    def _paint_steps(self, painter: QPainter, entry: Entry, band: QRectF) -> None:
        """Paint the notes of a schedule's steps from a picture of them."""
        painter.drawPixmap(band.topLeft(), self._bands.of(entry, self._band_place()))

    def _paint_end(self, painter: QPainter, entry: Entry, strip: QRectF) -> None:
        """Hatch what lies beyond the last step of a schedule, and say where that is if there is room."""
        end = reach(entry.schedule, self._state.time_axis, self._field())
        if end < strip.right() - 1:
            rest = QRectF(end, strip.top(), strip.right() - end, strip.height())
            painter.fillRect(rest, QBrush(QColor(self._tokens.border), Qt.BrushStyle.BDiagPattern))
            self._write_end(painter, entry, rest)

    def _write_end(self, painter: QPainter, entry: Entry, rest: QRectF) -> None:
        """At the end of its lane, where no note of 0 dB comes: that stands at its mark."""
        painter.setFont(self._small)
        text = self.tr("ends at t = {t}").format(t=entry.schedule.T)
        width = QFontMetricsF(self._small).horizontalAdvance(text) + 2 * END_PADDING
        place = QRectF(rest.right() - width, rest.top(), width, rest.height())
        if width <= rest.width() - END_PADDING:
            for ground in self._grounds(entry):
                painter.fillRect(place, ground)
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _balance_at(self, entry: Entry) -> tuple[int, float] | None:
        """Where a schedule is at 0 dB: t, and the pixel of it; None if that is nowhere in view."""
        _, at = self._balances[entry.key]
        x = None if at is None else self._field().x(self._state.time_axis.position(entry.schedule, at))
        return None if at is None or x is None or not self._field().holds(x) else (at, x)

    def _paint_balance(self, painter: QPainter, entry: Entry, lane: QRectF, strip: QRectF) -> None:
        found = self._balance_at(entry)
        if found is None:
            return
        color = STYLES[entry.style].color(self._tokens.dark)
        painter.setBrush(color if strip.height() >= PICTURES else QColor(self._tokens.text))
        base = strip.top() - 6 if self._state.sheet else min(strip.bottom() + 5, lane.bottom())
        paint_mark(painter, found[1], base, base + 6 if self._state.sheet else base - 6)

    @property
    def _notes_over(self) -> bool:
        """Whether the t of 0 dB is written over the strips: there is no room under them, and no column has it."""
        return not self._columns.has_last and not self._layout.is_captioned

    def _paint_head_of_notes(self, painter: QPainter) -> None:
        """Say what the numbers over the strips are, over the uppermost: said in each, it would hide much of them."""
        marks = (self._balance_at(each) for each in self._lanes if isinstance(each, Entry)) if self._notes_over else ()
        found = next((each for each in marks if each is not None), None)
        if found is not None:
            painter.setFont(self._small)
            painter.setPen(QColor(self._tokens.muted))
            row = QRectF(self._field().left, self._heads_end - self.head, self._field().width, self.head)
            paint_note(painter, self.tr("0 dB at"), found[1], row, (QColor(self._tokens.surface),))

    def _paint_note(self, painter: QPainter, number: int) -> None:
        """Write the t of 0 dB under a strip, or where there is no room, and no column has it, over it at its mark."""
        entry, under = self._lanes[number], self._layout.is_captioned
        found = self._balance_at(entry) if isinstance(entry, Entry) else None
        if not isinstance(entry, Entry) or found is None or not (under or self._notes_over):
            return
        painter.setFont(self._small)
        (t, x), ground = found, QColor(self._tokens.surface)
        strip = self._layout.strip(number, self._field())
        row = QRectF(strip.left(), strip.bottom() - 1, strip.width(), self._layout.note)
        if under:
            painter.setPen(STYLES[entry.style].color(self._tokens.dark))
            paint_note(painter, note_text(t), x, row, self._grounds(entry))
            return
        row.moveTop(strip.top() if self._state.sheet else row.top() - row.height())
        ground.setAlphaF(COVER)
        painter.setPen(QColor(self._tokens.text))
        pictured = (
            None if self._strips.detail_of(self._state, self._place(strip)) is None else self._now_at(entry, strip)
        )
        paint_note(painter, str(t), x, row, (ground,), pictured)

    def _paint_moment(self, painter: QPainter, top: float, bottom: float) -> None:
        x = self._moment_x()
        if self._field().holds(x):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._tokens.accent), 1))
            painter.drawLine(QPointF(round(x), top), QPointF(round(x), bottom))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_now(self, painter: QPainter, number: int) -> None:
        """Paint what a schedule, or a run, is at."""
        shown = self._lanes[number]
        if isinstance(shown, ShownTrace):
            self.runs.paint_looked_at(painter, shown, self._run_place(number))
        elif self._state.reaches(shown):
            self._paint_x_t(painter, shown, self._layout.strip(number, self._field()))

    def _paint_x_t(self, painter: QPainter, entry: Entry, strip: QRectF) -> None:
        """Paint x_t itself where the schedule stands."""
        place = self._now_at(entry, strip)
        image = None if place is None else self._strips.now(self._state, entry, self._place(strip))
        if place is None or image is None:
            return
        painter.drawImage(place, image)
        if self._layout.caption:
            self._write_under_x_t(painter, entry, strip, place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(STYLES[entry.style].color(self._tokens.dark), 2))
        painter.drawRect(place)

    def _write_under_x_t(self, painter: QPainter, entry: Entry, strip: QRectF, place: QRectF) -> None:
        """Write the t of the moment where that of the frames under it would be read."""
        frame = StripFrame(place.left(), place.right(), self._state.t_of(entry))
        row = QRectF(0, strip.bottom(), 0, self._layout.caption)
        painter.setPen(STYLES[entry.style].color(self._tokens.dark))
        painter.setFont(self._small)
        found = self._strips.frames(self._state, entry, self._place(strip))
        paint_caption_over(painter, entry.schedule, frame, found, row, self._longest, self._grounds(entry))

    def _now_at(self, entry: Entry, strip: QRectF) -> QRectF | None:
        """Where x_t is in a strip; None if the schedule does not reach the moment, or that is not in view."""
        state, field = self._state, self._field()
        x = field.x(state.time_axis.position(entry.schedule, state.t_of(entry)))
        if not (state.reaches(entry) and field.holds(x)):
            return None
        side = strip.height()
        return QRectF(min(max(x - side / 2, field.left), field.right - side), strip.top(), side, side)

    def _place(self, strip: QRectF) -> StripPlace:
        caption = self._layout.caption
        return StripPlace(self._field(), strip.height(), self.devicePixelRatioF(), caption, caption and self._longest)
