"""PointsPart: the points of a drawn schedule in its card, and whether it is a flow, for whoever uses keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.by_hand.drawn_points import added, moved, removed, widest_gap
from ddpm_studio.diffusion.kinds.monotone_spline import HIGHEST, MOST_POINTS
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.sizes.head_button import HeadButton
from ddpm_studio.gui.widgets.typed.draft import give_up_drafts
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

U_SCALE = Scale(0.0, 1.0, 0.0, 1.0)
LEVEL_SCALE = Scale(-HIGHEST, HIGHEST, -10.0, 10.0)
"""What a step with keys or the wheel changes, 0.01 and 0.1, by the part of a scale that matters most."""


class PointsPart(QWidget):
    """A button that folds a row for each point, with its u and its log SNR, and another that adds one, below a tick for
    that of a flow. `chosen` has the entry's key and its points, `flow_chosen` the key and the tick.

    It is there only for a drawn schedule that is no family.
    """

    chosen = Signal(int, object)
    flow_chosen = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = 0
        self._schedule = Schedule()
        self.rows: list[_Row] = []
        self.head, self.more, self._body = HeadButton(), QToolButton(), QWidget()
        self.flow = QCheckBox(self.tr("Flow, told in τ"))
        self._grid = QGridLayout(self._body)
        self._make_buttons()
        self._lay_out()
        self.hide()

    def show_entry(self, entry: Entry) -> None:
        """Show the points of an entry; what is half typed or was refused stays as long as it is the same one."""
        if entry.key != self._key:
            self._key = entry.key
            give_up_drafts(self)
        points = () if entry.family is not None else entry.schedule.points
        self._schedule = entry.schedule
        self.setVisible(bool(points))
        self.flow.setChecked(entry.schedule.is_flow)
        self.head.set_title(self.tr("Points: {count}").format(count=len(points)))
        self.more.setEnabled(len(points) < MOST_POINTS)
        if len(points) != len(self.rows):
            self._rebuild(len(points))
        for place, row in enumerate(self.rows):
            row.show_point(entry.schedule, place)

    def _make_buttons(self) -> None:
        self.flow.setToolTip(
            self.tr(
                "The same levels as those of a flow: there is an axis of τ, and what other programs call the sigmas of "
                "its steps is τ (as=tau in its text)"
            )
        )
        self.flow.clicked.connect(self._choose_flow)
        self.head.setChecked(True)
        self.head.setToolTip(self.tr("The points that log SNR goes through; they can be dragged in a plot"))
        self.head.toggled.connect(self._fold)
        self.more.setText(self.tr("Add a point"))
        self.more.setToolTip(self.tr("Add a point on the curve, in the middle of the widest gap"))
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.clicked.connect(self._add)

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        for place, stretch in enumerate((1, 1, 0)):
            self._grid.setColumnStretch(place, stretch)
        for place, text in enumerate((self.tr("u = t/T"), self.tr("log SNR"))):
            label = QLabel(text)
            label.setProperty("role", "muted")
            self._grid.addWidget(label, 0, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.flow)
        column.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._body)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def _rebuild(self, count: int) -> None:
        # Rows that go would read what is half typed while the focus leaves, for another point.
        give_up_drafts(self)
        for row in self.rows[count:]:
            row.leave()
        del self.rows[count:]
        for place in range(len(self.rows), count):
            self.rows.append(_Row(self._grid, place))
            self.rows[-1].moved.connect(self._move)
            self.rows[-1].removed.connect(self._remove)

    @Slot(bool)
    def _fold(self, opened: bool) -> None:
        self._body.setVisible(opened)
        self.more.setVisible(opened)

    @Slot(bool)
    def _choose_flow(self, flow: bool) -> None:
        self.flow_chosen.emit(self._key, flow)

    @Slot(int, float, float)
    def _move(self, place: int, u: float, level: float) -> None:
        self.chosen.emit(self._key, moved(self._schedule.points, place, u, level))

    @Slot(int)
    def _remove(self, place: int) -> None:
        self.chosen.emit(self._key, removed(self._schedule.points, place))

    @Slot()
    def _add(self) -> None:
        points = self._schedule.points
        self.chosen.emit(self._key, added(points, widest_gap(points)))


class _Row(QObject):
    """The controls of one point, in a grid that they share with the others, of which it is at `place`."""

    moved = Signal(int, float, float)
    removed = Signal(int)

    def __init__(self, grid: QGridLayout, place: int) -> None:
        super().__init__()
        self._place = place
        self.u, self.level, self.remove = NumberBox(U_SCALE), NumberBox(LEVEL_SCALE), QToolButton()
        self._parts = (self.u, self.level, self.remove, RefusalNote(self.u.draft), RefusalNote(self.level.draft))
        row = 3 * place + 1
        for column, part in enumerate(self._parts[:3]):
            grid.addWidget(part, row, column)
        for below, note in enumerate(self._parts[3:], 1):
            grid.addWidget(note, row + below, 0, 1, 3)
        self._describe(place + 1)
        self.u.valueChanged.connect(self._tell)
        self.level.valueChanged.connect(self._tell)
        self.remove.clicked.connect(partial(self.removed.emit, place))

    def show_point(self, schedule: Schedule, place: int) -> None:
        """Show the point of a schedule at a place; the first and the last keep their u, and stay."""
        u, level = schedule.points[place]
        for box, value, judge in ((self.u, u, _why_not_u), (self.level, level, _why_not_level)):
            box.refuse_by(partial(judge, schedule, place))
            with QSignalBlocker(box):
                box.setValue(value)
        inner = 0 < place < len(schedule.points) - 1
        self.u.setEnabled(inner)
        self.remove.setEnabled(inner)

    def leave(self) -> None:
        """Go out of the grid."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self.deleteLater()

    def _describe(self, number: int) -> None:
        self.remove.setText("×")
        self.remove.setAutoRaise(True)
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for part, name in (
            (self.u, self.tr("u of point {number}")),
            (self.level, self.tr("log SNR of point {number}")),
            (self.remove, self.tr("Remove point {number}")),
        ):
            part.setAccessibleName(name.format(number=number))
        self.remove.setToolTip(self.remove.accessibleName())

    @Slot()
    def _tell(self) -> None:
        self.moved.emit(self._place, self.u.value(), self.level.value())


def _why_not_u(schedule: Schedule, place: int, u: float) -> str:
    return _why_not(schedule, place, (u, schedule.points[place][1]))


def _why_not_level(schedule: Schedule, place: int, level: float) -> str:
    return _why_not(schedule, place, (schedule.points[place][0], level))


def _why_not(schedule: Schedule, place: int, point: tuple[float, float]) -> str:
    """The reason why a schedule cannot have a point there, or ""."""
    points = schedule.points
    try:
        schedule.with_points((*points[:place], point, *points[place + 1 :]))
    except StudioError as error:
        return translated(error)
    return ""
