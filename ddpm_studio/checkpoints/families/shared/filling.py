"""Filling of a network with tensors, if they are exactly those that it has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.answers import shape_text
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import SourceText

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Sentences:
    """The sentences about the tensor {name} in {path}: it is superfluous, missing, or of {shape} instead of {other}.

    `error` is what the first two are raised as.
    """

    superfluous: SourceText
    lacking: SourceText
    misshapen: SourceText
    error: type[CheckpointError] = CheckpointError


def check_names_and_shapes(network: nn.Module, tensors: Tensors, source: Path, sentences: Sentences) -> None:
    """CheckpointError for the first tensor of the file `source` that is superfluous, missing or of another shape."""
    expected = network.state_dict()
    for name in sorted(expected.keys() ^ tensors.keys()):
        template = sentences.superfluous if name in tensors else sentences.lacking
        raise sentences.error(template, path=source, name=name)
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape:
            shape, other = (
                shape_text(t.shape) or QT_TRANSLATE_NOOP("errors", "a number") for t in (tensor, expected[name])
            )
            raise CheckpointError(sentences.misshapen, name=name, path=source, shape=shape, other=other)


def fill(network: nn.Module, tensors: Tensors, source: Path) -> None:
    """Make `tensors` of the file `source` the parameters and buffers of a network on torch's meta device, in float32.

    CheckpointError naming the tensor if one is not finite.
    """
    for name, tensor in tensors.items():
        check_finite(name, tensor, source)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)


def check_finite(name: str, tensor: Tensor, path: Path, *, complex_too: bool = False) -> None:
    """CheckpointError naming the tensor if one of its values is infinite or not a number, whatever its precision.

    The same for bits that are no numbers, and for complex ones unless these will do, too.
    """
    if tensor.is_complex() and not complex_too:
        raise _of_dtype(name, tensor, path)
    # In its own precision, which takes a tenth of the time, the sum of a tensor may overflow where each value is sound.
    if tensor.is_floating_point() and tensor.itemsize > 1 and torch.isfinite(tensor.sum()):
        return
    try:
        total = tensor.sum(dtype=torch.complex128 if tensor.is_complex() else torch.float64)
    except NotImplementedError as error:
        raise _of_dtype(name, tensor, path) from error
    if not torch.isfinite(total):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{name} in {path} is not finite; take weights from before the training diverged, or download it again.",
            ),
            name=name,
            path=path,
        )


def _of_dtype(name: str, tensor: Tensor, path: Path) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "{name} in {path} is of the type {dtype}, which this network does not use; save it as float32."
        ),
        name=name,
        path=path,
        dtype=str(tensor.dtype),
    )
