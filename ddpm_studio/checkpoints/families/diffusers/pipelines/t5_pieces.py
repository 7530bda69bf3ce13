"""Pieces of T5's vocabulary, as they lie in a folder."""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.replaced_characters import is_sound
from ddpm_studio.checkpoints.families.diffusers.pipelines.spiece_model import read_spiece
from ddpm_studio.checkpoints.families.diffusers.weight_files import missing
from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

SENTINEL = "<extra_id_"
"""How the pieces begin that stand for gaps in a text, which only T5's training has."""

_WHOLE, _SPIECE = "tokenizer.json", "spiece.model"
_SENTINELS = 100


@dataclass(frozen=True, eq=False)
class T5Pieces:
    """Each piece of a text with its score, in the order of their numbers, and where they are from.

    `characters` is SentencePiece's table of those that are replaced by others first, b"" for none.
    """

    pieces: Sequence[tuple[str, float]]
    path: Path
    characters: bytes = b""


def read_pieces(folder: Path) -> T5Pieces:
    """The vocabulary of the files in `folder`; CheckpointError if they are missing or broken."""
    path = next((path for name in (_WHOLE, _SPIECE) if (path := folder / name).is_file()), None)
    if path is None:
        raise missing(folder / _WHOLE)
    try:
        pieces, characters = _of_tokenizer(path) if path.name == _WHOLE else _of_spiece(path)
    except ValueError as error:
        raise _broken(path) from error
    if not all(_is_scored(*each) for each in pieces) or (characters and not is_sound(characters)):
        raise _broken(path)
    return T5Pieces(pieces, path, characters)


def _of_spiece(path: Path) -> tuple[list[tuple[str, float]], bytes]:
    pieces, characters = read_spiece(ForeignFile(path).whole(limit=8 * MIB))
    # transformers adds those that it lacks, the last first.
    return [*pieces, *((f"{SENTINEL}{i}>", 0.0) for i in reversed(range(_SENTINELS)))], characters


def _of_tokenizer(path: Path) -> tuple[list[tuple[str, float]], bytes]:
    whole = read_settings(path)
    model = whole.get("model")
    pieces = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(pieces, list) or not all(isinstance(each, list) and len(each) == 2 for each in pieces):
        raise ValueError("it has no pieces with scores")
    tables = [each.get("precompiled_charsmap") for each in _normalizers(whole.get("normalizer"))]
    table = next((each for each in tables if isinstance(each, str)), "")
    return [(piece, score) for piece, score in pieces], b64decode(table, validate=True)


def _normalizers(entry: object) -> Iterator[dict[str, object]]:
    """What is done to a text before it is cut into pieces: one entry, or a list in one."""
    if isinstance(entry, dict):
        inner = entry.get("normalizers")
        yield from (each for each in (inner if isinstance(inner, list) else [entry]) if isinstance(each, dict))


def _is_scored(piece: object, score: object) -> bool:
    return isinstance(piece, str) and piece != "" and isinstance(score, int | float) and math.isfinite(score)


def _broken(path: Path) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP("errors", "The vocabulary in {path} is broken; download the folder again."), path=path
    )
