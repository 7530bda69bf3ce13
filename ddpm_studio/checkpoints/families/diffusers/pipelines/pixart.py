"""PixArt-α and -Σ (Chen et al. 2023, 2024): the transformer, and the words of T5 that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ddpm_studio.checkpoints.answers import MAX_SIDE, Answers
from ddpm_studio.checkpoints.families.diffusers.pipelines.autoencoder import enlargement
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.latent_networks import (
    LatentNetwork,
    check_patches,
    check_widths,
    latent_network,
    whole,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import MaskedGuided
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.t5_texts import T5Encoder, read_t5
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.sampling import Condition

_LONGEST = {"PixArtAlphaPipeline": 120, "PixArtSigmaPipeline": 300}
"""Tokens of T5 in each of diffusers' pipelines."""

_TOLD_SIZES = 128
"""The side of latents whose network is told the size of the picture where its config does not say."""


@dataclass(frozen=True, eq=False)
class MaskedWords:
    """Texts of PixArt: the words of T5, (1, L, D), which of them are of the text, (1, L), and sizes where
    they are told.

    Capital letters are small ones, as in diffusers' pipelines.
    """

    encoder: T5Encoder
    sizes: Mapping[str, Tensor]

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt."""
        words, own = self.encoder.encoded(_small(prompt), masked=True)
        return Condition(keywords={"encoder_hidden_states": words, "encoder_attention_mask": own, **self.sizes})

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt."""
        return self(prompt)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the encoder takes."""
        return self.encoder.tokens(_small(prompt))


def guided_by_t5(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The PixArtTransformer2DModel of a pipeline, and what encodes its texts.

    CheckpointError for parts that are not of one model, and for a size that cannot be cut into patches.
    """
    component = read_component(
        pipeline, "transformer", "PixArtTransformer2DModel", diffusers_model, renamed=_without_spare_words
    )
    config, place = component.config, pipeline.place("transformer")
    network = latent_network(MaskedGuided(component.network), component, place, said)
    check_patches(network.shape, whole(config, "patch_size", place, default=2), place, most=MAX_SIDE)
    encoder = read_t5(pipeline, "", _LONGEST.get(str(pipeline.settings.get("_class_name")), 120))
    check_widths(pipeline, config.get("caption_channels") or config.get("cross_attention_dim"), encoder.width)
    sizes = _sizes(network, enlargement(pipeline)) if _is_told_sizes(config) else {}
    return replace(network, texts=MaskedWords(encoder, sizes), encoders=(encoder.component,), guidance=4.5)


def _small(prompt: str) -> str:
    return prompt.lower().strip()


def _is_told_sizes(config: Settings) -> bool:
    told = config.get("use_additional_conditions")
    return config.get("sample_size", _TOLD_SIZES) == _TOLD_SIZES if told is None else bool(told)


def _sizes(network: LatentNetwork, enlarged: int) -> Mapping[str, Tensor]:
    """Height and width of the picture, (1, 2), and their ratio, (1, 1)."""
    height, width = (float(side * enlarged) for side in network.shape[1:])
    return {"resolution": torch.tensor([[height, width]]), "aspect_ratio": torch.tensor([[height / width]])}


def _without_spare_words(tensors: Tensors) -> Tensors:
    """The tensors but for the words of no text, which early releases of diffusers saved and none reads."""
    return {name: each for name, each in tensors.items() if name != "caption_projection.y_embedding"}
