"""Weight files beside a diffusers config: one or several, in full precision or a variant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.checkpoints.strangers import is_of_training
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.filetypes import SAFETENSORS, WEIGHTS
from ddpm_studio.texts import to_type

LONGEST_NAME = 255
"""Letters of a file's name, the most that file systems take."""

WEIGHTS_NAME = "diffusion_pytorch_model"
"""How the names begin that diffusers gives to weights."""

_WEIGHTS = (*SAFETENSORS.suffixes, *WEIGHTS.suffixes)
_SINGLE = r"(?:{names})(?:\.(?P<variant>\w+))?\.(?P<kind>safetensors|bin)"
_SHARDED = r"(?:{names})\.(?P<kind>safetensors|bin)\.index(?:\.(?P<variant>\w+))?\.json"


@dataclass(frozen=True)
class WeightFiles:
    """The files that together hold one set of weights, and their variant ("fp16", "bf16", …), or ""."""

    paths: tuple[Path, ...]
    variant: str

    @property
    def assumed(self) -> tuple[Assumption, ...]:
        """The assumption to report about weights of reduced precision."""
        text = QT_TRANSLATE_NOOP("checkpoints", "the {variant} variant of the weights, the only one here, in float32")
        return (Assumption(text, {"variant": self.variant}),) if self.variant else ()


def weight_files_in(folder: Path, *names: str) -> WeightFiles:
    """The best weights in `folder`, those that begin with one of these names, or as diffusers': plain ones before a
    variant, safetensors before pickles; or else those of another name, if there is but one file of them.

    CheckpointError if there are none, or several of other names, and if the index of sharded weights is broken.
    """
    every = _sets(folder, names or (WEIGHTS_NAME,))
    found = sorted(every, key=lambda entry: (bool(entry[0]), entry[0] == "non_ema", entry[1], entry[2].name))
    if not found:
        return WeightFiles((_only_one(folder),), "")
    variant, _, path = found[0]
    return WeightFiles(_shards(path) if path.suffix == ".json" else (path,), variant)


def missing(path: Path) -> CheckpointError:
    """The error for a file that belongs to a checkpoint and is not there."""
    return CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is missing; download the checkpoint again."), path=path)


def _only_one(folder: Path) -> Path:
    """The weights of any name; CheckpointError if there are none or several."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix in _WEIGHTS and path.is_file())
    names = [name for name in names if not is_of_training(name)]
    if len(names) == 1:
        return folder / names[0]
    if not names:
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} has no weights; download diffusion_pytorch_model.safetensors (or .bin) into it."
        )
        raise CheckpointError(template, path=folder)
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} has several files of weights, none called diffusion_pytorch_model; open one, such as {file}."
    )
    raise CheckpointError(template, path=folder, file=to_type(folder / names[0]))


def _sets(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, bool, Path]]:
    """(variant, True for a pickle, path) of every set of weights."""
    patterns = [each.format(names="|".join(names)) for each in (_SINGLE, _SHARDED)]
    for path in folder.iterdir():
        match = next(filter(None, (re.fullmatch(each, path.name) for each in patterns)), None)
        if match:
            yield match["variant"] or "", match["kind"] == "bin", path


def _shards(index: Path) -> tuple[Path, ...]:
    places = read_settings(index).get("weight_map")
    names = sorted(set(map(str, places.values()))) if isinstance(places, dict) else []
    if not names or not all(map(_is_beside, names)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} does not list the weight files; download it again."), path=index
        )
    return tuple(index.parent / name for name in names)


def _is_beside(name: str) -> bool:
    """True for the name of a file in the same folder, as long as such names are at most."""
    return PurePath(name).name == name and name not in ("", "..") and len(name) <= LONGEST_NAME
