"""Fingerprint of a checkpoint: how a recipe names it wherever it lies, and how it is found again by that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ddpm_studio.checkpoints.beside import SUFFIX
from ddpm_studio.checkpoints.identity import key_of, weights_of
from ddpm_studio.checkpoints.location import bundled, is_hub_name
from ddpm_studio.checkpoints.remembered import places_remembered
from ddpm_studio.checkpoints.trust import digest_of
from ddpm_studio.errors import StudioError
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.recipes.recipe import RecipeCheckpoint
from ddpm_studio.texts import visible_name


def fingerprint_of(named: str, path: Path) -> RecipeCheckpoint:
    """That of the checkpoint at `path`, which a person `named`: all of its weights are read for the SHA-256.

    Of a path the last part is kept.
    """
    weights = weights_of(path)
    digest = ""
    with suppress(StudioError, OSError):
        digest = "" if weights is None else digest_of(ForeignFile(weights))
    return replace(key_alone(named, path), sha256=digest)


def key_alone(named: str, path: Path) -> RecipeCheckpoint:
    """The same without the SHA-256, for whoever cannot wait until gigabytes are read."""
    name = named if named in bundled() or is_hub_name(named) else visible_name(str(path))
    return RecipeCheckpoint(name, _key(path))


def found_again(wanted: RecipeCheckpoint, known: Iterable[str] = ()) -> str | None:
    """The path or name of the checkpoint that a recipe means, among those `known`, bundled and remembered.

    None is opened for that, only looked at.
    """
    for place, path in _candidates(known):
        if wanted.key:
            if _key(path) == wanted.key:
                return place
        elif wanted.sha256 and fingerprint_of(place, path).sha256 == wanted.sha256:
            return place
    return None


def _candidates(known: Iterable[str]) -> Iterator[tuple[str, Path]]:
    yield from bundled().items()
    for place in dict.fromkeys((*known, *places_remembered())):
        if place not in bundled():
            yield place, Path(place)


def _key(path: Path) -> str:
    """The key of its content without the answers that may lie in it, "" if it cannot be read."""
    return key_of(path, leaving_out=SUFFIX) or ""
