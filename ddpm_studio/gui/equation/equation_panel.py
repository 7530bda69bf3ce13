"""The equation panel: x_t = √ᾱ_t·x_0 + √(1−ᾱ_t)·ε at the moment, with its pictures, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ddpm_studio.gui.equation.addend_offers import AddendOffers
from ddpm_studio.gui.equation.addends import Addends
from ddpm_studio.gui.equation.arc import WeightArc
from ddpm_studio.gui.equation.formula import Formula, Symbol
from ddpm_studio.gui.equation.run_pictures import RunPictures
from ddpm_studio.gui.equation.sides import SideChoice
from ddpm_studio.gui.equation.subject import Subject
from ddpm_studio.gui.equation.terms import ESTIMATE, FORWARD, STEP_BACK
from ddpm_studio.gui.equation.training_side import TrainingSide
from ddpm_studio.gui.equation.weight_number import LARGE, WeightNumber
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.state.window import Entry, Side, State
from ddpm_studio.gui.theme import Tokens

MIDDLE = 1.15
"""Size of the equations of the way back, as a share of the window's font."""

TALL, LOW, LEAST = 72, 48, 30
"""Side of the pictures in a tall window, in a low one, and in one that has hardly any height, in pixels."""

HEIGHTS = {TALL: 800, LOW: 640, LEAST: 0}
"""Heights of a window from which on the pictures have these sides."""

WIDTHS = {TALL: 980, LOW: 900, LEAST: 0}
"""Widths of the panel from which on there is room for pictures with these sides."""

MOST = {TALL: 3, LOW: 1, LEAST: 0}
"""Other schedules that are listed under the numbers, at each size of the pictures."""

LARGEST, SQUARES, MARGINS = 256, 4, 12
"""In a window of its own: the largest side of the pictures, how many squares there are with the arc, and what is above
and below them, in pixels.
"""

CORNER = 44
"""Width of the buttons in the zone's corner, in pixels."""

CLEAR = 4
"""Between what stands below the numbers of the estimate and the row of a run, which is taken from what is below it, in
pixels.
"""

AIR = 8
"""Between what stands below the numbers of the estimate and the numbers of the step back, where there is room."""


class EquationPanel(LazyPanel):
    """Shows the weights of all visible schedules, each at its own t; its signals say what was done with a number."""

    t_chosen = Signal(int)
    curve_chosen = Signal(str)
    selected = Signal(int)
    weight_wanted = Signal(str)
    training_shown = Signal(bool)
    side_chosen = Signal(object)
    IN_TURN = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = self._drawn = TALL
        self._window_height, self._folded = max(HEIGHTS.values()), False
        self._shown_side = Side.FORWARD
        self._fitted = False, False
        self._run_place = (0, 0, 0, 0)
        self._addends = Addends()
        self.subject = Subject()
        self.forward = Formula(FORWARD, LARGE)
        self.pictures = AddendOffers(self.forward.thumbnails, self)
        self.backward = (Formula(ESTIMATE, MIDDLE), Formula(STEP_BACK, MIDDLE))
        self.row, self.run = Symbol("", MIDDLE), RunPictures(MIDDLE)
        self.arc = WeightArc()
        self._back = QWidget()
        self._ways = QGridLayout(self._back)
        self._line = QFrame(frameShape=QFrame.Shape.VLine)
        self.training, self.sides = TrainingSide(), SideChoice()
        self._lay_out()
        self.arc.set_side(self._side)
        self.subject.more.selected.connect(self.selected)
        self.training.curve_chosen.connect(self.curve_chosen)
        self.training.weight_wanted.connect(self.weight_wanted)
        for number in self.numbers():
            number.t_chosen.connect(self.t_chosen)
            number.curve_chosen.connect(self.curve_chosen)
            number.said.connect(self.subject.say)
        self.arc.t_chosen.connect(self.t_chosen)

    def numbers(self) -> Iterator[WeightNumber]:
        """All numbers, from left to right."""
        for formula in (self.forward, *self.backward):
            yield from formula.numbers

    def set_window_height(self, height: int) -> None:
        """Be as tall as suits a window of this height."""
        self._window_height = height
        self._choose_side()

    @property
    def _apart(self) -> bool:
        """Whether it has a window of its own, all of which it fills."""
        return self.parentWidget() is not None and self.parentWidget() is self.window()

    def _best_side(self) -> int:
        """The side of the pictures that suits the window."""
        if self._folded:
            return LEAST
        if not self._apart:
            return next(side for side in HEIGHTS if self._has_room(side))
        wide = TALL + (self.width() - self.tokens.scaled(WIDTHS[TALL]) - TALL) // SQUARES
        return max(LEAST, min(LARGEST, self.height() - MARGINS, wide))

    def _most(self) -> int:
        """How many other schedules are listed under the numbers."""
        if not self._apart:
            return MOST[self._side]
        line = self.subject.height_of(2) - self.subject.height_of(1)
        return max(0, (self.height() - MARGINS - self.subject.height_of(1)) // line)

    def _choose_side(self) -> None:
        side = self._best_side()
        if side != self._side:
            self._side = side
            self.sides.set_low(self._side == LEAST)
            self.arc.set_side(self._side)
            self._show_side()
            self.updateGeometry()
            self._refresh_if_seen()

    def set_folded(self, folded: bool) -> None:
        """Be one line, as in a window that has hardly any height, or as tall as suits the window."""
        self._folded = folded
        self._choose_side()

    def add_corner(self, corner: QWidget) -> None:
        """Have this at the end."""
        self._row.addWidget(corner)

    def _has_room(self, side: int) -> bool:
        """Whether pictures of this size suit the window; before it is seen, the panel has no width of its own."""
        wide = not self.isVisible() or self.width() >= self.tokens.scaled(WIDTHS[side])
        return wide and self._window_height >= self.tokens.scaled(HEIGHTS[side])

    @Slot(str, object)
    def show_row(self, row: str, frame: RunFrame | None = None) -> None:
        """Show what a run's pictures come from, and these, in place of the step back; "" without any."""
        self.row.set_text(row)
        self.row.setToolTip(self.tr("The row of the solver's table that led to the pictures of the run in view"))
        self.row.setVisible(bool(row))
        self.backward[1].setVisible(not row)
        self._fit_run()
        self.run.show_frame(frame if row else None)

    def refresh(self) -> None:
        """Show the state, and the theme."""
        state, others = self.state, self._others()
        if state.side is not self._shown_side:
            self._turn_to(state.side)
        listed = others[: self._most()]
        self.subject.show_state(state, listed, others[len(listed) :])
        if self.sides.side is Side.TRAINING:
            self.training.show_state(state, listed)
            return
        self.forward.show_state(state, listed)
        for formula in self.backward:
            formula.show_state(state, ())
        images = self._addends.of(state, round(self._side * self.devicePixelRatioF()))
        self.forward.show_pictures(images, self._side)
        if self._side != self._drawn:
            # Until then it was as wide as with the pictures before these.
            self._drawn = self._side
            self._fit_sides()
        self.pictures.show_state(state)
        self.arc.show_state(state)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        for part in (self.subject, self.forward, self.arc, *self.backward, self.row, self.run, self.training):
            part.set_theme(tokens)
        super().set_theme(tokens)
        self.set_window_height(self._window_height)
        self._fit_sides()

    def sizeHint(self) -> QSize:
        """As tall as the pictures, the numbers and what is under them."""
        side = TALL if self._apart else self._side
        return QSize(900, max(side, self.subject.height_of(1 + MOST[side])) + MARGINS)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the subject and one side, and in a window of its own as low as one line."""
        low = max(LEAST, self.subject.height_of(1)) + MARGINS
        return QSize(600, low if self._apart else self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both sides where there is room for them."""
        super().resizeEvent(event)
        self._choose_side()
        if self._apart:
            self._refresh_if_seen()
        self._fit_sides()

    def event(self, event: QEvent) -> bool:
        """Show both sides and the arc no longer where more room is needed than before: pictures may have come."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest and self._fitting != self._fitted:
            self._fit_sides()
        return done

    def changeEvent(self, event: QEvent) -> None:
        """Fill a window of its own, and take no more than is needed of the main one."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ParentChange:
            vertical = QSizePolicy.Policy.Preferred if self._apart else QSizePolicy.Policy.Fixed
            self.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
            self._choose_side()

    def _others(self) -> tuple[Entry, ...]:
        """The other visible schedules, in the list's order."""
        state: State = self.state
        return tuple(entry for entry in state.visible if entry.key != state.selected)

    @Slot(object)
    def _choose(self, side: Side) -> None:
        self._turn_to(side)
        self.side_chosen.emit(side)

    def _turn_to(self, side: Side) -> None:
        before, self._shown_side = self._shown_side, side
        self.sides.show_side(side)
        self._show_side()
        if Side.TRAINING in (before, side):
            self.training_shown.emit(side is Side.TRAINING)

    def _fit_sides(self) -> None:
        """Show both processes beside each other where there is room for them."""
        self._fitted = self._fitting
        self.sides.set_both(self._fitted[0])
        self._show_side()

    @property
    def _fitting(self) -> tuple[bool, bool]:
        """Whether both processes have room beside each other, and the arc beside what is shown then."""
        return self.width() >= self._whole, self._has_room_for_arc()

    def _show_side(self) -> None:
        side, forward = self.sides.side, self.sides.side is Side.FORWARD
        both = forward and self.sides.both
        self.training.setVisible(side is Side.TRAINING)
        self.forward.setVisible(forward)
        self._back.setVisible(side is Side.REVERSE or both)
        arc = forward and self._has_room_for_arc()
        self._fit_run()
        self.arc.setVisible(arc)
        self._line.setVisible(both and not arc)

    def _has_room_for_arc(self) -> bool:
        """Whether the arc has room beside what else is shown: it shows nothing that the numbers do not say."""
        needed = self._whole - CORNER - (0 if self.sides.both else self._back.sizeHint().width())
        return self._side > LEAST and self.width() >= needed + self._side

    @property
    def _whole(self) -> int:
        """The width from which on both sides have room, whatever is shown now."""
        parts = (self.subject, self.forward, self._back)
        return sum(part.sizeHint().width() for part in parts) + self.sides.width_of_both + CORNER + 80

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._lay_out_ways()
        self.sides.chosen.connect(self._choose)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(10, MARGINS // 2, 4, MARGINS // 2 - CLEAR)
        row.setSpacing(12)
        for part in (self.subject, self.forward, self.arc, self._line, self._back):
            row.addWidget(part)
        row.addWidget(self.training, 1)
        row.addStretch(0)
        row.addWidget(self.sides)

    def _lay_out_ways(self) -> None:
        """The estimate, and under it the step back or the row of a run."""
        ways, (estimate, step) = self._ways, self.backward
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setVerticalSpacing(0)
        ways.setHorizontalSpacing(12)
        ways.addWidget(estimate, 0, 0)
        ways.addWidget(step, 1, 0, 1, 2)
        of_run = QVBoxLayout()
        of_run.setContentsMargins(0, CLEAR, 0, 0)
        of_run.addWidget(self.row)
        ways.addLayout(of_run, 2, 0, 1, 2)
        ways.setRowStretch(3, 1)
        self.row.hide()
        self._fit_run()

    def _fit_run(self) -> None:
        """Have a run's pictures beside the estimate, or beside all of the way back where that has the width alone.

        Without a run, what is free lies between the estimate and the step back.
        """
        beside_all = self.sides.side is Side.REVERSE and not self.sides.both
        place = (0, 2, 4, 1) if beside_all else (0, 1, 1, 1)
        if place != self._run_place:
            self._run_place = place
            self._ways.addWidget(self.run, *place)
        height = max(self._side, self.sizeHint().height() - MARGINS + CLEAR)
        room = height - CLEAR - self.row.sizeHint().height()
        side = self._side if beside_all else min(self._side, room)
        self.run.set_side(side if side >= LEAST else 0)
        free = 0 if self.backward[1].isHidden() else height - sum(way.sizeHint().height() for way in self.backward)
        air = max(0, min(AIR, free))
        if air != self._ways.verticalSpacing():
            self._ways.setVerticalSpacing(air)
