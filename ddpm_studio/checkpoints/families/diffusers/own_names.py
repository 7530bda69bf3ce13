"""Own names: weights of a UNet2DModel that are not called as diffusers calls them, but lie beside its config.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
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
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.filetypes import FOLDER
from ddpm_studio.texts import Text

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


def misfit_beside(source: StoredFile) -> Text | None:
    """Why the config.json beside weights is not that of their network; None if it is, or where there is none."""
    path = _place(source)
    if path is None:
        return None
    try:
        config = read_settings(path)
    except StudioError as error:
        return Text(_UNREADABLE, {"reason": error})
    if "UNet2DModel" not in classes_of(config):
        return Text(_NO_UNET, {})
    differing = next(_differing(config, source), None)
    return differing and Text(_DIFFERING, dict(zip(("key", "said", "told"), differing, strict=True)))


_UNREADABLE = QT_TRANSLATE_NOOP("checkpoints", "which cannot be read: {reason}")
_NO_UNET = QT_TRANSLATE_NOOP("checkpoints", "which is not that of a UNet2DModel")
_DIFFERING = QT_TRANSLATE_NOOP("checkpoints", "whose {key} is {said} where the weights have {told}")


def _place(source: StoredFile) -> Path | None:
    """Where the config.json beside weights of their own name is, None where there is none."""
    path = source.path.parent / _CONFIG
    is_own = source.is_file and source.path.name not in FOLDER.names and not source.path.name.startswith(WEIGHTS_NAME)
    return path if is_own and path.is_file() and not source.is_program else None


def _config(source: StoredFile) -> Settings:
    """The config of a UNet2DModel in the folder of a file, empty where there is none."""
    path = _place(source)
    with suppress(StudioError):
        config = {} if path is None else read_settings(path)
        return config if "UNet2DModel" in classes_of(config) else {}
    return {}


def _fits(config: Settings, source: StoredFile) -> bool:
    prefix = best_prefix(source.tensors, FIRST)
    if prefix is None:
        return False
    with suppress(LookupError, ValueError):
        return not any(_differing(config, source))
    return False


def _differing(config: Settings, source: StoredFile) -> Iterator[tuple[str, object, object]]:
    """Each setting that the shapes of the weights contradict, with what both say."""
    from ddpm_studio.checkpoints.families.shared.outline import Outline

    tensors: dict[str, Tensor] = dict(source.tensors)
    told = told_by(Outline(in_new_names(under(best_prefix(tensors, FIRST) or "", tensors)))).config
    for key in _TOLD:
        said, here = _listed(config.get(key, _usual(key))), _listed(told[key])
        if said != here:
            yield key, said, here


def _usual(key: str) -> object:
    return getattr(UNet2DArchitecture, key)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
