"""Traces as a state shows them: which belong to it, and under which of its schedules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.state.run import RunFrame, SamplerSpec
from ddpm_studio.gui.state.traces import Trace, is_same, settings_text, times_at
from ddpm_studio.gui.state.window import Entry, State


@dataclass(frozen=True, eq=False)
class ShownTrace:
    """A trace under the schedule of its `host`, or of none; `number` is that of its line where there are several."""

    trace: Trace
    host: Entry | None = None
    number: int | None = None

    @cached_property
    def has_changed(self) -> bool:
        """Whether the host's schedule is not the one whose levels were visited any more."""
        return self.host is not None and not is_same(self.host.schedule, self.trace.schedule)

    def positions(self, scale: str) -> Array:
        """Where the calls lie on the axis of a scale, (R,); NaN where the host does not reach one."""
        return self.trace.positions(scale, None if self.host is None else self.host.schedule)


def traces_of(
    state: State, run: int, samplers: Sequence[SamplerSpec], tables: Sequence[SolverTable]
) -> Iterator[Trace]:
    """The traces of a run with the checkpoint that is open; none if there is no such."""
    setup = state.sampling
    if setup.card is None:
        return
    along = {line.key: line.along for line in setup.lines}
    for row, (sampler, table) in enumerate(zip(samplers, tables, strict=True)):
        is_own = sampler.along is None
        schedule = sampler.along or setup.card.schedule
        yield Trace(
            run,
            row,
            sampler.key,
            settings_text(sampler),
            setup.card.name if is_own else "",
            setup.subject,
            schedule,
            None if is_own else along.get(sampler.key),
            table.log_snr,
            table.timestep + 1 if is_own else times_at(table.log_snr, schedule),
        )


def traces_in(state: State) -> tuple[Trace, ...]:
    """The traces that a state has lanes for, if it has any: those of the checkpoint and the lines that are set up."""
    setup = state.sampling
    lines = {line.key for line in setup.lines}
    traces = state.traces if state.run_lanes else ()
    return tuple(trace for trace in traces if trace.line in lines and trace.subject == setup.subject)


def number_of(state: State, trace: Trace) -> int | None:
    """The number of the line that a trace is of, 1 being the first, if there are several lines."""
    lines = state.sampling.lines
    numbers = (number for number, line in enumerate(lines, 1) if line.key == trace.line)
    return next(numbers, None) if len(lines) > 1 else None


def shown_in_lanes(state: State) -> tuple[Entry | ShownTrace, ...]:
    """What has a lane, from top to bottom: each visible schedule, under it its runs, and at the end those of none."""
    traces = [ShownTrace(trace, _host_of(state, trace), number_of(state, trace)) for trace in traces_in(state)]
    shown: list[Entry | ShownTrace] = []
    for entry in state.visible:
        shown += [entry, *(trace for trace in traces if trace.host is entry)]
    return *shown, *(trace for trace in traces if trace.host is None)


def t_at(state: State, shown: ShownTrace, number: int) -> int | None:
    """The selected schedule's step where a call lies on the axis; None if its host does not reach that level."""
    position = float(shown.positions(state.axis)[number])
    return None if math.isnan(position) else state.time_axis.step(state.current.schedule, position)


def t_of(state: State, frame: RunFrame) -> int | None:
    """The selected schedule's step where a frame of a run was made; None if no lane shows that."""
    traces = (shown for shown in shown_in_lanes(state) if isinstance(shown, ShownTrace))
    shown = next((each for each in traces if (each.trace.run, each.trace.row) == (frame.run, frame.row)), None)
    return None if shown is None else t_at(state, shown, frame.measures.index)


def decisive(state: State) -> tuple[object, ...]:
    """What decides on what has a lane, as long as each is the same object."""
    return state.entries, state.traces, state.sampling, state.run_lanes


def _host_of(state: State, trace: Trace) -> Entry | None:
    """The visible entry whose levels a run visited: one that has them still, or else the one that it went along."""
    own = [entry for entry in state.visible if entry.key == trace.along]
    same = [entry for entry in (*own, *state.visible) if is_same(entry.schedule, trace.schedule)]
    return next(iter((*same, *own)), None)
