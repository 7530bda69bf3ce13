"""A recording keeps what its budget holds, evenly, and always the last step."""

from __future__ import annotations

import torch

from ddpm_studio.sampling import Step, run
from ddpm_studio.sampling.recording import Recording
from tests.sampling.toys import SHAPE, denoiser, noise, table

FRAME_BYTES = 2 * 2 * 3 * 4 * 5
"""x and x0 of two pictures of the toy's shape."""


def recorded(steps: int, budget: int) -> Recording:
    recording = Recording(budget)
    for i in range(steps):
        recording.add(Step(i, steps, float(steps - i), torch.full((2, *SHAPE), i / 255), torch.zeros(2, *SHAPE)))
    return recording


def test_everything_within_the_budget() -> None:
    recording = recorded(7, 7 * FRAME_BYTES)
    assert [frame.index for frame in recording.frames] == list(range(7))
    assert [frame.timestep for frame in recording.frames] == [7, 6, 5, 4, 3, 2, 1]
    assert recording.complete


def test_every_fourth_beyond_it_and_the_last() -> None:
    recording = recorded(30, 8 * FRAME_BYTES)
    assert [frame.index for frame in recording.frames] == [0, 4, 8, 12, 16, 20, 24, 28, 29]


def test_one_frame_is_kept_however_large() -> None:
    assert [frame.index for frame in recorded(3, 0).frames] == [0, 2]


def test_a_run_that_was_stopped_is_not_complete() -> None:
    recording, steps = Recording(), run(table(), denoiser(), noise())
    recording.add(next(steps))
    recording.add(next(steps))
    assert not recording.complete
    assert [frame.index for frame in recording.frames] == [0, 1]


def test_nothing_was_recorded() -> None:
    assert Recording().frames == []
    assert not Recording().complete
