"""Weights of a UNet2DModel, read into the network that its config describes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch import nn

from ddpm_studio.checkpoints.families.diffusers.architecture import UNet2DArchitecture, architecture_of
from ddpm_studio.checkpoints.families.diffusers.network import UNet2D
from ddpm_studio.checkpoints.families.diffusers.renaming import FIRST, in_new_names, in_old_names, is_in_old_names
from ddpm_studio.checkpoints.families.diffusers.weight_files import missing
from ddpm_studio.checkpoints.families.shared.filling import Sentences, Tensors, check_names_and_shapes, fill
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, named_as, under
from ddpm_studio.checkpoints.families.shared.unfilled import Unfilled, computed_buffers
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.refusal import refusal_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling.reasons import reason_of

_SENTENCES = Sentences(
    superfluous=QT_TRANSLATE_NOOP(
        "errors", "{path} holds {name}, which the network in config.json has no place for; download both again."
    ),
    lacking=QT_TRANSLATE_NOOP(
        "errors", "{path} lacks {name}, which the network in config.json needs; download both again."
    ),
    misshapen=QT_TRANSLATE_NOOP(
        "errors", "{name} in {path} is {shape}, but config.json asks for {other}; download both again."
    ),
)


def read_unet2d(config: Settings, path: Path, files: Sequence[StoredFile]) -> nn.Module:
    """The network of the config at `path` with these weights: float32, channels_last, in evaluation mode.

    CheckpointError if the config does not describe a network, or the weights are not those of it.
    """
    written = [_tensors(file) for file in files]
    with named_as(partial(_in_files, written)):
        return _filled(config, path, files, written)


def _in_files(written: Sequence[Tensors], name: str) -> str:
    """The name that a tensor has in the files, or would have."""
    prefix = next(filter(None, (best_prefix(found, FIRST) for found in written)), "")
    is_old = any(map(is_in_old_names, written))
    return prefix + (in_old_names(name) if is_old else name)


def _filled(config: Settings, path: Path, files: Sequence[StoredFile], written: Sequence[Tensors]) -> nn.Module:
    tensors: Tensors = {}
    for found in written:
        tensors |= in_new_names(under(best_prefix(found, FIRST) or "", found))
    _check_layers(config, tensors, path)
    with torch.device("meta"):  # Without memory for its weights, which come from the file as they are.
        network = _built(config, path)
    check_names_and_shapes(network, tensors, files[0].path, _SENTENCES)
    if computed_buffers(network):
        with Unfilled():
            network = _built(config, path)
    fill(network, tensors, files[0].path)
    network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def _built(config: Settings, path: Path) -> nn.Module:
    """The network of this program, or that of diffusers for what only diffusers has."""
    found = architecture_of(config)
    if found is not None:
        return UNet2D(found)
    try:
        from ddpm_studio.checkpoints.families.diffusers.library_network import built
    except ImportError as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} asks for a network that only diffusers can build, and diffusers cannot be imported ({reason}); "
                'run pip install "ddpm-studio[diffusers]".',
            ),
            path=path,
            reason=reason_of(error),
        ) from error
    return built(config, path)


def _check_layers(config: Settings, tensors: Tensors, path: Path) -> None:
    """Refuse what would take hours to build, even without weights, only to turn out not to be the weights' network."""
    blocks = config.get("down_block_types", UNet2DArchitecture.down_block_types)
    layers = config.get("layers_per_block", UNet2DArchitecture.layers_per_block)
    if isinstance(blocks, list | tuple) and isinstance(layers, int) and len(blocks) * layers > len(tensors):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} asks for {layers} layers, but there are {tensors} weight tensors; download both again.",
            ),
            path=path,
            layers=len(blocks) * layers,
            tensors=len(tensors),
        )


def _tensors(source: StoredFile) -> Tensors:
    """The tensors of a .safetensors file or of a pickle.

    CheckpointError for a file that is missing, broken, a Git LFS pointer, or holds anything else.
    """
    if not source.is_file:
        raise missing(source.path)
    if not source.tensors:
        raise refusal_of(source)
    return dict(source.tensors)
