"""Subject of the equations: whose numbers they show, at which t, and what cannot be had of them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion import clean
from ddpm_studio.gui.equation.more_button import MoreButton
from ddpm_studio.gui.equation.weight_number import LARGE, SMALL
from ddpm_studio.gui.explaining.explanations import curve_tip, symbol_tip
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import brief

WIDTH = 190
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LONGEST_DB = "−88.8"
WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
GAP = 8


class Subject(QWidget):
    """Shows the selected schedule with its t, and in a line each the others with theirs, beside their numbers.

    `more` counts those that are shown elsewhere only, as far as they have no line here.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._tokens = State(), LIGHT
        self._others: tuple[Entry, ...] = ()
        self._lines: dict[int, tuple[str, str]] = {}
        self._rows: list[tuple[str, str, str, int]] = []
        self._sentence = ""
        self.more, self._has_room = MoreButton(self), True
        self._counted = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setToolTip(_numbers_tip())
        self._fit()

    def show_state(self, state: State, others: tuple[Entry, ...], hidden: tuple[Entry, ...] = ()) -> None:
        """Show a state's selected schedule and these others, and count those that are hidden."""
        if len(others) != len(self._others):
            self.updateGeometry()
        self._state, self._others = state, others
        before = self._rows
        self._lines = {entry.key: (self._name(entry), self._time(entry)) for entry in (state.current, *others)}
        self._rows = [(*self._lines[entry.key], self._telling(entry), entry.style) for entry in others]
        self.setAccessibleName(", ".join(f"{name}, {time}" for name, time in self._lines.values()))
        self.more.show_hidden(state, hidden)
        counted = len(hidden), state.current.schedule.T
        if counted != self._counted:
            self._counted = counted
            self._place_more()
        self.update() if self._sentence or self._rows != before else self.update(0, 0, self.width(), self.height_of(1))

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._fit()
        self.update()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Say this in place of what is under the name, "" for nothing; its tip has the whole of it."""
        self._sentence = sentence
        self.setAccessibleDescription(sentence)
        self.setToolTip(plain_tip(sentence) or _numbers_tip())
        self._place_more()
        self.update()

    @property
    def sentence(self) -> str:
        """What is said at present."""
        return self._sentence

    def height_of(self, lines: int) -> int:
        """The height of a number, and so many lines under it."""
        return round(QFontMetricsF(self._large).height() + lines * QFontMetricsF(self._small).height())

    def sizeHint(self) -> QSize:
        """As tall as what is shown."""
        return QSize(self.width(), self.height_of(1 + len(self._others)))

    def _name(self, entry: Entry) -> str:
        return f"{self._state.letter(entry)}  {self._state.shown_title(entry)}"

    def _telling(self, entry: Entry) -> str:
        """The name of another schedule where there is no room for all of it."""
        return f"{self._state.letter(entry)}  {self._state.telling_title(entry)}"

    def _time(self, entry: Entry) -> str:
        if not self._state.reaches(entry):
            return self.tr("ends at {t}").format(t=entry.schedule.T)
        return self.tr("t = {t}").format(t=self._state.t_of(entry))

    def _fit(self) -> None:
        self._large, self._small = QFont(self.font()), number_font(self.font())
        self._large.setPointSizeF(self.font().pointSizeF() * LARGE)
        self._small.setPointSizeF(self.font().pointSizeF() * SMALL)
        self.setFixedWidth(self._tokens.scaled(WIDTH))
        self._title = QFont(self.font())
        self._title.setWeight(QFont.Weight.DemiBold)
        self.more.setFont(self._small)
        self._place_more()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the count at the right."""
        self._place_more()

    def _place_more(self) -> None:
        """Have the count at the end of the line of t, as long as there is room beside every t and SNR."""
        forms = self.more.forms
        self.more.setVisible(bool(forms) and not self._sentence)
        if not forms:
            return
        metrics, T = QFontMetricsF(self._small), self._state.current.schedule.T
        room = self.width() - metrics.horizontalAdvance(self._moment(T, T, LONGEST_DB)) - GAP
        self._has_room = metrics.horizontalAdvance(forms[-1]) <= room
        text = next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])
        self.more.setText(text)
        width, top = round(metrics.horizontalAdvance(text)) + 4, QFontMetricsF(self._large).height()
        self.more.setGeometry(QRect(self.width() - width, round(top), width, round(metrics.height())))

    def _moment(self, t: int, T: int, decibels: str) -> str:
        return self.tr("t = {t} of {T}, {decibels} dB").format(t=t, T=T, decibels=decibels)

    def _short_moment(self, t: int, decibels: str) -> str:
        return self.tr("t = {t}, {decibels} dB").format(t=t, decibels=decibels)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, level with those of the numbers."""
        if not self._state.entries:
            return
        line, small = QFontMetricsF(self._large).height(), QFontMetricsF(self._small).height()
        current, width = self._state.current, self.width()
        with QPainter(self) as painter:
            if self._sentence and self.height() < line + 2 * small:
                self._paint_sentence(painter, QRectF(self.rect()))
                return
            self._paint(painter, QRectF(0, 0, width, line), current, self._title, self._lines[current.key][0], "")
            if self._sentence:
                self._paint_sentence(painter, QRectF(0, line, width, self.height() - line))
                return
            self._paint_moment(painter, QRectF(0, line, width, small))
            for row, entry in enumerate(self._others, 1):
                place = QRectF(0, line + row * small, width, small)
                if event.rect().intersects(place.toAlignedRect()):
                    self._paint(painter, place, entry, self._small, *self._lines[entry.key])

    def _paint(self, painter: QPainter, place: QRectF, entry: Entry, font: QFont, name: str, time: str) -> None:
        metrics = QFontMetricsF(font)
        room = place.width() - (metrics.horizontalAdvance(time) + GAP if time else 0)
        painter.setFont(font)
        painter.setPen(STYLES[entry.style].color(self._tokens.dark))
        if metrics.horizontalAdvance(name) > room and entry is not self._state.current:
            name = self._telling(entry)
        painter.drawText(place, LEFT, metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        painter.setPen(QColor(self._tokens.muted))
        painter.drawText(place, RIGHT, time)

    def _paint_sentence(self, painter: QPainter, place: QRectF) -> None:
        """Why a number cannot be had."""
        painter.setFont(self._small)
        painter.setPen(QColor(self._tokens.warning))
        painter.drawText(place, WRAPPED, self._sentence)

    def _paint_moment(self, painter: QPainter, place: QRectF) -> None:
        """The selected schedule's t and SNR."""
        state, schedule = self._state, self._state.current.schedule
        decibels = brief(clean.value_at(schedule, "snr_db", state.t))
        painter.setFont(self._small)
        painter.setPen(QColor(self._tokens.muted))
        painter.drawText(place, LEFT, self._fitting(state.t, schedule.T, decibels))

    def _fitting(self, t: int, T: int, decibels: str) -> str:
        """As much of the moment as has room beside the count, but no part of a number."""
        forms = [self._short_moment(t, decibels), self.tr("t = {t}").format(t=t)]
        if self._has_room or self.more.isHidden():
            forms = [self._moment(t, T, decibels), *forms]
        room = self.width() if self.more.isHidden() else self.more.x() - GAP
        metrics = QFontMetricsF(self._small)
        return next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])


def _numbers_tip() -> str:
    """What the numbers under the name are."""
    return f"{symbol_tip('t')}\n\n{curve_tip('snr_db')}"
