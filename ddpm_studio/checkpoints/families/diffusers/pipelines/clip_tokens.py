"""Tokens of CLIP: its vocabulary as it lies in a pipeline's folder, read here and given to transformers' tokenizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ddpm_studio.checkpoints.families.diffusers.pipelines.components import explained
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import library_class
from ddpm_studio.checkpoints.families.diffusers.weight_files import missing
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

_WHOLE, _VOCABULARY, _MERGES = "tokenizer.json", "vocab.json", "merges.txt"
_SPECIAL = ("unk_token", "bos_token", "eos_token", "pad_token")
LONGEST = 77
"""Tokens that CLIP was trained on at most, the first and the last of which say where the text begins and ends."""


def read_tokenizer(folder: Path, vocabulary: int, longest: int) -> Any:
    """The CLIPTokenizer of the files in `folder`, for an encoder that knows so many tokens and texts of that length.

    CheckpointError if the files are missing or broken, or hold tokens that the encoder does not know.
    """
    tokens, merges = _read(folder)
    _check_known(1 + max(tokens.values(), default=-1), vocabulary, folder)
    named = {**_settings(folder / "special_tokens_map.json"), **_settings(folder / "tokenizer_config.json")}
    special = {key: text for key in _SPECIAL if (text := _text(named.get(key))) in tokens}
    length = named.get("model_max_length")
    told = length if isinstance(length, int) and length >= 2 else LONGEST
    tokenizer_class = library_class("CLIPTokenizer", folder)
    with explained(folder, "CLIPTokenizer"):
        tokenizer = tokenizer_class(tokens, merges, model_max_length=min(told, longest), **special)
    # Those that say where a text begins and ends are added where the vocabulary lacks them.
    _check_known(1 + max(tokenizer.get_vocab().values()), vocabulary, folder)
    return tokenizer


def _check_known(tokens: int, known: int, folder: Path) -> None:
    """CheckpointError for no tokens, and for more than the text encoder knows."""
    if not 1 <= tokens <= known:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has {tokens} tokens, but the text encoder beside it knows {known}; download the folder again.",
            ),
            path=folder,
            tokens=tokens,
            known=known,
        )


def _read(folder: Path) -> tuple[Mapping[str, int], Sequence[tuple[str, str]]]:
    """The number of each token, and the pairs that are merged, in order."""
    if (folder / _VOCABULARY).is_file() and (folder / _MERGES).is_file():
        vocabulary: object = read_settings(folder / _VOCABULARY)
        lines = ForeignFile(folder / _MERGES).whole(limit=16 * MIB).decode(errors="replace").splitlines()
        pairs: object = [line.split() for line in lines if line.strip() and not line.startswith("#version")]
    elif (folder / _WHOLE).is_file():
        model = read_settings(folder / _WHOLE).get("model")
        held = model if isinstance(model, dict) else {}
        vocabulary, pairs = held.get("vocab"), held.get("merges")
    else:
        raise missing(folder / (_MERGES if (folder / _VOCABULARY).is_file() else _VOCABULARY))
    return _checked(vocabulary, pairs, folder)


def _checked(vocabulary: object, pairs: object, folder: Path) -> tuple[Mapping[str, int], Sequence[tuple[str, str]]]:
    if isinstance(vocabulary, dict) and isinstance(pairs, list):
        halves = [each.split() if isinstance(each, str) else each for each in pairs]
        numbered = all(isinstance(each, int) and each >= 0 for each in vocabulary.values())
        if numbered and all(_is_pair(each, vocabulary) for each in halves):
            return vocabulary, [(first, second) for first, second in halves]
    raise CheckpointError(
        QT_TRANSLATE_NOOP("errors", "The vocabulary in {path} is broken; download the folder again."), path=folder
    )


def _is_pair(each: object, vocabulary: Mapping[str, int]) -> bool:
    """Whether these are two tokens that make one: tokenizers ends the process for what makes none."""
    if not (isinstance(each, list) and len(each) == 2 and all(isinstance(half, str) for half in each)):
        return False
    return all(part in vocabulary for part in (*each, "".join(each)))


def _settings(path: Path) -> Settings:
    return read_settings(path) if path.is_file() else {}


def _text(token: object) -> str:
    """A special token, which is written as a text or with how it is stripped."""
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else ""
