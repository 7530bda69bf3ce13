"""Traces of runs: which levels they are, and beside which schedules they belong."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import CheckpointCard, SamplerSpec
from ddpm_studio.gui.state.sampling import Line, Sampling
from ddpm_studio.gui.state.shown_traces import ShownTrace, shown_in_lanes, traces_of
from ddpm_studio.gui.state.traces import Trace, settings_text, times_at
from ddpm_studio.gui.state.window import Entry, State

LINEAR, COSINE = Schedule("linear", 1000), Schedule("cosine", 1000)
ENDS_PURE = Schedule.parse("cosine:T=1000,zero_snr=1")


def state_of(*entries: Entry, lines: tuple[Line, ...] = (Line(),)) -> State:
    card = CheckpointCard("fake", "fake", "fake", "none", 0, (3, 4, 5), LINEAR, "epsilon")
    return State(entries=entries, selected=entries[0].key, sampling=Sampling("fake", card=card, lines=lines))


def traced(state: State, *samplers: SamplerSpec) -> State:
    tables = [sampler.table(LINEAR) for sampler in samplers]
    return replace(state, traces=tuple(traces_of(state, 1, samplers, tables)))


def order(state: State) -> list[int | str]:
    """What has a lane: entries by their keys, traces by the letters of the alphabet."""
    return ["abc"[shown.trace.row] if isinstance(shown, ShownTrace) else shown.key for shown in shown_in_lanes(state)]


def trace_of(schedule: Schedule, steps: int = 4) -> Trace:
    line = Line("ddim", (), steps, along=1)
    (trace,) = traced(state_of(Entry(1, schedule, 0), lines=(line,)), line.sampler(schedule)).traces
    return trace


@pytest.mark.parametrize("other", [LINEAR, COSINE, Schedule("cosine", 50), ENDS_PURE])
def test_levels_stand_at_the_steps_of_another_schedule_that_have_them(other: Schedule) -> None:
    levels = LINEAR.coefficients.log_snr[[9, 99, 499, 999]]
    own = other.coefficients.log_snr
    for level, t in zip(levels, times_at(levels, other), strict=True):
        if math.isnan(t):
            assert level > own[0] or level < own[-1]
        else:
            low, high = own[math.floor(t) - 1], own[math.ceil(t) - 1]
            assert high - 1e-9 <= level <= low + 1e-9


def test_pure_noise_is_the_last_step_of_a_schedule_that_ends_in_it() -> None:
    assert times_at(np.array([-np.inf]), ENDS_PURE).tolist() == [1000]
    assert np.isnan(times_at(np.array([-np.inf, np.inf]), LINEAR)).all()


def test_noise_levels_are_the_same_whatever_they_lie_beside() -> None:
    trace = trace_of(COSINE)
    for scale in ("log_snr", "sigma"):
        np.testing.assert_array_equal(trace.positions(scale, LINEAR), trace.positions(scale))
    np.testing.assert_allclose(trace.positions("log_snr"), -trace.levels)
    np.testing.assert_allclose(10 ** trace.positions("sigma"), np.exp(-trace.levels / 2))
    np.testing.assert_allclose(trace.positions("t/T")[1:], (0.75, 0.5, 0.25))


def test_a_trace_stands_under_the_schedule_it_went_along_and_else_at_the_end() -> None:
    own, along = Line("ddim", (), 4), Line("ddim", (), 4, along=2, key=1)
    one, two = Entry(1, LINEAR, 0), Entry(2, COSINE, 1)
    state = traced(state_of(one, two, lines=(own, along)), own.sampler(None), along.sampler(COSINE))
    assert order(state) == [1, "a", 2, "b"]
    assert order(replace(state, entries=(one, replace(two, visible=False)))) == [1, "a", "b"]
    assert order(replace(state, entries=(replace(one, visible=False), two))) == [2, "b", "a"]


def test_a_copy_that_has_the_levels_still_is_preferred_to_what_has_changed() -> None:
    along = Line("ddim", (), 4, along=2)
    one, two = Entry(1, LINEAR, 0), Entry(2, COSINE, 1)
    state = traced(state_of(one, two, lines=(along,)), along.sampler(COSINE))
    changed = replace(two, schedule=Schedule("cosine", 50))
    assert order(replace(state, entries=(one, changed))) == [1, 2, "a"]
    (shown,) = (each for each in shown_in_lanes(replace(state, entries=(one, changed))) if isinstance(each, ShownTrace))
    assert shown.host is changed
    assert shown.has_changed
    copy = replace(two, key=3, schedule=Schedule("cosine", 1000))
    assert order(replace(state, entries=(copy, changed))) == [3, "a", 2]


def test_traces_belong_to_the_lines_and_the_checkpoint_that_are_set_up() -> None:
    first, second = Line("ddim", (), 4), Line("ddim", (), 8, key=1)
    state = traced(state_of(Entry(1, COSINE, 0), lines=(first, second)), first.sampler(None), second.sampler(None))
    assert order(state) == [1, "a", "b"]
    assert order(replace(state, sampling=replace(state.sampling, lines=(second,)))) == [1, "b"]
    assert order(replace(state, sampling=replace(state.sampling, checkpoint="other"))) == [1]
    assert state.document.traces == ()


def test_a_sampler_is_named_by_what_is_not_usual() -> None:
    assert settings_text(Line("ddim", (("eta", 0.5),), 12)) == "ddim η 0.5 · 12"


@pytest.mark.parametrize(("text", "steps"), [("karras:rho=5", 12), ("karras:steps=8", 8), ("sigmas:9,1,0", 2)])
def test_a_sampler_is_named_by_the_steps_that_it_has(text: str, steps: int) -> None:
    assert settings_text(Line("ddim", (), 12, text)) == f"ddim · {steps}"
