"""Moments of a run in view: a frame of one sampler, with all that was measured up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.state.planning import sampler_of, with_few_steps
from ddpm_studio.gui.state.run import Measures, RunFrame, SamplerSpec
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.window import State

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame, the measures of its sampler up to it, and ᾱ after every network call of that sampler, (R,)."""

    frame: RunFrame
    measures: tuple[Measures, ...]
    alphas_cumprod: Array


@dataclass(frozen=True, eq=False)
class SamplerSeen:
    """The frame of a line of the setup and its network calls; whether the line has been `changed` since, and whether
    the run's first sampler, from which differences are measured, is still the first line.
    """

    frame: RunFrame
    nfe: int
    changed: bool
    to_first: bool


def seen_at(recording: RunRecording, frame: RunFrame) -> Seen:
    """The moment of a run at which `frame` was made."""
    upto = recording.measures(frame.row)[: frame.measures.index + 1]
    return Seen(frame, upto, recording.tables[frame.row].alphas_cumprod_next)


def samplers_seen(
    state: State, rows: Sequence[SamplerSpec], recording: RunRecording, frames: Mapping[int, RunFrame]
) -> dict[int, SamplerSeen]:
    """Each line of the setup, by number, as these frames of a run of `rows` show it."""
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
    """True if the line differs from what was sampled; with Live on, steps don't count, as it takes fewer on purpose."""
    few = replace(with_few_steps(line), steps=sampler.steps)
    return (sampler_of(state, few) if state.sampling.live else sampler_of(state, line)) != sampler
