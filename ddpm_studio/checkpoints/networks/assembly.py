"""A network out of tensors: built from their shapes, tried out without memory, then filled with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.answers import shape_text
from ddpm_studio.checkpoints.finite import check_finite
from ddpm_studio.checkpoints.networks.outline import MissingTensorError, Outline
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

Tensors = dict[str, Tensor]
N = TypeVar("N", bound=nn.Module)


def assembled(
    build: Callable[[Outline], N],
    tensors: Tensors,
    shape: tuple[int, int, int],
    source: Path,
    *,
    labelled: bool = False,
) -> N:
    """The network that `build` makes of the tensors of the file `source`, for pictures of `shape`, (C, H, W).

    float32, channels_last, in evaluation mode. CheckpointError naming the tensor where one is missing, superfluous,
    misshapen or not finite, and where the shapes do not fit each other or the pictures.
    """
    with torch.device("meta"), explained(source, shape):
        network = build(Outline(tensors)).eval().requires_grad_(False)
    _check_names_and_shapes(network, tensors, source)
    with torch.device("meta"), explained(source, shape):
        _try_out(network, shape, labelled)
    for name, tensor in tensors.items():
        check_finite(name, tensor, source)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def parameters_of(network: nn.Module) -> int:
    """How many numbers a network learned."""
    return sum(parameter.numel() for parameter in network.parameters())


def _check_names_and_shapes(network: nn.Module, tensors: Tensors, source: Path) -> None:
    expected = network.state_dict()
    for name in sorted(expected.keys() ^ tensors.keys()):
        raise _misfit(source, name, name in tensors)
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape:
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors", "{name} in {path} is {shape}, but the tensors around it ask for {other}; fetch it again."
                ),
                name=name,
                path=source,
                shape=shape_text(tensor.shape) or "a number",
                other=shape_text(expected[name].shape),
            )


def _try_out(network: nn.Module, shape: tuple[int, int, int], labelled: bool) -> None:
    """Call the network on tensors without content; RuntimeError where something in it does not fit."""
    channels, *size = shape
    labels = (torch.zeros(1, dtype=torch.long),) if labelled else ()
    out = network(torch.zeros(1, *shape), torch.zeros(1), *labels)
    if tuple(out.shape) not in {(1, channels, *size), (1, 2 * channels, *size)}:
        raise RuntimeError(f"{shape} became {tuple(out.shape)}")


@contextmanager
def explained(source: Path, shape: Iterable[int]) -> Iterator[None]:
    """Turn what is raised for layers that are missing or do not fit into one sentence that a person can act on."""
    try:
        yield
    except MissingTensorError as error:
        raise _misfit(source, error.args[0], False) from error
    except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The tensors of {path} do not make a network for pictures of {shape}; choose another shape, "
                "or fetch the file again.",
            ),
            path=source,
            shape=shape_text(shape),
        ) from error


def _misfit(source: Path, name: str, superfluous: bool) -> CheckpointError:
    if superfluous:
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} holds {name}, which a network of its kind has no place for; it is of another kind."
        )
    else:
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} lacks {name}, which a network of its kind needs; fetch it again, or it is of another kind.",
        )
    return CheckpointError(template, path=source, name=name)
