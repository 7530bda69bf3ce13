"""Tokens of CLIP: a vocabulary that was read here, given to transformers' tokenizer."""

from __future__ import annotations

from typing import Any

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
    if not words.tokens or max(words.tokens.values()) >= vocabulary:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has {tokens} tokens, but the text encoder beside it knows {known}; download the folder again.",
            ),
            path=words.path,
            tokens=len(words.tokens),
            known=vocabulary,
        )
    length = min(words.longest or LONGEST, longest)
    made = library_class("CLIPTokenizer", pipeline)
    return made(dict(words.tokens), list(words.merges), model_max_length=length, **words.special)
