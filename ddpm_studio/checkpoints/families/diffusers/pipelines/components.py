"""Components of a pipeline: a config and weights, read into a network of a library."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ddpm_studio.checkpoints.answers import MAX_SIDE
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import CLASSES, library_class, silenced
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.shared.assembly import parameters_of
from ddpm_studio.checkpoints.families.shared.filling import Tensors, check_names_and_shapes, fill
from ddpm_studio.checkpoints.families.shared.unfilled import Unfilled, computed_buffers
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.interruption import check
from ddpm_studio.sampling.reasons import reason_of

_EARLIER_NAMES: Mapping[str, str] = {
    "DiTTransformer2DModel": "Transformer2DModel",
    "PixArtTransformer2DModel": "Transformer2DModel",
}
"""What earlier releases called a class."""

_MOST: Mapping[str, float] = {"sample_size": MAX_SIDE, "padding": 16, "embed_dim": 2**16}
"""The largest numbers of a config that the weights do not show, by a part of their names."""

_MOST_COMPUTED = 2**25
"""Numbers that a network computes when it is built: five times as many as DiT has for pictures of 2048 pixels."""

Renaming = Callable[[Tensors], Tensors]


@dataclass(frozen=True, eq=False)
class Component:
    """A network of a pipeline in float32 and evaluation mode, its class, its config, and what was assumed of it.

    `stored` is the precision of its weights in the file, "" where several are.
    """

    name: str
    network: nn.Module
    config: Settings
    assumed: tuple[Assumption, ...] = ()
    stored: str = "float32"

    @property
    def parameters(self) -> int:
        """The number of parameters that it learned."""
        return parameters_of(self.network)


def read_component(
    pipeline: StoredPipeline,
    part: str,
    name: str,
    build: Callable[[Any, Settings], nn.Module],
    *,
    weights: Sequence[str] = (),
    renamed: Renaming = dict,
) -> Component:
    """The network of the class `name` that `build` makes of the class and a part's config, with the part's weights.

    CheckpointError if its library cannot be imported, if the config is that of another class or describes no such
    network, and if the weights are not those of it.
    """
    config, place, stored = pipeline.config(part), pipeline.place(part), pipeline.weights(part, *weights)
    tensors = renamed(stored.tensors)
    _check_class(config, name, place)
    _check_config(config, len(tensors), place)
    network_class = library_class(name, pipeline)
    with explained(place, name), torch.device("meta"):
        network = build(network_class, config)
    computed = computed_buffers(network)
    _check_computed(network, computed, place, name)
    # Releases differ in which of these they save.
    tensors = {key: each for key, each in tensors.items() if key not in computed}
    check_names_and_shapes(network, tensors, stored.path, pipeline.sentences)
    if computed:
        with explained(place, name), Unfilled():
            network = build(network_class, config)
    fill(network, tensors, stored.path)
    kept = {str(each.dtype).removeprefix("torch.") for each in tensors.values() if each.is_floating_point()}
    precision = kept.pop() if len(kept) == 1 else ""
    return Component(name, network.eval().requires_grad_(False), config, stored.assumed, precision)


def diffusers_model(network_class: Any, config: Settings) -> nn.Module:
    """A network of diffusers of what its class knows of a config."""
    network: nn.Module = network_class(**known_of(network_class, config))
    return network


def transformers_model(config_class: Any, network_class: Any, config: Settings) -> nn.Module:
    """A network of transformers of what the class of its config knows of a config."""
    network: nn.Module = network_class(config_class(**known_of(config_class, config)))
    return network


def known_of(network_class: Any, config: Settings) -> Settings:
    """What of a config the class takes."""
    known = inspect.signature(network_class.__init__).parameters
    return {key: value for key, value in config.items() if key in known}


def _check_config(config: Settings, tensors: int, path: Path) -> None:
    """CheckpointError for numbers that would take hours or all memory to build, before the weights show that they are
    not theirs.
    """
    for key, value in _numbers(config):
        check()
        bound = next((most for part, most in (*_MOST.items(), ("layers", tensors)) if part in key), sys.float_info.max)
        if not abs(value) <= bound:
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors", "{key} in {path} is {value}; it can be {bound} at most. Download it again."
                ),
                key=key,
                path=path,
                value=repr(value)[:40],
                bound=bound,
            )


def _numbers(config: Settings) -> Iterator[tuple[str, float]]:
    """Every number in a config by its key, those in lists one by one."""
    for key, value in config.items():
        pending = [value]
        while pending:
            each = pending.pop()
            if isinstance(each, list | tuple):
                pending.extend(each)
            elif isinstance(each, int | float) and not isinstance(each, bool):
                yield key, each


def _check_class(config: Settings, name: str, path: Path) -> None:
    """CheckpointError for the config of another class, whose weights would seem to be broken."""
    said = config.get("_class_name", name)
    if said not in (name, _EARLIER_NAMES.get(name)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} is of a {found}, where its pipeline has a {name}; choose another one."),
            path=path,
            found=str(said),
            name=name,
        )


def _check_computed(network: nn.Module, names: Collection[str], path: Path, name: str) -> None:
    """CheckpointError for more to compute than any network has, such as the places of patches in huge latents."""
    count = sum(buffer.numel() for key, buffer in network.named_buffers() if key in names)
    if count > _MOST_COMPUTED:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} describes a {name} for which {count} numbers would be computed before it is first used; they "
                "can be {most} at most. Download it again.",
            ),
            path=path,
            name=name,
            count=count,
            most=_MOST_COMPUTED,
        )


@contextmanager
def explained(path: Path, name: str) -> Iterator[None]:
    """Turn whatever a library raises for files that it can make nothing of into one sentence, and let it log nothing.

    CheckpointError naming the file at `path` and what was to become of it.
    """
    try:
        with silenced(CLASSES[name]):
            yield
    except StudioError:
        raise
    except Exception as error:  # Wrong values fail wherever they are first used.
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} does not describe a {name} that can be built: {reason}."),
            path=path,
            name=name,
            reason=reason_of(error),
        ) from error
