"""The lanes of a run under a person's hands: a click or a drag goes to the nearest note, in time and in the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.state.shown_traces import ShownTrace, t_at
from ddpm_studio.gui.timeline.lane_hands import HandledLanes
from ddpm_studio.gui.timeline.notes import nearest
from ddpm_studio.gui.widgets.mathtext import plain_tip

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


class RunHandledLanes(HandledLanes):
    """Lanes of which those of runs show what is recorded, and lead to each of their steps.

    `step_chosen` has the progress of the run, 0 … 1, at the step that the mouse goes to.
    """

    step_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dragged_in: ShownTrace | None = None

    def show_recording(self, recording: RunRecording) -> None:
        """Show a run that begins now."""
        self.runs.show_recording(recording)
        self._show_run()

    def show_frames(self, frames: tuple[RunFrame, ...]) -> None:
        """Show the step of each sampler of a run that is looked at."""
        self.runs.show_frames(frames)
        self._show_run()

    def show_sample(self, number: int) -> None:
        """Show this one of the pictures that a run draws."""
        self.runs.show_sample(number)
        self._show_run()

    def _show_run(self) -> None:
        """Paint the lanes of the run, and nothing else."""
        self._describe()
        for number, shown in enumerate(self._lanes):
            if isinstance(shown, ShownTrace):
                self.update(self._lane_at(number).toAlignedRect())

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep to the run that is pressed, wherever the mouse is dragged."""
        self._dragged_in = self._trace_at(event.position())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        super().mouseReleaseEvent(event)
        self._dragged_in = None

    def _go(self, x: float) -> None:
        shown = self._dragged_in
        if shown is None or shown not in self._lanes:
            super()._go(x)
            return
        number = nearest(self._run_place(self._lanes.index(shown)).xs, x)
        if number is not None:
            self._go_to(shown, number)

    def _go_to(self, shown: ShownTrace, number: int) -> None:
        """Go to a call's noise level, and to what it came to, once it is made."""
        trace, t = shown.trace, t_at(self._state, shown, number)
        if t not in (None, self._state.t):
            self.t_chosen.emit(t)
        share, seen = self.runs.share_at(trace, number), self.runs.looked_at(trace)
        if share is not None and (seen is None or seen.index != number):
            self.step_chosen.emit(share)

    def _tip_at(self, place: QPointF) -> str:
        shown = self._trace_at(place)
        if shown is None:
            return super()._tip_at(place)
        return plain_tip(self.runs.tip(shown, self._run_place(self._lanes.index(shown)), place.x()))

    def _hint_at(self, place: QPointF) -> str:
        if self._trace_at(place) is None or not self._is_over_field(place):
            return super()._hint_at(place)
        return self.tr("Click or drag: go to the nearest step of the run")

    def _trace_at(self, place: QPointF) -> ShownTrace | None:
        for number, shown in enumerate(self._lanes if place.y() >= self._heads_end else ()):
            if isinstance(shown, ShownTrace) and self._lane_at(number).contains(place):
                return shown
        return None
