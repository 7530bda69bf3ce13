"""Vocabulary of CLIP for a file that has none: found beside it, in the hub's cache, or in a library that carries it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_files import read_vocabulary
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import ClipWords
from ddpm_studio.checkpoints.hub import fetched
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

CACHED = (
    "openai/clip-vit-large-patch14",
    "laion/CLIP-ViT-H-14-laion2B-s32B-b79K",
    "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "stabilityai/stable-diffusion-xl-base-1.0",
)
"""Names on the Hugging Face hub under which CLIP's vocabulary is looked for in the cache; nothing is downloaded."""

_LIBRARIES, _PACKED = ("open_clip", "clip"), "bpe_simple_vocab_16e6.txt.gz"
_MERGED = 49152 - 2 * 256 - 2
"""Pairs that CLIP uses of those in the packed list."""

_BEGIN, _END, _FILLER = "<|startoftext|>", "<|endoftext|>", "!"
_INSIDE, _AT_END = "", "</w>"
_PRINTED = (range(33, 127), range(161, 173), range(174, 256))
_MOST = 16 * MIB


def vocabulary_for(path: Path, *, fills_with_ends: bool) -> ClipWords:
    """The vocabulary for the model in the file at `path`, which fills texts up with what ends them, or with "!".

    CheckpointError, saying how it can be had, if it is found nowhere, and for a broken one beside the file.
    """
    words = next(_found(path), None)
    if words is None:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has no vocabulary for prompts, and none is found; put a folder tokenizer with vocab.json and "
                "merges.txt of {name} beside it, or run pip install open_clip_torch.",
            ),
            path=path,
            name=CACHED[0],
        )
    filler = _END if fills_with_ends else _FILLER
    return replace(words, special={"bos_token": _BEGIN, "eos_token": _END, "unk_token": _END, "pad_token": filler})


def _found(path: Path) -> Iterator[ClipWords]:
    beside = path.parent / "tokenizer"
    if beside.is_dir():
        yield read_vocabulary(beside)
    for name in CACHED:
        with suppress(StudioError):
            folder = fetched(name, download=False)
            yield read_vocabulary(folder / "tokenizer" if (folder / "tokenizer").is_dir() else folder)
    for library in _LIBRARIES:
        packed = _in_library(library)
        if packed is not None and packed.is_file():
            yield _unpacked(packed)


def _in_library(name: str) -> Path | None:
    """Where a library would have the packed list; the library is not imported."""
    found = find_spec(name)
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places))) / _PACKED if places else None


def _unpacked(path: Path) -> ClipWords:
    """The vocabulary of OpenAI's packed list of pairs: bytes, bytes at the end of a word, pairs, and both ends."""
    with gzip.open(io.BytesIO(ForeignFile(path).whole(limit=_MOST))) as packed:
        lines = packed.read(_MOST).decode(errors="replace").splitlines()
    pairs = [(first, second) for first, second in (line.split() for line in lines[1 : 1 + _MERGED])]
    letters = list(_letters())
    names = [letter + end for end in (_INSIDE, _AT_END) for letter in letters]
    names += [first + second for first, second in pairs] + [_BEGIN, _END]
    return ClipWords({name: number for number, name in enumerate(names)}, pairs, path)


def _letters() -> Iterator[str]:
    """The letter that stands for each byte: itself where it is printed, else one from 256 on."""
    printed = [each for part in _PRINTED for each in part]
    yield from map(chr, printed)
    yield from (chr(256 + number) for number in range(256 - len(printed)))
