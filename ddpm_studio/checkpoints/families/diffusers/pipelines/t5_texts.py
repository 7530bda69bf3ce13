"""Texts encoded by T5, as Stable Diffusion 3, Flux and PixArt are guided by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_tokens import check_known
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import (
    Component,
    explained,
    read_component,
    transformers_model,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import library_class
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.t5_pieces import SENTINEL, read_pieces
from ddpm_studio.checkpoints.families.diffusers.pipelines.text_encoders import (
    ENCODER_FILES,
    config_of,
    encoder_class,
)
from ddpm_studio.checkpoints.families.shared.filling import Tensors

_KIND = "T5EncoderModel"
_WORDS = ("shared.weight", "encoder.embed_tokens.weight")
"""Two names of one tensor, of which some files have only one."""


@dataclass(frozen=True, eq=False)
class T5Encoder:
    """An encoder of text with its tokenizer, which takes `longest` tokens of a text."""

    component: Component
    tokenizer: Any
    longest: int

    @property
    def width(self) -> int:
        """The numbers that it gives for a token."""
        return int(config_of(self.component).d_model)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, its end counted, and how many the encoder takes."""
        return len(self.tokenizer(prompt, verbose=False).input_ids), self.longest

    def encoded(self, prompt: str, *, masked: bool = False) -> tuple[Tensor, Tensor]:
        """A prompt cut and filled up to the length, (1, L, D), and which of its tokens are its own, (1, L) int64.

        Only if `masked` do these not see the others.
        """
        found = self.tokenizer(
            prompt, padding="max_length", truncation=True, max_length=self.longest, return_tensors="pt"
        )
        with torch.no_grad():
            words = self.component.network(found.input_ids, attention_mask=found.attention_mask if masked else None)
        return words[0], found.attention_mask


def read_t5(pipeline: StoredPipeline, number: str, longest: int) -> T5Encoder:
    """The T5 encoder of a pipeline with its tokenizer, that of the `number` "", "_2" or "_3", for so many tokens.

    CheckpointError for one that is missing, broken, or no encoder of T5.
    """
    part = f"text_encoder{number}"
    encoder_class(pipeline, part, _KIND)
    build = partial(transformers_model, library_class("T5Config", pipeline))
    component = read_component(pipeline, part, _KIND, build, weights=ENCODER_FILES, renamed=_under_both_names)
    network: Any = component.network
    network.shared = network.encoder.embed_tokens
    known = int(config_of(component).vocab_size)
    return T5Encoder(component, _read_tokenizer(pipeline, f"tokenizer{number}", known), longest)


def _under_both_names(tensors: Tensors) -> Tensors:
    words = next((tensors[name] for name in _WORDS if name in tensors), None)
    return tensors if words is None else {**dict.fromkeys(_WORDS, words), **tensors}


def _read_tokenizer(pipeline: StoredPipeline, part: str, known: int) -> Any:
    """The T5Tokenizer of a part, for an encoder that knows so many tokens.

    CheckpointError if its vocabulary is missing or broken, or has tokens that the encoder does not know.
    """
    words = read_pieces(pipeline.place(part).parent)
    check_known(len(words.pieces), known, words.path)
    tokenizer_class = library_class("T5Tokenizer", pipeline)
    sentinels = [piece for piece, _ in words.pieces if piece.startswith(SENTINEL)]
    with explained(words.path, "T5Tokenizer"):
        made = tokenizer_class(
            list(words.pieces),
            _spm_precompiled_charsmap=words.characters or None,
            extra_ids=0,
            additional_special_tokens=sentinels,
        )
    # Those for the end, for what is unknown and for filling up are added where the vocabulary lacks them.
    check_known(1 + max(made.get_vocab().values()), known, words.path)
    return made
