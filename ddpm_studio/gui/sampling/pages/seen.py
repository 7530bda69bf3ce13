"""What is looked at of a run: one moment of one row, with all that was measured on the way to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.gui.state.planning import sampler_of
from ddpm_studio.gui.state.run import Measures, RunFrame, SamplerSpec
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.window import State

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame, the measures of its row up to it, and ᾱ after every network call of that row, (R,)."""

    frame: RunFrame
    measures: tuple[Measures, ...]
    alphas_cumprod: Array


@dataclass(frozen=True, eq=False)
class SamplerSeen:
    """The frame of a line of the setup and its network calls; whether the line was `changed` since, and whether the
    first row of the run, to which differences are measured, still is the first line.
    """

    frame: RunFrame
    nfe: int
    changed: bool
    to_first: bool


def seen_at(recording: RunRecording, frame: RunFrame) -> Seen:
    """The moment of a run at which `frame` was."""
    upto = recording.measures(frame.row)[: frame.measures.index + 1]
    return Seen(frame, upto, recording.tables[frame.row].alphas_cumprod_next)


def samplers_seen(
    state: State, rows: Sequence[SamplerSpec], recording: RunRecording, frames: Mapping[int, RunFrame]
) -> dict[int, SamplerSeen]:
    """What there is to see of each line of the setup, by its number, of a run of `rows` at these frames."""
    lines = state.sampling.lines
    found = {number: line.among(rows) for number, line in enumerate(lines)}
    return {
        number: SamplerSeen(
            frames[row], recording.tables[row].nfe, _changed(state, lines[number], rows[row]), to_first=found[0] == 0
        )
        for number, row in found.items()
        if row is not None and row in frames
    }


def _changed(state: State, line: Line, sampler: SamplerSpec) -> bool:
    """A live run has fewer steps on purpose."""
    now = sampler_of(state, line)
    return (replace(now, steps=sampler.steps) if state.sampling.live else now) != sampler
