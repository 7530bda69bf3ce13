"""Files of CLIP's vocabulary, as they lie in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import ClipWords
from ddpm_studio.checkpoints.families.diffusers.weight_files import missing
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

_WHOLE, _VOCABULARY, _MERGES = "tokenizer.json", "vocab.json", "merges.txt"
_SPECIAL = ("unk_token", "bos_token", "eos_token", "pad_token")

_TokensAndPairs = tuple[Mapping[str, int], Sequence[tuple[str, str]]]


def read_vocabulary(folder: Path) -> ClipWords:
    """The vocabulary of the files in `folder`; CheckpointError if they are missing or broken."""
    tokens, merges = _read(folder)
    named = {**_settings(folder / "special_tokens_map.json"), **_settings(folder / "tokenizer_config.json")}
    special = {key: text for key in _SPECIAL if (text := _text(named.get(key))) in tokens}
    length = named.get("model_max_length")
    return ClipWords(tokens, merges, folder, special, length if isinstance(length, int) and length >= 2 else None)


def _read(folder: Path) -> _TokensAndPairs:
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


def _checked(vocabulary: object, pairs: object, folder: Path) -> _TokensAndPairs:
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
