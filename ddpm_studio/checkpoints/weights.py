"""Tensors out of files, without running anything that is in them."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ddpm_studio.checkpoints.refusal import is_lfs_pointer, lfs_pointer
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

Tensors = dict[str, Tensor]


def read_tensors(path: Path) -> Tensors:
    """The tensors of a .safetensors file, or of a pickle by torch's reader that builds nothing but tensors.

    CheckpointError for a file that is missing, broken, a Git LFS pointer, or holds anything else.
    """
    if not path.is_file():
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is missing; fetch the checkpoint again."), path=path)
    if is_lfs_pointer(path):
        raise lfs_pointer(path)
    try:
        return load_file(path) if path.suffix == ".safetensors" else _unpickled(path)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, OSError, KeyError, ValueError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} cannot be read: it is damaged, or holds more than tensors; fetch it again."
            ),
            path=path,
        ) from error


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
        if not torch.isfinite(tensor.sum()):
            raise CheckpointError(
                QT_TRANSLATE_NOOP("errors", "{name} in {path} is not finite; fetch the file again."),
                name=name,
                path=source,
            )
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)


def _unpickled(path: Path) -> Tensors:
    content = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise ValueError("not a dictionary of tensors")
    return {str(key): value for key, value in content.items()}


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
