"""Tensors out of files, without running anything that is in them."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from ddpm_studio.checkpoints.finite import check_finite
from ddpm_studio.checkpoints.refusal import refusal
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

Tensors = dict[str, Tensor]


def read_tensors(path: Path) -> Tensors:
    """The tensors of a .safetensors file, or of a pickle by torch's reader that builds nothing but tensors.

    CheckpointError for a file that is missing, broken, a Git LFS pointer, or holds anything else.
    """
    if not path.is_file():
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is missing; fetch the checkpoint again."), path=path)
    source = Source(path)
    if not source.tensors:
        raise refusal(source)
    return dict(source.tensors)


def put_into(network: nn.Module, tensors: Tensors, source: Path) -> None:
    """Make `tensors` the parameters and buffers of a network built on torch's meta device, in float32.

    CheckpointError naming the tensor where one is missing, superfluous, of another shape or not finite.
    """
    expected = network.state_dict()
    for name in sorted(expected.keys() ^ tensors.keys()):
        raise _misfit(source, name, name in tensors)
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape:
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors", "{name} in {path} is {shape}, but config.json asks for {other}; fetch both again."
                ),
                name=name,
                path=source,
                shape=tuple(tensor.shape),
                other=tuple(expected[name].shape),
            )
        check_finite(name, tensor, source)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)


def _misfit(source: Path, name: str, superfluous: bool) -> CheckpointError:
    if superfluous:
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} holds {name}, which the network of config.json has no place for; fetch both again."
        )
    else:
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} lacks {name}, which the network of config.json needs; fetch both again."
        )
    return CheckpointError(template, path=source, name=name)
