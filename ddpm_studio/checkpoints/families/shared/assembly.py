"""Assembly of a network from tensors: built from their shapes, tried out without memory, then filled with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from ddpm_studio.checkpoints.answers import MAX_SIDE, halved_too_often
from ddpm_studio.checkpoints.families.shared.filling import Sentences, Tensors, check_names_and_shapes, fill
from ddpm_studio.checkpoints.families.shared.outline import MissingTensorError, Outline
from ddpm_studio.checkpoints.misfit import OtherKindError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

N = TypeVar("N", bound=nn.Module)
Shape = tuple[int, int, int]

_HALVABLE = tuple(2**times for times in range(1, 9))
"""Multiples that can be halved as often as any network of these kinds halves its pictures."""

_SENTENCES = Sentences(
    superfluous=QT_TRANSLATE_NOOP(
        "errors",
        "{path} holds {name}, which a network of its kind has no place for; "
        "if it is of another kind, name that by --network.",
    ).in_window(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds {name}, which a network of its kind has no place for; if it is of another kind, name that "
            "under Model.",
        )
    ),
    lacking=QT_TRANSLATE_NOOP(
        "errors",
        "{path} lacks {name}, which a network of its kind needs; download it again, or name its own by --network.",
    ).in_window(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} lacks {name}, which a network of its kind needs; download it again, or name its own under Model.",
        )
    ),
    misshapen=QT_TRANSLATE_NOOP(
        "errors", "{name} in {path} is {shape}, but the tensors around it ask for {other}; download it again."
    ),
    error=OtherKindError,
)


def assembled(
    build: Callable[[Outline], N],
    tensors: Tensors,
    shape: Shape,
    source: Path,
    *,
    labelled: bool = False,
    whole_timesteps: bool = False,
) -> N:
    """The network that `build` makes of the tensors of the file `source`, for pictures of `shape`, (C, H, W).

    float32, channels_last, in evaluation mode. CheckpointError naming the tensor if one is missing, superfluous,
    misshapen or not finite, and if the shapes do not fit each other or the pictures.
    """
    with torch.device("meta"), explained(source):
        network = build(Outline(tensors)).eval().requires_grad_(False)
    check_names_and_shapes(network, tensors, source, _SENTENCES)
    _check_size(partial(_try_out, network, labelled, whole_timesteps), shape, source)
    fill(network, tensors, source)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def parameters_of(network: nn.Module) -> int:
    """The number of parameters that a network learned."""
    return sum(parameter.numel() for parameter in network.parameters())


def _check_size(try_out: Callable[[Shape], None], shape: Shape, source: Path) -> None:
    """CheckpointError for pictures that the network does not take, with a size near it that it does take, if any."""
    if (error := _failure(try_out, shape, source)) is None:
        return
    other = next((each for each in _multiples(shape) if _failure(try_out, each, source) is None), None)
    raise halved_too_often(shape, source, other) if other else error


def _failure(try_out: Callable[[Shape], None], shape: Shape, source: Path) -> CheckpointError | None:
    try:
        with torch.device("meta"), explained(source):
            try_out(shape)
    except CheckpointError as error:
        return error
    return None


def _multiples(shape: Shape) -> Iterator[Shape]:
    """The same shape with sides rounded up to what can be halved once, twice and so on."""
    channels, *sides = shape
    for multiple in _HALVABLE:
        height, width = (-(-side // multiple) * multiple for side in sides)
        if (height, width) != tuple(sides) and max(height, width) <= MAX_SIDE:
            yield channels, height, width


def _try_out(network: nn.Module, labelled: bool, whole_timesteps: bool, shape: Shape) -> None:
    """Call the network on tensors without content; RuntimeError if something in it does not fit."""
    channels, *size = shape
    labels = (torch.zeros(1, dtype=torch.long),) if labelled else ()
    timesteps = torch.zeros(1, dtype=torch.long if whole_timesteps else torch.float32)
    out = network(torch.zeros(1, *shape), timesteps, *labels)
    if tuple(out.shape) not in {(1, channels, *size), (1, 2 * channels, *size)}:
        raise RuntimeError(f"{shape} became {tuple(out.shape)}")


@contextmanager
def explained(source: Path) -> Iterator[None]:
    """Turn errors raised for layers that are missing or do not fit into one sentence that the user can act on."""
    try:
        yield
    except MissingTensorError as error:
        raise OtherKindError(_SENTENCES.lacking, path=source, name=error.args[0]) from error
    except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The tensors of {path} do not make a network; download the file again, or change what was said of it.",
            ),
            path=source,
        ) from error
