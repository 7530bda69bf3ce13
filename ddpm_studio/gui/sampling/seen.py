"""What is looked at of a run: one moment of one row, with all that was measured on the way to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.gui.worker.jobs import Frame, Measures

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame, the measures of its row up to it, and ᾱ after every network call of that row, (R,)."""

    frame: Frame
    measures: tuple[Measures, ...]
    alphas_cumprod: Array


def seen(recording: RunRecording, frame: Frame) -> Seen:
    """The moment of a run at which `frame` was."""
    upto = recording.measures(frame.row)[: frame.measures.index + 1]
    return Seen(frame, upto, recording.tables[frame.row].alphas_cumprod_next)


def frames_at(recording: RunRecording, place: int | None) -> tuple[Frame, ...]:
    """The frame of each row that had begun at a place of the timeline, or with None the newest ones."""
    if place is None:
        return recording.newest()
    frames = (recording.frame(place, row) for row in range(len(recording.rows)))
    return tuple(frame for frame in frames if frame is not None)
