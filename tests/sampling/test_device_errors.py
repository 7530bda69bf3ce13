"""A device that has too little memory, or breaks, is one sentence, and what was drawn before it stays."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import Step, eight_bit, run
from ddpm_studio.sampling.device_errors import on_device, too_many
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
    recording = Recording()
    recording.add(Step(0, 1, 0.0, noise(), noise()))
    monkeypatch.setattr(eight_bit, "_moved", exhausted)
    for use in (lambda: recording.add(Step(0, 2, 0.0, noise(), noise())), lambda: recording.pictures):
        with pytest.raises(SamplingError, match="2 pictures do not fit into the memory"):
            use()


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
    with pytest.raises(SamplingError, match="One picture does not fit into the memory") as raised, on_device(1, CPU):
        raise error
    assert raised.value.__cause__ is error


def broken(*_: object) -> Tensor:
    raise RuntimeError("CUDA error: device-side assert triggered\nFor debugging consider CUDA_LAUNCH_BLOCKING=1")


def test_a_device_that_breaks() -> None:
    """In a network call, and as soon as it is worked with afterwards."""
    sentence = r"Nothing more runs on cpu \(CUDA error: device-side assert triggered\); start the program again, or "
    with pytest.raises(SamplingError, match=sentence):
        next(run(table(), denoiser(network=broken), noise()))
    with pytest.raises(SamplingError, match=sentence), on_device(2, CPU):
        broken()


@pytest.mark.parametrize(
    "reason", ["size mismatch", "could not create a primitive descriptor for a convolution forward propagation"]
)
def test_other_errors_are_left_alone(reason: str) -> None:
    with pytest.raises(RuntimeError, match=reason), on_device(1, CPU):
        raise RuntimeError(reason)
