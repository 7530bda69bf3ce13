"""Memory that does not suffice outside the network is one sentence too, and what was drawn before it stays."""

from __future__ import annotations

import pytest
import torch

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import Step, recording, run
from ddpm_studio.sampling.memory import memory_for, too_many
from ddpm_studio.sampling.recording import Recording
from ddpm_studio.sampling.walk import Walk
from tests.sampling.toys import SHAPE, denoiser, noise, table

CPU = torch.device("cpu")
TOO_MANY = 2**45
"""Pictures that no address space holds."""


def exhausted(*_: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")


def test_noise_that_does_not_fit() -> None:
    with pytest.raises(SamplingError, match=f"{TOO_MANY} pictures do not fit into the memory of cpu; draw fewer"):
        denoiser().starting_noise(TOO_MANY, torch.Generator())


def test_a_batch_that_does_not_fit() -> None:
    with pytest.raises(SamplingError, match=f"{TOO_MANY} pictures do not fit into the memory of cpu; draw fewer"):
        run(table(), denoiser(), torch.zeros(1, *SHAPE).expand(TOO_MANY, -1, -1, -1))


def test_a_step_that_does_not_fit_leaves_those_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = run(table("ddpm"), denoiser(), noise())
    before = [next(steps), next(steps)]
    monkeypatch.setattr(Walk, "draw", exhausted)
    with pytest.raises(SamplingError, match="2 pictures do not fit into the memory of cpu; draw fewer at once"):
        next(steps)
    assert all(step.x.isfinite().all() for step in before)


def test_a_frame_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "to_eight_bit", exhausted)
    step = Step(0, 2, 0.0, noise(), noise())
    with pytest.raises(SamplingError, match="2 pictures do not fit into the memory"):
        Recording().add(step)


def test_one_picture_cannot_be_fewer() -> None:
    assert "fewer" not in str(too_many(1, CPU))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("could not create a primitive"),
    ],
)
def test_every_way_of_saying_so(error: Exception) -> None:
    with pytest.raises(SamplingError, match="One picture does not fit into the memory") as raised, memory_for(1, CPU):
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "reason", ["size mismatch", "could not create a primitive descriptor for a convolution forward propagation"]
)
def test_other_errors_are_left_alone(reason: str) -> None:
    with pytest.raises(RuntimeError, match=reason), memory_for(1, CPU):
        raise RuntimeError(reason)
