"""Drags of a step's dot along its curve; a click on one goes to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.mouse.gestures import Gesture
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.step_dots import StepDot
from ddpm_studio.gui.state.step_notes import HeldStep
from ddpm_studio.gui.steps.snapping import snap_of


class StepDrag(Gesture):
    """Moves a step along its schedule with the mouse; `go` takes the dot's position on the x axis after a click."""

    def __init__(
        self,
        canvas: PlotCanvas,
        plot: CurvePlot,
        place: QPointF,
        held: tuple[StepDot, HeldStep],
        go: Callable[[float], None],
    ) -> None:
        super().__init__(canvas, plot, place)
        self._dot, self._held = held
        self._go = go
        self._aside = self._dot.x - plot.data_at(place)[0]

    def drag(self, place: QPointF) -> None:
        """Take the step along, which keeps its distance from the mouse, or to what it snaps to."""
        x, next_x = (self.plot.data_at(QPointF(place.x() + by, place.y()))[0] for by in (0, 1))
        self._held.move(self.canvas.shown.axis, x + self._aside, next_x - x, snap_of(self.keys))

    def end(self) -> None:
        """Leave the step where it is; after a click go there."""
        self._held.let_go()
        if self.click:
            self._go(self._dot.x)

    def give_up(self) -> None:
        """Put the step back."""
        self._held.take_back()
