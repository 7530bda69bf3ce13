"""Weight files beside a diffusers config: one or several, in full precision or a variant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

LONGEST_NAME = 255
"""Letters of a file's name, the most that file systems take."""

_SINGLE = re.compile(r"diffusion_pytorch_model(?:\.(?P<variant>\w+))?\.(?P<kind>safetensors|bin)")
_SHARDED = re.compile(r"diffusion_pytorch_model\.(?P<kind>safetensors|bin)\.index(?:\.(?P<variant>\w+))?\.json")


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


def weight_files_in(folder: Path) -> WeightFiles:
    """The best weights in `folder`: plain ones before a variant, safetensors before pickles.

    CheckpointError if there are none, and if the index of sharded weights is broken.
    """
    found = sorted(_sets(folder), key=lambda entry: (bool(entry[0]), entry[0] == "non_ema", entry[1], entry[2].name))
    if not found:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has no weights; download diffusion_pytorch_model.safetensors (or .bin) into it.",
            ),
            path=folder,
        )
    variant, _, path = found[0]
    return WeightFiles(_shards(path) if path.suffix == ".json" else (path,), variant)


def _sets(folder: Path) -> Iterator[tuple[str, bool, Path]]:
    """(variant, True for a pickle, path) of every set of weights."""
    for path in folder.iterdir():
        match = _SINGLE.fullmatch(path.name) or _SHARDED.fullmatch(path.name)
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
