"""A recording keeps what its budget holds, evenly, and always the last step."""

from __future__ import annotations

import threading

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


def test_read_while_it_grows() -> None:
    """A reader in another thread sees frames in order, each once, ending with the newest."""
    recording, seen = Recording(16 * FRAME_BYTES), []

    def read() -> None:
        while not recording.complete:
            seen.append([frame.index for frame in recording.frames])

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(500):
        recording.add(Step(i, 500, 0.0, torch.zeros(2, *SHAPE), torch.zeros(2, *SHAPE)))
    reader.join()
    assert all(indexes == sorted(set(indexes)) for indexes in seen)
    assert all(len(indexes) <= 17 for indexes in seen)
    assert [frame.index for frame in recording.frames][-1] == 499


def test_what_came_of_a_run() -> None:
    recording = recorded(2, 0)
    assert (recording.pictures == round((1 / 255 + 1) * 127.5)).all()
    recording.add(Step(2, 9, 0.0, torch.ones(2, *SHAPE), torch.full((2, *SHAPE), -1.0)))
    assert (recording.pictures == 0).all()
