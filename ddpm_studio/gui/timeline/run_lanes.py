"""Lanes of a run: what is recorded of it at its noise levels, how far it has come, and which step is looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from ddpm_studio.gui.field import gutter
from ddpm_studio.gui.state.run import Measures, RunFrame
from ddpm_studio.gui.state.shown_traces import ShownTrace
from ddpm_studio.gui.state.traces import Trace
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.timeline import run_texts
from ddpm_studio.gui.timeline.notes import nearest, paint_frame, paint_ring
from ddpm_studio.gui.timeline.run_strips import RunPlace, RunStrips

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording
    from ddpm_studio.sampling.recording import Recording

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NAME_GAP = 10


class RunLanes:
    """Paints the traces of the last run, and says what is in them."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self._font = QFont()
        self._strips = RunStrips()
        self._recording: RunRecording | None = None
        self._frames: dict[int, RunFrame] = {}

    def set_theme(self, tokens: Tokens, font: QFont) -> None:
        """Use the theme's colours and a font."""
        self.tokens, self._font = tokens, font
        self._strips.tokens = tokens
        self._strips.forget()

    def show_recording(self, recording: RunRecording) -> None:
        """Show a run that begins now."""
        self._recording, self._frames = recording, {}
        self._strips.forget()

    def show_frames(self, frames: tuple[RunFrame, ...]) -> None:
        """Show the step of each sampler that is looked at."""
        self._frames = {frame.row: frame for frame in frames}

    def show_sample(self, number: int) -> None:
        """Show this one of the pictures that are drawn, or the first if there are fewer."""
        self._strips.sample = number
        self._strips.forget()

    def done(self, trace: Trace) -> int:
        """The number of calls that are made."""
        recording = self._run_of(trace)
        return 0 if recording is None else len(recording.measures(trace.row))

    def looked_at(self, trace: Trace) -> Measures | None:
        """The step that is looked at in numbers; None before there is one."""
        frame = self._frames.get(trace.row)
        return frame.measures if frame is not None and frame.run == trace.run else None

    def share_at(self, trace: Trace, number: int) -> float | None:
        """The progress of the run, 0 … 1, after its call of this number; None as long as that is not made."""
        return (number + 1) / trace.nfe if number < self.done(trace) else None

    def said(self, state: State, shown: ShownTrace) -> str:
        """A lane in words."""
        return run_texts.said(state, shown, self.done(shown.trace), self.looked_at(shown.trace))

    def tip(self, shown: ShownTrace, place: RunPlace, x: float) -> str:
        """What a lane is, and the step of its note that is nearest to a pixel."""
        return run_texts.tip(shown, nearest(place.xs, x))

    # painting

    def paint(self, painter: QPainter, state: State, shown: ShownTrace, place: RunPlace, texts: QRectF) -> None:
        """Paint a lane from a picture of it, with what is known of the run in the place of `texts`."""
        trace, lane = shown.trace, place.lane
        done = self.done(trace)
        strip = self._strips.of(trace, place, self._of(trace), done, self._color(shown))
        painter.drawPixmap(QPointF(place.field.left, lane.top()), strip)
        painter.setFont(self._font)
        painter.setPen(QColor(self.tokens.muted))
        beside = QRectF(0, lane.top(), gutter(self.tokens.scale) - NAME_GAP, lane.height())
        painter.drawText(beside, RIGHT, run_texts.label(shown))
        details = run_texts.details(state, shown, done, self.looked_at(trace))
        brief_one = run_texts.briefly(shown, done)
        run_texts.paint_texts(painter, texts, (trace.title, *details), brief_one, self._font, self.tokens)

    def paint_looked_at(self, painter: QPainter, shown: ShownTrace, place: RunPlace) -> None:
        """Paint the note that is looked at with its ring, and a frame around its picture."""
        measures = self.looked_at(shown.trace)
        x = math.nan if measures is None else float(place.xs[measures.index])
        if measures is None or math.isnan(x):
            return
        picture = self._strips.pictures(shown.trace, place, self._of(shown.trace)).get(measures.index)
        if picture is not None:
            paint_frame(painter, picture, self._color(shown))
        paint_ring(painter, x, place.y, self._color(shown), QColor(self.tokens.surface))

    def _color(self, shown: ShownTrace) -> QColor:
        """That of the schedule over it, or a quiet one."""
        host = shown.host
        return QColor(self.tokens.muted) if host is None else STYLES[host.style].color(self.tokens.dark)

    def _run_of(self, trace: Trace) -> RunRecording | None:
        recording = self._recording
        return recording if recording is not None and recording.run == trace.run else None

    def _of(self, trace: Trace) -> Recording | None:
        recording = self._run_of(trace)
        return None if recording is None else recording.rows[trace.row]
