"""Own names: weights of a UNet2DModel that are not called as diffusers calls them, but lie beside its config.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Fact
from ddpm_studio.checkpoints.families.diffusers.architecture import UNet2DArchitecture
from ddpm_studio.checkpoints.families.diffusers.other_classes import classes_of
from ddpm_studio.checkpoints.families.diffusers.renaming import FIRST, in_new_names
from ddpm_studio.checkpoints.families.diffusers.told_by_shapes import told_by
from ddpm_studio.checkpoints.families.diffusers.weight_files import WEIGHTS_NAME
from ddpm_studio.checkpoints.families.shared.facts import weights_fact
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged, under
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.errors import StudioError
from ddpm_studio.files.filetypes import FOLDER

if TYPE_CHECKING:
    from torch import Tensor

    from ddpm_studio.checkpoints.reading.stored_file import StoredFile

_CONFIG = FOLDER.names[1]
_AVERAGED = re.compile(r"(?:^|[_.-])ema(?:[_.-]|$)", re.IGNORECASE)
_TOLD = ("in_channels", "out_channels", "block_out_channels", "layers_per_block")
"""Settings by which a config is known to be that of other weights."""


def is_described_beside(source: StoredFile) -> bool:
    """True for weights of any name but diffusers' own, if config.json beside them has their UNet2DModel."""
    config = _config(source)
    return bool(config) and _fits(config, source)


def averaged_in(source: StoredFile) -> Iterator[Fact]:
    """That the weights are averaged, where their prefix in the file says so, or the file's name."""
    if is_inside_averaged(source) or is_named_averaged(source):
        yield weights_fact(averaged=True)


def is_named_averaged(source: StoredFile) -> bool:
    """True if nothing but the name of the file says that its weights are averaged."""
    return bool(_AVERAGED.search(source.path.stem)) and not is_inside_averaged(source)


def is_inside_averaged(source: StoredFile) -> bool:
    """True if the prefix of the weights says that they are averaged."""
    return is_averaged(best_prefix(source.tensors, FIRST) or "")


def _config(source: StoredFile) -> Settings:
    """The config of a UNet2DModel in the folder of a file, empty where there is none."""
    path = source.path.parent / _CONFIG
    is_own = source.is_file and source.path.name not in FOLDER.names and not source.path.name.startswith(WEIGHTS_NAME)
    if not is_own or not path.is_file() or source.is_program:
        return {}
    with suppress(StudioError):
        config = read_settings(path)
        return config if "UNet2DModel" in classes_of(config) else {}
    return {}


def _fits(config: Settings, source: StoredFile) -> bool:
    from ddpm_studio.checkpoints.families.shared.outline import Outline

    tensors: dict[str, Tensor] = dict(source.tensors)
    prefix = best_prefix(tensors, FIRST)
    if prefix is None:
        return False
    with suppress(LookupError, ValueError):
        told = told_by(Outline(in_new_names(under(prefix, tensors)))).config
        return all(_listed(told[key]) == _listed(config.get(key, _usual(key))) for key in _TOLD)
    return False


def _usual(key: str) -> object:
    return getattr(UNet2DArchitecture, key)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
