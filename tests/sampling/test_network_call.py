"""Out of memory, the batch is split and the pictures stay the same; labels and guidance reach the network."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import labelled, run
from tests.sampling.toys import denoiser, in_torch, noise, table


class Small:
    """The toy network on a device that holds only so many pictures, and says so as this device would."""

    def __init__(self, room: int, error: RuntimeError) -> None:
        self.room, self.error, self.sizes = room, error, list[int]()

    def __call__(self, x: Tensor, timesteps: Tensor) -> Tensor:
        self.sizes.append(len(x))
        if len(x) > self.room:
            raise self.error
        return in_torch(x, timesteps)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("MPS backend out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_the_batch_is_split_and_the_pictures_stay(error: RuntimeError) -> None:
    small, rows, x = Small(3, error), table("ddpm", 4), noise(7)
    steps = list(run(rows, denoiser(network=small), x, generator=torch.Generator().manual_seed(1)))
    whole = list(run(rows, denoiser(), x, generator=torch.Generator().manual_seed(1)))
    assert torch.equal(steps[-1].x, whole[-1].x)
    assert small.sizes == [7, 4, 2, 2, 2, 1, *[2, 2, 2, 1] * 3]
    assert [step.pictures_at_once for step in steps] == [2] * 4
    assert [step.pictures_at_once for step in whole] == [None] * 4


def test_what_a_call_that_failed_had_spoilt_is_as_it_was() -> None:
    def network(x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        out = x.sin_() + labels.to(x)[:, None, None, None]
        labels.zero_()
        if len(x) > 2:
            raise torch.OutOfMemoryError("out of memory")
        return out

    def careful(x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        return torch.sin(x) + labels.to(x)[:, None, None, None]

    one, other = (list(run(table(), denoiser(network=each, classes=3), noise(5))) for each in (network, careful))
    assert torch.equal(one[-1].x, other[-1].x)


def test_not_even_one_picture_fits() -> None:
    with pytest.raises(SamplingError, match="One picture does not fit into the memory"):
        next(run(table(), denoiser(network=Small(0, torch.OutOfMemoryError("out of memory"))), noise(5)))


def test_a_network_that_fails_is_named_with_its_reason() -> None:
    error = RuntimeError("size mismatch.\nmore")
    with pytest.raises(SamplingError, match=r"failed at step 1 of 5: size mismatch\.$") as failed:
        next(run(table(), denoiser(network=Small(0, error)), noise(5)))
    assert failed.value.__cause__ is error


def test_a_long_reason_is_cut() -> None:
    with pytest.raises(SamplingError) as failed:
        next(run(table(), denoiser(network=Small(0, RuntimeError("no kernel for " + "CPU, " * 900))), noise(5)))
    assert len(str(failed.value)) < 300


def by_label(x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
    """Every class predicts itself as x0."""
    return labels.to(x)[:, None, None, None].expand_as(x)


def drawn(label: int | None, guidance: float = 1.0, pictures: int = 5) -> list[float]:
    conditional = denoiser(network=by_label, prediction_type="sample", classes=3, null=labelled([2]))
    *_, last = run(table(), conditional.conditioned(label, guidance), noise(pictures))
    return [float(value) for value in last.x.mean(dim=(1, 2, 3))]


def test_labels_reach_the_network() -> None:
    assert drawn(1) == pytest.approx([1] * 5)
    assert drawn(None) == pytest.approx([0, 1, 2, 0, 1])


def test_guidance_extrapolates_from_the_null_class() -> None:
    assert drawn(1, 3.0) == pytest.approx([2 + 3 * (1 - 2)] * 5)
    assert drawn(1, 0.0) == pytest.approx([2] * 5)


def test_a_guided_batch_is_split_too() -> None:
    sizes: list[int] = []

    def network(x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        sizes.append(len(x))
        if len(x) > 4:
            raise torch.OutOfMemoryError("out of memory")
        return by_label(x, timesteps, labels)

    conditional = denoiser(network=network, prediction_type="sample", classes=3, null=labelled([2]))
    *_, last = run(table(steps=1), conditional.conditioned(0, 2.0), noise(3))
    assert sizes == [6, 3, 3]
    assert last.x.mean() == pytest.approx(-2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"classes": -1}, "classes is -1; it must be the number of classes"),
        ({"prediction_type": "epsilom"}, "did you mean “epsilon”"),
        ({"shape": (3, 0, 4)}, "it must be \\(channels, height, width\\)"),
        ({"shape": (3, 4.0, 4)}, "it must be \\(channels, height, width\\)"),
        ({"shape": 16}, "The shape of a picture is 16; it must be"),
        ({"clip": -1.0}, "clip is -1"),
        ({"clip": "x0"}, "clip is “x0”; it must be above 0"),
    ],
)
def test_a_denoiser_that_cannot_be(fields: dict[str, object], words: str) -> None:
    with pytest.raises(SamplingError, match=words):
        denoiser(**fields)


@pytest.mark.parametrize(
    ("classes", "asked", "words"),
    [
        (0, {"label": 1}, "knows no classes"),
        (0, {"guidance": 2.0}, "knows no classes"),
        (3, {"label": 3}, "The label is 3; this checkpoint has the classes 0 to 2"),
        (3, {"label": 1.5}, "The label is 1.5"),
        (3, {"label": 1, "guidance": 2.0}, "no null label of this checkpoint is known"),
        (3, {"guidance": float("nan")}, "guidance is nan"),
        (3, {"guidance": "7.5"}, "guidance is “7.5”; it must be a finite number"),
    ],
)
def test_a_denoiser_cannot_be_conditioned_so(classes: int, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(SamplingError, match=words):
        denoiser(classes=classes).conditioned(**asked)


def test_an_empty_batch_has_no_noise() -> None:
    with pytest.raises(SamplingError, match="at least 1 picture"):
        denoiser().starting_noise(0, torch.Generator())
