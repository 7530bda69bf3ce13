"""The notes of steps under a person's hands: dragged along their lane, added, and taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.state.step_notes import HeldStep, StepNotes
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.steps.snapping import snap_of
from ddpm_studio.gui.timeline.notes import RADIUS, nearest, paint_dot
from ddpm_studio.gui.timeline.run_hands import RunHandledLanes
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.gui.widgets.pictures.keys_over import KeysOver

REACH = 6.0
"""Distance from a note at which the mouse still points at it, in pixels."""

NOWHERE = (-1, -1, -1)
"""Key, place and number of no note."""


@dataclass(frozen=True, eq=False)
class RowAt:
    """The row of a line of steps under a place: the note there, by its number and pixel, or else None and the place."""

    notes: StepNotes
    number: int | None
    x: float


class StepHandledLanes(RunHandledLanes):
    """Lanes whose steps can be changed by hand, each of which makes a list of their line.

    `steps_replaced` has the key of a schedule, the place of a line of steps below it, and what its steps become;
    `adjusting` says that some are about to be dragged, or let go, and `taken_back` that this is to leave no trace.
    """

    steps_replaced = Signal(int, int, object)
    adjusting = Signal(bool)
    taken_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: HeldStep | None = None
        self._pressed, self._step_aside, self._moved = QPointF(), 0.0, False
        self._under = NOWHERE
        self._removing = KeysOver((int(Qt.Key.Key_Delete),), self)
        self._removing.pressed.connect(self._remove_under)
        self._giving_up = KeysOver((int(Qt.Key.Key_Escape),), self)
        self._giving_up.pressed.connect(self._give_up)
        self.step_menu = QMenu(self)
        self.remove_step = self.step_menu.addAction(self.tr("&Remove this step"))
        self.add_step = self.step_menu.addAction(self.tr("&Add a step here"))
        self.remove_step.triggered.connect(self._remove_asked)
        self.add_step.triggered.connect(self._add_asked)
        self._asked: tuple[StepNotes, StepsSpec | None, StepsSpec | None] | None = None

    # what lies where

    def _row_at(self, place: QPointF) -> RowAt | None:
        """The line of steps whose row is at a place of the field."""
        if place.y() < self._heads_end or not self._is_over_field(place):
            return None
        for number, entry in enumerate(self._state.visible):
            band = self.band(number)
            if entry.steps and band.top() <= place.y() < band.bottom():
                return self._row_in(entry, band, place)
        return None

    def _row_in(self, entry: Entry, band: QRectF, where: QPointF) -> RowAt | None:
        place = self._band_place()
        for notes, y in self._bands.rows(entry, place):
            if abs(where.y() - band.top() - y) <= place.row / 2:
                return self._in_row(notes, place.xs(notes), where.x())
        return None

    @staticmethod
    def _in_row(notes: StepNotes, xs: Array, x: float) -> RowAt:
        number = nearest(xs, x)
        if number is None or abs(float(xs[number]) - x) > REACH:
            return RowAt(notes, None, x)
        return RowAt(notes, number, float(xs[number]))

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a note, or do what a press does else."""
        self._give_up()  # Its release went elsewhere.
        plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        at = self._row_at(event.position()) if plain else None
        if at is None or at.number is None:
            super().mousePressEvent(event)
            return
        self._point_at(at)
        self._giving_up.watch()
        hands = self.steps_replaced.emit, self.adjusting.emit, self.taken_back.emit
        self._held = HeldStep(at.notes, at.number, *hands)
        self._pressed, self._step_aside, self._moved = event.position(), at.x - event.position().x(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the note that is held, or say which one is under the pointer, besides what else the mouse does here."""
        if self._held is None:
            super().mouseMoveEvent(event)
            self._point_at(self._row_at(event.position()))
            return
        away = abs(event.position().x() - self._pressed.x())
        self._moved = self._moved or away >= QApplication.startDragDistance()
        if self._moved:
            position = self._position(event.position().x() + self._step_aside)
            self._held.move(self._state.axis, *position, snap_of(event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the note go; after a click, go to it."""
        held, self._held = self._held, None
        if held is None:
            super().mouseReleaseEvent(event)
            return
        self._giving_up.leave()
        held.let_go()
        if not self._moved:
            self._go(self._pressed.x() + self._step_aside)

    @Slot()
    def _give_up(self) -> None:
        """Put the note that is held back."""
        held, self._held = self._held, None
        if held is not None:
            self._giving_up.leave()
            held.take_back()

    def leaveEvent(self, event: QEvent) -> None:
        """Point at no note any more."""
        self._point_at(None)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Hold nothing that is not seen."""
        self._give_up()
        super().hideEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a step to the row at a place that has none."""
        at = self._row_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if at is None or at.number is not None:
            super().mouseDoubleClickEvent(event)
        else:
            self._replace(at.notes, self._with_one_at(at))

    def _with_one_at(self, at: RowAt) -> StepsSpec | None:
        return at.notes.added(self._state.axis, *self._position(at.x))

    def _position(self, x: float) -> tuple[float, float]:
        """The position at a pixel of the lanes, and what one more comes to."""
        position = self._field().position(x)
        return position, self._field().position(x + 1) - position

    def _replace(self, notes: StepNotes, spec: StepsSpec | None) -> None:
        """Change a line of steps, if there is anything that it can become."""
        if spec is not None:
            self.steps_replaced.emit(notes.key, notes.place, spec)

    # the keys, and the menu

    @Slot()
    def _remove_under(self) -> None:
        """Take the note out that is pointed at."""
        at_key, place, number = self._under
        for entry in self._state.visible if self._held is None else ():
            for notes in self._bands.notes(entry):
                if (notes.key, notes.place) == (at_key, place) and number < notes.levels.count:
                    self._replace(notes, notes.without(number))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of a note, or of a place in the row of a line of steps."""
        at = self._row_at(QPointF(event.pos()))
        if at is None:
            super().contextMenuEvent(event)
            return
        less = None if at.number is None else at.notes.without(at.number)
        more = self._with_one_at(at) if at.number is None else None
        self._asked = at.notes, less, more
        self.remove_step.setVisible(at.number is not None)
        self.remove_step.setEnabled(less is not None)
        self.add_step.setVisible(at.number is None)
        self.add_step.setEnabled(more is not None)
        self.step_menu.popup(event.globalPos())

    @Slot()
    def _remove_asked(self) -> None:
        if self._asked is not None:
            self._replace(self._asked[0], self._asked[1])

    @Slot()
    def _add_asked(self) -> None:
        if self._asked is not None:
            self._replace(self._asked[0], self._asked[2])

    # what is said and painted

    def _tip_at(self, place: QPointF) -> str:
        at = self._row_at(place)
        return super()._tip_at(place) if at is None or at.number is None else plain_tip(at.notes.tip(at.number))

    def _hint_at(self, place: QPointF) -> str:
        at = self._row_at(place)
        if at is None:
            return super()._hint_at(place)
        if at.number is None:
            return self.tr("Double-click: add a step here · drag: move t · right click: menu")
        return self.tr(
            "Drag: move this step · Shift: to whole t · Ctrl: to a round σ or τ · click: go to it · Del: remove it · "
            "rest: see its level"
        )

    def _point_at(self, at: RowAt | None) -> None:
        """Fill the note under the pointer, which keys are for."""
        under = NOWHERE if at is None or at.number is None else (at.notes.key, at.notes.place, at.number)
        if under == self._under:
            return
        before, self._under = self._under, under
        if under == NOWHERE:
            self._removing.leave()
        else:
            self._removing.watch()
        for place, entry in enumerate(self._state.visible):
            if entry.key in (before[0], under[0]):
                self.update(self.band(place).toAlignedRect())

    def _paint_steps(self, painter: QPainter, entry: Entry, band: QRectF) -> None:
        super()._paint_steps(painter, entry, band)
        at_key, at_place, number = self._under
        place, color = self._band_place(), self._bands.color(entry)
        for notes, y in self._bands.rows(entry, place):
            if (notes.key, notes.place) == (at_key, at_place) and number < notes.levels.count:
                painter.setPen(color)
                painter.setBrush(color)
                _paint_in_view(painter, float(place.xs(notes)[number]), band.top() + y, notes.place)


def _paint_in_view(painter: QPainter, x: float, y: float, place: int) -> None:
    if not math.isnan(x):
        paint_dot(painter, x, y, RADIUS, place)
