"""The timeline panel: the scales and lanes under the plots, on the same axis and at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel, Turn
from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.timeline.hands.step_hands import StepHandledLanes
from ddpm_studio.gui.timeline.lane_area import LaneArea
from ddpm_studio.gui.timeline.typed_scales import TypedScales

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

LEAST_HEIGHT = 64
"""Height of the part of the lanes that is seen at least."""

CORNER = QPoint(4, 2)
"""How far what is in the upper corner stays from both edges, in pixels."""


class TimelinePanel(LazyPanel):
    """Shows a State's time axis, as much of it as the plots do; its parts' signals say what the user chose.

    `watched` says when the panel comes into view and leaves it.
    """

    IN_TURN = True
    watched = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scales, self.lanes = TypedScales(), StepHandledLanes()
        self._part, self._selected = (0.0, 1.0), -1
        self._lanes_turn = Turn(self)
        self._lanes_turn.come.connect(self._show_lanes)
        self._corner: QWidget | None = None
        self._area = LaneArea(self.lanes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.scales)
        column.addWidget(self._area, 1)
        self.set_theme(self.tokens)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, and report that the panel is in view."""
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Report that the panel is out of view."""
        super().hideEvent(event)
        self.watched.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field of the lanes under that of the scales."""
        super().resizeEvent(event)
        self.lanes.set_span(self.width())
        self._place_corner()

    def set_folded(self, folded: bool) -> None:
        """Show only the scales, or the lanes as well."""
        self._area.setVisible(not folded)

    def add_corner(self, corner: QWidget) -> None:
        """Have this beside the scales, over the numbers of the lanes."""
        self._corner = corner
        corner.setParent(self)
        self._place_corner()

    def _place_corner(self) -> None:
        if self._corner is not None:
            self._corner.adjustSize()
            self._corner.move(self.width() - self._corner.width() - CORNER.x(), CORNER.y())
            self._corner.raise_()

    @Slot(object)
    def show_part(self, part: tuple[float, float]) -> None:
        """Show this part of the axis, from 0 to 1."""
        self._part = part
        self._refresh_if_seen()

    @Slot(object)
    def show_recording(self, recording: RunRecording) -> None:
        """Show a run that begins now."""
        self.lanes.show_recording(recording)

    @Slot(object)
    def show_frames(self, frames: tuple[RunFrame, ...]) -> None:
        """Show the step of each sampler of a run that is looked at."""
        self.lanes.show_frames(frames)

    @Slot(int)
    def show_sample(self, number: int) -> None:
        """Show this one of the pictures that a run draws, 0 being the first."""
        self.lanes.show_sample(number)

    def refresh(self) -> None:
        """Show the state; while a slider is held, the lanes have a turn of their own."""
        self.scales.show_state(self.state, self.state.time_axis.shown(self._part))
        if self.state.adjusting:
            self._lanes_turn.wait()
        else:
            self._show_lanes()

    @Slot()
    def _show_lanes(self) -> None:
        self._lanes_turn.leave()
        self.lanes.show_state(self.state, self.state.time_axis.shown(self._part))
        self._area.ask()
        if self.state.selected != self._selected:
            self._selected = self.state.selected
            self._area.bring_up()

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self._area.setMinimumHeight(tokens.scaled(LEAST_HEIGHT))
        self.scales.set_theme(tokens)
        self.lanes.set_theme(tokens)
        self._area.ask()
        super().set_theme(tokens)
