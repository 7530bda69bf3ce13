"""WeightNumber: a weight in an equation, whose number is dragged, typed, or pressed to see its curve."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.equation.inverse import Inverse
from ddpm_studio.gui.equation.terms import Weight
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math, plain_tip
from ddpm_studio.gui.widgets.passing_box import PassingBox
from ddpm_studio.numerals import FEW, brief

WIDEST = "0.00000"
LARGE, SMALL = 1.75, 0.95
"""Size of the numbers in the forward equation and of what stands under them, as shares of the window's font."""

DOTS = 2
"""How far below the digits' line the dots are, in pixels."""

HIGHEST, CLEARANCE = "β̃", 2.0
"""What has most above its letter of all that stands below numbers, and how far below the dots it begins, in pixels."""

COARSE, FINE = 4.0, 0.1
"""What a drag counts with Shift and with Alt."""

CENTRED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@dataclass
class _Drag:
    """A drag that began at `x`, in the window's pixels, when the weight was `value`."""

    x: float
    value: float
    moved: bool = field(default=False)


class WeightNumber(QWidget):
    """Shows the weight of the selected schedule at its t, and below it that of the others at theirs.

    `t_chosen` has the t to which the number was taken, `curve_chosen` the coefficient that was pressed, and `said` why
    a value cannot be had, "" once that is no longer so.
    """

    t_chosen = Signal(int)
    curve_chosen = Signal(str)
    said = Signal(str)

    def __init__(self, weight: Weight, size: float, parent: QWidget | None = None) -> None:
        """`size` is that of the number's font, relative to the window's."""
        super().__init__(parent)
        self.weight = weight
        self._size = size
        self._state, self._tokens = State(), LIGHT
        self._others: tuple[Entry, ...] = ()
        self._texts: dict[int, str] = {}
        self._read: dict[int, tuple[Schedule, int | None]] = {}
        self._rows: list[tuple[str, int]] = []
        self._known: Inverse | None = None
        self._drag: _Drag | None = None
        self._box: PassingBox | None = None
        self.clicked = QTimer(self, singleShot=True)
        """Runs while a click may still be the first of two."""
        self.clicked.timeout.connect(self._show_curve)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(weight.symbol)
        use = self.tr("Drag it and t follows, double-click it to type a number, click it to see its curve.")
        self.setToolTip(plain_tip(f"{curve_tip(weight.curve)}\n{use}"))
        self.setStatusTip(
            self.tr("Drag: change it, faster with Shift, finer with Alt · double-click: type · click: show its curve")
        )
        self._fit()

    # what is shown

    def show_state(self, state: State, others: tuple[Entry, ...]) -> None:
        """Show the weights of a state's selected schedule and of these others."""
        if len(others) != len(self._others):
            self.updateGeometry()
        if not self._state.entries or state.current.schedule is not self._state.current.schedule:
            self._known = None
            if self._box is not None:
                self._box.leave()
        if self._box is not None and state.t != self._state.t:
            self._box.give_way()
        self._state, self._others = state, others
        before, self._rows = self._rows, self._read_off((state.current, *others))
        self.setAccessibleDescription("; ".join(self._said(entry) for entry in (state.current, *others)))
        if self._rows[1:] != before[1:]:
            self.update()
        elif self._rows != before:
            self.update(0, 0, self.width(), self._foot)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._fit()

    def text(self, entry: Entry) -> str:
        """The weight of one of the schedules at its own t, as it is written here."""
        return self._texts[entry.key]

    def _read_off(self, entries: tuple[Entry, ...]) -> list[tuple[str, int]]:
        """The weights of these schedules and their styles; most are the same while one of them changes."""
        known, texts, state = self._read, self._texts, self._state
        self._read = {each.key: (each.schedule, state.t_of(each) if state.reaches(each) else None) for each in entries}
        self._texts = {
            key: texts[key] if known.get(key) == read else self._written(*read) for key, read in self._read.items()
        }
        return [(self._texts[each.key], each.style) for each in entries]

    def _written(self, schedule: Schedule, t: int | None) -> str:
        return brief(None if t is None else self.weight.value(schedule, t))

    def _said(self, entry: Entry) -> str:
        return f"{self._state.letter(entry)} {self.text(entry)}, t = {self._state.t_of(entry)}"

    @property
    def _inverse(self) -> Inverse:
        if self._known is None:
            self._known = Inverse(self.weight.values(self._state.current.schedule))
        return self._known

    @property
    def line(self) -> float:
        """The height of the number, in pixels."""
        return QFontMetricsF(self._large).height()

    def sizeHint(self) -> QSize:
        """As wide as most numbers need it, and as tall as the number and what is under it."""
        under = QFontMetricsF(self._small).height() * (1 + len(self._others))
        return QSize(round(self._room), round(self.line + self._drop + under))

    def minimumSizeHint(self) -> QSize:
        """The same width always."""
        return QSize(self.sizeHint().width(), round(self.line))

    def _fit(self) -> None:
        self._large, self._small = number_font(self.font()), number_font(self.font())
        self._large.setPointSizeF(self.font().pointSizeF() * self._size)
        self._large.setWeight(QFont.Weight.DemiBold)
        self._small.setPointSizeF(self.font().pointSizeF() * SMALL)
        symbol = math_width(self._small, self.weight.symbol)
        # Digits end on their line: what is below it may reach up to the dots under them.
        self._foot = math.ceil(QFontMetricsF(self._large).ascent()) + DOTS
        # Metrics leave out of the bounding rectangle what is combined with a letter.
        path = QPainterPath()
        path.addText(0, 0, self._small, HIGHEST)
        top = self.line + QFontMetricsF(self._small).ascent() + path.boundingRect().top()
        self._drop = max(0.0, self._foot + CLEARANCE - top)
        self._room = max(QFontMetricsF(self._large).horizontalAdvance(WIDEST), symbol) + 6
        self.updateGeometry()
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the number, dotted below as what can be dragged, its name, and the others' numbers, if they changed."""
        if not self._state.entries:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._box is None:
                self._paint_number(painter)
            if event.rect().bottom() >= self._foot:
                self._paint_symbol(painter)
                self._paint_others(painter)

    def _paint_number(self, painter: QPainter) -> None:
        color = STYLES[self._state.current.style].color(self._tokens.dark)
        text = self.text(self._state.current)
        painter.setFont(fitted(self._large, text, self.width()))
        painter.setPen(color)
        painter.drawText(QRectF(0, 0, self.width(), self.line), CENTRED, text)
        dots = QPen(QColor(self._tokens.accent), 1.5 if self.hasFocus() else 1)
        dots.setStyle(Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DotLine)
        painter.setPen(dots)
        # Right below the digits, clear of what the name below has above its letters.
        painter.drawLine(QPointF(3, self._foot - 0.5), QPointF(self.width() - 3, self._foot - 0.5))

    def _paint_symbol(self, painter: QPainter) -> None:
        painter.setFont(self._small)
        painter.setPen(QColor(self._tokens.muted))
        metrics = QFontMetricsF(self._small)
        baseline = self.line + self._drop + metrics.ascent()
        if baseline > self.height():
            return  # In one line there is room for no more than a stroke of it.
        left = (self.width() - math_width(self._small, self.weight.symbol)) / 2
        paint_math(painter, left, baseline, self.weight.symbol)

    def _paint_others(self, painter: QPainter) -> None:
        height = QFontMetricsF(self._small).height()
        for row, entry in enumerate(self._others, 1):
            text = self.text(entry)
            painter.setFont(fitted(self._small, text, self.width()))
            painter.setPen(STYLES[entry.style].color(self._tokens.dark))
            painter.drawText(QRectF(0, self.line + self._drop + row * height, self.width(), height), CENTRED, text)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the number."""
        value = self.weight.value(self._state.current.schedule, self._state.t)
        if event.button() is Qt.MouseButton.LeftButton:
            start = self._inverse.low if value is None or value - value != 0 else value
            self._drag = _Drag(event.globalPosition().x(), start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the number along, and t with it."""
        drag = self._drag
        if drag is None:
            return
        pixels = event.globalPosition().x() - drag.x
        if drag.moved or abs(pixels) >= QApplication.startDragDistance():
            drag.moved = True
            self._aim(self._inverse.dragged(drag.value, pixels * _speed(event.modifiers())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a press that moved nothing shows the curve, unless it is the first of two."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.moved:
            self.said.emit("")
        else:
            self.clicked.start(QApplication.doubleClickInterval())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type a number."""
        self._drag = None
        self.clicked.stop()
        self.edit()

    @Slot()
    def _show_curve(self) -> None:
        self.curve_chosen.emit(self.weight.curve)

    def end_drag(self) -> None:
        """Let go of the number, as if the mouse had."""
        self._drag = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Make the number of what has the focus greater or smaller."""
        if self.hasFocus() and event.angleDelta().y():
            self._nudge(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    @Slot(float)
    def _aim(self, value: float) -> None:
        """Go to the t at which the weight is nearest to a value."""
        t = self._inverse.step(value, self._state.t)
        self.said.emit(self._why_not(value))
        if t != self._state.t:
            self.t_chosen.emit(t)

    def _why_not(self, value: float) -> str:
        inverse, letter = self._inverse, self._state.letter(self._state.current)
        if inverse.low <= value <= inverse.high:
            return ""
        beyond = value > inverse.high
        sentence = (
            self.tr("{letter} never goes above {value}.") if beyond else self.tr("{letter} never goes below {value}.")
        )
        return sentence.format(letter=letter, value=brief(inverse.high if beyond else inverse.low))

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down make the number greater and smaller, Enter types one, Space shows its curve."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._nudge(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit()
        elif key == Qt.Key.Key_Space:
            self._show_curve()
        else:
            event.ignore()

    def _nudge(self, direction: int) -> None:
        """Go one t to where the weight is greater, or smaller."""
        t, values = self._state.t, direction * self._inverse.values
        beside = [step for step in (t - 1, t + 1) if 0 <= step < len(values) and values[step] > values[t]]
        if beside:
            self.t_chosen.emit(beside[0])

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Show the focus no longer."""
        self.update()

    # typing

    @property
    def box(self) -> PassingBox | None:
        """The field in which a number is typed, if one is."""
        return self._box

    def edit(self) -> None:
        """Have a number typed in place of the one that is shown."""
        if self._box is not None:
            return
        value = float(f"{self.weight.value(self._state.current.schedule, self._state.t) or 0.0:.6g}")
        ends = _shown(self._inverse.low, ROUND_FLOOR), _shown(self._inverse.high, ROUND_CEILING)
        self._box = box = PassingBox(ends, value, self)
        box.setGeometry(0, 0, self.width(), max(round(self.line), box.sizeHint().height()))
        box.valueChanged.connect(self._aim)
        box.draft.refused.connect(self.said)
        box.gone.connect(self._forget_box)
        box.open()

    @Slot()
    def _forget_box(self) -> None:
        self._box = None
        self.said.emit("")


def _shown(bound: float, rounding: str) -> float:
    """A bound of what can be typed, no narrower than what is shown: a number that can be read there can be typed."""
    return float(Context(prec=FEW, rounding=rounding).create_decimal_from_float(bound))


def _speed(held: Qt.KeyboardModifier) -> float:
    if held & Qt.KeyboardModifier.ShiftModifier:
        return COARSE
    return FINE if held & Qt.KeyboardModifier.AltModifier else 1.0


def fitted(font: QFont, text: str, width: float) -> QFont:
    """The font, smaller where a text would not fit: part of a number would be another."""
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed <= width:
        return font
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * width / needed)
    return smaller
