"""Texts encoded by CLIP, one encoder or two, as Stable Diffusion is guided by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_tokens import read_tokenizer
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import (
    Component,
    read_component,
    transformers_model,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import library_class
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.text_encoders import (
    ENCODER_FILES,
    config_of,
    encoder_class,
)
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.sampling import Condition

_KINDS = ("CLIPTextModel", "CLIPTextModelWithProjection")


@dataclass(frozen=True, eq=False)
class TextEncoder:
    """An encoder of text with its tokenizer."""

    component: Component
    tokenizer: Any

    @property
    def width(self) -> int:
        """The numbers that it gives for a token."""
        return int(config_of(self.component).hidden_size)

    @property
    def vector(self) -> int:
        """The numbers that it gives for a whole text, where it projects them."""
        return int(config_of(self.component).projection_dim)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, its ends counted, and how many the encoder takes."""
        return len(self.tokenizer(prompt, verbose=False).input_ids), self.tokenizer.model_max_length

    def encoded(self, prompt: str) -> Any:
        """What transformers returns for a prompt, cut and padded to the encoder's length."""
        found = self.tokenizer(prompt, padding="max_length", truncation=True, return_tensors="pt")
        mask = found.attention_mask if self.component.config.get("use_attention_mask") else None
        with torch.no_grad():
            return self.component.network(found.input_ids, attention_mask=mask, output_hidden_states=True)


@dataclass(frozen=True, eq=False)
class LastLayer:
    """Texts of Stable Diffusion 1 and 2: the last layer of one encoder, normalised, (1, L, D)."""

    encoder: TextEncoder

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt."""
        return Condition(keywords={"encoder_hidden_states": self.encoder.encoded(prompt)[0]})

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt."""
        return self(prompt)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the encoder takes."""
        return self.encoder.tokens(prompt)


@dataclass(frozen=True, eq=False)
class LayersBesideVector:
    """Texts of SDXL (Podell et al. 2023): the last layer but one of two encoders side by side, (1, L, D + D'), the
    whole text as the second one's vector, and sizes, (1, 6).

    No negative prompt is all zeros where the pipeline says so.
    """

    encoders: tuple[TextEncoder, TextEncoder]
    sizes: Tensor
    nothing_is_zero: bool

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt."""
        first, second = (each.encoded(prompt) for each in self.encoders)
        words = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], -1)
        return self._condition(words, second.text_embeds)

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt, or of none."""
        given = self(prompt)
        if prompt or not self.nothing_is_zero:
            return given
        words, vector = (torch.zeros_like(given.keywords[name]) for name in ("encoder_hidden_states", "text_embeds"))
        return self._condition(words, vector)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the encoders take."""
        return self.encoders[0].tokens(prompt)

    def _condition(self, words: Tensor, vector: Tensor) -> Condition:
        return Condition(keywords={"encoder_hidden_states": words, "text_embeds": vector, "time_ids": self.sizes})


def read_text_encoder(pipeline: StoredPipeline, number: str = "") -> TextEncoder:
    """The text encoder of a pipeline with its tokenizer: the first, or that of the `number` "_2".

    CheckpointError for one that is missing, broken, or no text encoder of CLIP.
    """
    part = f"text_encoder{number}"
    name = encoder_class(pipeline, part, *_KINDS)
    build = partial(transformers_model, library_class("CLIPTextConfig", pipeline))
    component = read_component(pipeline, part, name, build, weights=ENCODER_FILES, renamed=_named(name))
    config = config_of(component)
    tokenizer = read_tokenizer(pipeline, f"tokenizer{number}", config.vocab_size, config.max_position_embeddings)
    return TextEncoder(component, tokenizer)


def _named(name: str) -> Callable[[Tensors], Tensors]:
    """What gives the tensors of any release the names that this one has."""
    root = "text_model." if name == "CLIPTextModelWithProjection" else ""

    def renamed(tensors: Tensors) -> Tensors:
        plain = {each.removeprefix("text_model."): tensor for each, tensor in tensors.items()}
        kept = {each: tensor for each, tensor in plain.items() if not each.endswith("position_ids")}
        return {each if each.startswith("text_projection.") else root + each: one for each, one in kept.items()}

    return renamed
