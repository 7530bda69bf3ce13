"""PointHands: what mouse and keys do with the points of a drawn schedule in the plots."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Signal, Slot

from ddpm_studio.diffusion.by_hand.drawn_points import added, removed
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.mouse.point_drag import PointDrag
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.points.point_places import PointPlace, pointed_entry, u_at
from ddpm_studio.gui.state.window import Entry, State

ON_LINE = 12.0
"""Greatest distance from the line at which a point is added on it, in pixels."""


class PointHands(QObject):
    """Drags, adds and removes points. `chosen` has the key of the entry and its points, `held` says while one is
    dragged, `taken_back` that this is to leave no trace, and `refused` why something was not done.
    """

    chosen = Signal(int, object)
    held = Signal(bool)
    taken_back = Signal()
    refused = Signal(object)

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._number: int | None = None
        self._hovered: int | None = None
        self._spot: tuple[CurvePlot, QPointF] | None = None
        self.offers = False, False
        """Whether the menu that was asked for last can add and remove a point."""

    def press(self, plot: CurvePlot, place: QPointF) -> PointDrag | None:
        """The drag of the handle at a point of the scene, whose point is the one that Delete removes from then on."""
        point = plot.handles.at(place)
        if point is None:
            return None
        self._number = point.number
        self._fill()
        return PointDrag(self._canvas, plot, place, point, self.chosen.emit, self.held.emit, self.taken_back.emit)

    def hover(self, point: PointPlace | None) -> None:
        """Show that the mouse has a handle, or none."""
        self._hovered = None if point is None else point.number
        self._fill()

    def show_state(self, state: State, before: State) -> None:
        """Choose no point any more where other ones are shown."""
        now, then = state.current.schedule.points, before.current.schedule.points if before.entries else ()
        if state.selected != before.selected or len(now) != len(then):
            self._number = self._hovered = None
        self._fill()

    def _fill(self) -> None:
        filled = frozenset(number for number in (self._number, self._hovered) if number is not None)
        for plot in self._canvas.plots():
            plot.handles.set_filled(filled)

    # adding and removing

    def on_line(self, plot: CurvePlot, place: QPointF) -> Entry | None:
        """The entry on whose line a point can be added at a point of the scene."""
        entry = pointed_entry(self._canvas.shown, plot.curve.name)
        if entry is None:
            return None
        x, y = plot.data_at(place)
        height = plot.height_of(entry.key, x)
        near = height is not None and abs(height - y) <= ON_LINE * plot.pixel_height()
        return entry if near else None

    def add(self, plot: CurvePlot, place: QPointF) -> None:
        """Add a point on the line, above or below a point of the scene."""
        state = self._canvas.shown
        self._change(lambda points: added(points, u_at(state, state.current, plot.data_at(place)[0])))

    @Slot()
    def remove(self) -> bool:
        """Remove the point under the mouse, or else the one that was dragged last; False if there is neither."""
        number = self._number if self._hovered is None else self._hovered
        if number is None or number >= len(self._canvas.shown.current.schedule.points):
            return False
        self._change(lambda points: removed(points, number))
        return True

    def _change(self, change: Callable[[Points], Points]) -> None:
        entry = self._canvas.shown.current
        try:
            self.chosen.emit(entry.key, change(entry.schedule.points))
        except StudioError as error:
            self.refused.emit(error)

    # the menu

    def ask_at(self, plot: CurvePlot, place: QPointF | None) -> None:
        """Have the `offers` of a menu that opens at a point of the scene, or from the keyboard, for the moment."""
        has_points = pointed_entry(self._canvas.shown, plot.curve.name) is not None
        point = None if place is None else plot.handles.at(place)
        if place is not None:
            self._number = None if point is None else point.number
            self._fill()
        if place is None:
            state = self._canvas.shown
            place = QPointF(plot.vb.mapViewToScene(QPointF(series.cursor_x(state, state.current), 0.0)))
        self._spot = plot, place
        self.offers = has_points, has_points and self._number is not None

    @Slot()
    def add_there(self) -> None:
        """Add a point where the menu was asked for."""
        if self._spot is not None:
            self.add(*self._spot)
