"""Tokens of CLIP: a vocabulary that was read here, given to transformers' tokenizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ddpm_studio.checkpoints.families.diffusers.pipelines.components import explained
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import library_class
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

LONGEST = 77
"""Tokens that CLIP was trained on at most, the first and the last of which say where the text begins and ends."""


def read_tokenizer(pipeline: StoredPipeline, part: str, vocabulary: int, longest: int) -> Any:
    """The CLIPTokenizer of a part, for an encoder that knows so many tokens and texts of that length.

    CheckpointError if its vocabulary is missing or broken, or has tokens that the encoder does not know.
    """
    words = pipeline.vocabulary(part)
    check_known(1 + max(words.tokens.values(), default=-1), vocabulary, words.path)
    length = min(words.longest or LONGEST, longest)
    tokenizer_class = library_class("CLIPTokenizer", pipeline)
    with explained(words.path, "CLIPTokenizer"):
        made = tokenizer_class(dict(words.tokens), list(words.merges), model_max_length=length, **words.special)
    # Those that say where a text begins and ends are added where the vocabulary lacks them.
    check_known(1 + max(made.get_vocab().values()), vocabulary, words.path)
    return made


def check_known(tokens: int, known: int, path: Path) -> None:
    """CheckpointError for no tokens, and for more than the text encoder knows."""
    if not 1 <= tokens <= known:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has {tokens} tokens, but the text encoder beside it knows {known}; download the folder again.",
            ),
            path=path,
            tokens=tokens,
            known=known,
        )
