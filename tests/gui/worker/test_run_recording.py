"""What is kept of a run with several rows, and what is measured at every step."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import RunFrame, SamplerSpec
from ddpm_studio.gui.worker.backend import Drawing
from ddpm_studio.gui.worker.delivery import Delivery, FrameRate
from ddpm_studio.gui.worker.mailbox import Mailbox
from ddpm_studio.gui.worker.run_recording import RunRecording
from ddpm_studio.gui.worker.worker import turns
from ddpm_studio.sampling import Step, recorded_frame
from ddpm_studio.sampling.eight_bit import EightBit, to_eight_bit

SHAPE = (2, 3, 4, 5)
FRAME_BYTES = 2 * 2 * 3 * 4 * 5


def recording_of(*totals: int, budget: int = 1 << 20) -> RunRecording:
    tables = [SamplerSpec("ddim", (), steps).table(Schedule("linear", 1000)) for steps in totals]
    return RunRecording(7, [Drawing(table, iter(()), "Slide rule") for table in tables], budget)


def step(index: int, total: int, value: float = 0.0) -> Step:
    x = torch.randn(SHAPE, generator=torch.Generator().manual_seed(index)) * 3
    return Step(index, total, float(total - index), x, torch.full(SHAPE, value), 1)


def indexes(recording: RunRecording, place: int) -> dict[int, int]:
    """Which step of each row is seen at a place of the timeline."""
    return {frame.row: frame.measures.index for frame in recording.frames(recording.share(place))}


def test_turns_keep_all_rows_at_the_same_share_of_their_way() -> None:
    assert turns([3]) == [0, 0, 0]
    assert turns([2, 2, 2]) == [0, 1, 2, 0, 1, 2]
    assert turns([2, 4]) == [1, 0, 1, 1, 0, 1]
    order = turns([50, 7, 20])
    assert [order.count(row) for row in range(3)] == [50, 7, 20]
    assert order[-3:] == [0, 1, 2]


def test_only_the_time_that_steps_take_counts() -> None:
    now = [0.0]
    table = SamplerSpec("ddim", (), 2).table(Schedule("linear", 1000))
    recording = RunRecording(7, [Drawing(table, iter(()), "Slide rule")], 1 << 20, clock=lambda: now[0])

    def steps() -> Iterator[Step]:
        for index in range(2):
            now[0] += 1.5
            yield step(index, 2)

    drawn = steps()
    recording.take(0, drawn)
    now[0] += 50.0
    recording.take(0, drawn)
    assert recording.seconds == 3.0


def test_measures_are_those_of_the_tensors() -> None:
    recording = recording_of(4)
    recording.take(0, iter([made := step(1, 4, 0.25)]))
    (measures,) = recording.measures(0)
    x = made.x.double().numpy()
    assert measures.mean == pytest.approx(x.mean(), rel=1e-5)
    assert measures.std == pytest.approx(x.std(), rel=1e-5)
    assert (measures.low, measures.high) == (x.min(), x.max())
    assert (measures.x0_mean, measures.x0_std) == (0.25, 0)
    assert (measures.rms_to_first, measures.pictures_at_once) == (None, 1)
    assert (measures.index, measures.total, measures.timestep) == (1, 4, 3)
    assert measures.alphas_cumprod == recording.tables[0].alphas_cumprod_next[1]


def test_difference_to_the_first_row_of_estimates_then_of_pictures() -> None:
    recording = recording_of(2, 2)
    recording.take(1, iter([step(0, 2, 0.5)]))
    recording.take(0, iter([step(0, 2, 0.5)]))
    recording.take(1, iter([step(0, 2, 0.75)]))
    recording.take(0, iter([first := step(1, 2)]))
    recording.take(1, iter([second := Step(1, 2, 0.0, first.x + 0.125, first.x0)]))
    assert [measures.rms_to_first for measures in recording.measures(0)] == [None, None]
    before, during, after = (measures.rms_to_first for measures in recording.measures(1))
    assert before is None
    assert during == pytest.approx(0.25)
    assert after == pytest.approx(float((second.x - first.x).square().mean().sqrt()))


def test_the_timeline_has_all_rows_at_the_same_share() -> None:
    recording = recording_of(2, 6)
    for index in range(6):
        recording.take(1, iter([step(index, 6)]))
        if index % 3 == 2:
            recording.take(0, iter([step(index // 3, 2)]))
    assert recording.count() == 6
    seen = [indexes(recording, place) for place in range(6)]
    assert seen == [{1: 0}, {1: 1}, {0: 0, 1: 2}, {0: 0, 1: 3}, {0: 0, 1: 4}, {0: 1, 1: 5}]
    assert [(frame.run, frame.row, frame.measures.index) for frame in recording.newest()] == [(7, 0, 1), (7, 1, 5)]


def test_rows_share_the_budget_and_the_stride_is_said() -> None:
    recording = recording_of(40, 10, budget=20 * FRAME_BYTES)
    for row, total in ((0, 40), (1, 10)):
        for index in range(total):
            recording.take(row, iter([step(index, total)]))
    assert [len(each.kept) for each in recording.rows] == [10, 10]
    recording.finish()
    assert [len(each.kept) for each in recording.rows] == [11, 10]
    assert recording.stride == 4
    assert len(recording.measures(0)) == 40
    assert indexes(recording, 10) == {0: 39, 1: 9}


def test_a_step_is_found_again_when_others_are_dropped_also_where_another_row_has_most_now() -> None:
    recording = recording_of(10, 8, budget=2 * 8 * FRAME_BYTES)
    for index in range(8):
        recording.take(0, iter([step(index, 10)]))
        recording.take(1, iter([step(index, 8)]))
    looked_at, dropped = recording.share(4), recording.share(5)
    assert (recording.place(looked_at), recording.place(dropped)) == (4, 5)
    recording.take(0, iter([step(8, 10)]))
    assert [len(each.kept) for each in recording.rows] == [5, 8]
    assert (looked_at, recording.share(recording.place(looked_at))) == (5 / 10, 4 / 8)
    assert {frame.row: frame.measures.index for frame in recording.frames(looked_at)} == {0: 4, 1: 3}
    assert {frame.row: frame.measures.index for frame in recording.frames(dropped)} == {0: 4, 1: 3}


def test_a_place_that_is_no_longer_there_is_the_last_one() -> None:
    recording = recording_of(8, budget=4 * FRAME_BYTES)
    for index in range(5):
        recording.take(0, iter([step(index, 8)]))
    assert recording.count() == 3
    assert recording.share(3) == recording.share(2) == 5 / 8


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """What was turned to bytes and copied."""
    converted: list[torch.Tensor] = []

    def noting(x: torch.Tensor) -> EightBit:
        converted.append(x)
        return to_eight_bit(x)

    monkeypatch.setattr(recorded_frame, "to_eight_bit", noting)
    return converted


def test_nothing_is_copied_that_is_neither_kept_nor_wanted(
    conversions: list[torch.Tensor],
) -> None:
    recording, box = recording_of(100, budget=0), Mailbox[tuple[RunFrame, ...]]()
    wakes: list[None] = []
    delivery = Delivery(recording, box, FrameRate(), lambda: wakes.append(None))
    for index in range(99):
        recording.take(0, iter([step(index, 100)]))
        delivery.offer()
    powers_of_two = [0, 1, 2, 4, 8, 16, 32, 64]
    assert len(conversions) == 2 * len(powers_of_two), "the recording tries again whenever its stride comes round"
    assert len(wakes) == 1

    recording.take(0, iter([last := step(99, 100)]))
    delivery.offer()
    assert len(conversions) == 2 * len(powers_of_two)
    delivery.flush()
    delivery.flush()
    assert len(conversions) == 2 * len(powers_of_two) + 2
    assert len(wakes) == 1, "the wake-up for the first one is still in flight"
    (frame,) = box.take() or ()
    np.testing.assert_array_equal(frame.x.levels, to_eight_bit(last.x).levels)


@pytest.mark.parametrize(("cost_s", "every"), [(None, 4), (0.0, 2), (0.0015, 18), (1.0, 30)])
def test_a_taker_is_served_again_but_not_more_often_than_it_can_bear(
    monkeypatch: pytest.MonkeyPatch, cost_s: float | None, every: int
) -> None:
    now, rate = [100.0], FrameRate()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    recording, box = recording_of(100), Mailbox[tuple[RunFrame, ...]]()
    wakes: list[None] = []
    taken: list[int] = []
    delivery = Delivery(recording, box, rate, lambda: wakes.append(None))
    if cost_s is not None:
        rate.note_cost(cost_s)
    for index in range(60):
        recording.take(0, iter([step(index, 100)]))
        delivery.offer()
        if frames := box.take():
            taken.append(frames[0].measures.index)
        now[0] += 1 / 120 + 1e-9
    assert taken == list(range(0, 60, every))
    assert len(wakes) == len(taken)
