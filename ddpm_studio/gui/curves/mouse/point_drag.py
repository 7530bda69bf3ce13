"""PointDrag: the gesture that moves a point of a drawn schedule by its handle."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, isfinite, log10

from PySide6.QtCore import QPointF, Qt

from ddpm_studio.diffusion.by_hand.drawn_points import level_bounds, moved, operated
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.moment import NOISE_LEVELS
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.mouse.gestures import Gesture
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.points.point_places import PointPlace, point_at
from ddpm_studio.gui.state.window import Entry, State

CATCH = 10.0
"""Distance from another schedule's curve at which a point snaps to it, in pixels."""

UNIT = 0.5
"""What log SNR snaps to multiples of."""

MOST_DIGITS = 9
"""Decimals of a point beyond which no plot is enlarged."""


class PointDrag(Gesture):
    """Moves a point with the mouse as far as its neighbours let it; `tell` has the entry's key and all its points.

    With Shift, log SNR snaps to the curve of another schedule that is near, or else to whole and half units. `hold`
    says when it begins and ends, and `take_back` that it is to leave no trace.
    """

    def __init__(
        self,
        canvas: PlotCanvas,
        plot: CurvePlot,
        place: QPointF,
        point: PointPlace,
        tell: Callable[[int, Points], None],
        hold: Callable[[bool], None],
        take_back: Callable[[], None],
    ) -> None:
        super().__init__(canvas, plot, place)
        self._state, self.point = canvas.shown, point
        self._entry: Entry = canvas.shown.current
        self._tell, self._hold, self._take_back = tell, hold, take_back
        # What was off the middle of the handle at the press stays so.
        self._off = plot.vb.mapViewToScene(QPointF(point.x, point.y)) - place
        self._held = False
        self.cursor = shape_of(self._state, point.number)

    def drag(self, place: QPointF) -> None:
        """Have the point where the mouse is, with no more digits than that says."""
        if not self._held:
            self._held = True
            self._hold(True)
        points, number = self._entry.schedule.points, self.point.number
        here = place + self._off
        (u, level), (next_u, next_level) = self._at(here), self._at(here + QPointF(1.0, 1.0))
        if self.keys & Qt.KeyboardModifier.ShiftModifier:
            level = round(self._own(self._snapped(here)), 6)
        else:
            level = _coarse(self._own(level), next_level - level)
        low, high = level_bounds(points, number)
        self._tell(self._entry.key, moved(points, number, _coarse(u, next_u - u), min(max(level, low), high)))

    def _at(self, place: QPointF) -> tuple[float, float]:
        """u and log SNR, as they are seen, at a point of the scene."""
        return point_at(self._state, self._entry, self.plot.curve.name, self.point.number, *self.plot.data_at(place))

    def _own(self, level: float) -> float:
        return operated(self._entry.schedule).own(level)

    def _snapped(self, place: QPointF) -> float:
        """The log SNR that is seen where the point snaps to."""
        x, y = self.plot.data_at(place)
        others = [] if self._state.axis in NOISE_LEVELS else self._state.visible
        keys = (other.key for other in others if other.key != self._entry.key)
        heights = [height for height in (self.plot.height_of(key, x) for key in keys) if height is not None]
        near = min(heights, key=lambda height: abs(height - y), default=None)
        if near is not None and abs(near - y) <= CATCH * self.plot.pixel_height():
            return self._at(QPointF(self.plot.vb.mapViewToScene(QPointF(x, near))))[1]
        return UNIT * round(self._at(place)[1] / UNIT)

    def end(self) -> None:
        """Let go of the point."""
        if self._held:
            self._hold(False)

    def give_up(self) -> None:
        """Have the point where it was."""
        if self._held:
            self._take_back()
            self._hold(False)


def shape_of(state: State, number: int) -> Qt.CursorShape:
    """The cursor for the directions in which a point of the chosen schedule can be moved."""
    if state.axis in NOISE_LEVELS:
        return Qt.CursorShape.SizeHorCursor
    is_end = number in (0, len(state.current.schedule.points) - 1)
    return Qt.CursorShape.SizeVerCursor if is_end else Qt.CursorShape.SizeAllCursor


def _coarse(value: float, pixel: float) -> float:
    """A value with the decimals that a pixel of it has."""
    size = abs(pixel)
    return round(value, min(max(-floor(log10(size)), 0), MOST_DIGITS)) if size and isfinite(size) else value
