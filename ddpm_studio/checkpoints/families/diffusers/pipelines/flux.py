"""Flux, dev and schnell (Black Forest Labs 2024): the transformer, and the texts of CLIP and T5 that it is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from ddpm_studio.checkpoints.answers import MAX_SIDE, Answers
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_texts import TextEncoder, read_text_encoder
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.latent_networks import (
    LatentNetwork,
    check_patches,
    check_same_channels,
    check_widths,
    whole,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import PackedGuided
from ddpm_studio.checkpoints.families.diffusers.pipelines.size_shift import SizeShift
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.t5_texts import T5Encoder, read_t5
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling import Condition

_CLASS = "FluxTransformer2DModel"
_LONGEST, _SIDE, _PATCH = 512, 128, 2
"""Tokens of T5, the side of latents, and that of a patch in diffusers' pipeline."""

_SIZE = QT_TRANSLATE_NOOP("checkpoints", "latents of {side} × {side}, as in diffusers' own pipeline")


@dataclass(frozen=True, eq=False)
class WordsBesideVector:
    """Texts of Flux: the words of T5, (1, L, D), and the whole text as the vector of CLIP, (1, E)."""

    clip: TextEncoder
    t5: T5Encoder

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt."""
        vector, (words, _) = self.clip.encoded(prompt).pooler_output, self.t5.encoded(prompt)
        return Condition(keywords={"encoder_hidden_states": words, "pooled_projections": vector})

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt."""
        return self(prompt)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many T5 takes."""
        return self.t5.tokens(prompt)


def guided_by_words_and_vector(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The FluxTransformer2DModel of a pipeline, and what encodes its texts.

    UnsupportedError for one that is given more than latents and texts; CheckpointError for parts that are not of one
    model, and for a size that cannot be cut into patches.
    """
    config, place = pipeline.config("transformer"), pipeline.place("transformer")
    channels = whole(config, "in_channels", place, default=64)
    check_same_channels(pipeline, _CLASS, channels, whole(config, "out_channels", place, default=channels))
    component = read_component(pipeline, "transformer", _CLASS, diffusers_model)
    _check_axes(config, place)
    shape = said.picture_shape(channels // _PATCH**2, place) or (channels // _PATCH**2, _SIDE, _SIDE)
    check_patches(shape, _PATCH, place, most=MAX_SIDE)
    clip, t5 = read_text_encoder(pipeline), read_t5(pipeline, "_2", _LONGEST)
    check_widths(pipeline, whole(config, "joint_attention_dim", place, default=4096), t5.width)
    check_widths(pipeline, whole(config, "pooled_projection_dim", place, default=768), clip.width)
    is_told = bool(config.get("guidance_embeds"))
    return LatentNetwork(
        PackedGuided(component.network),
        component,
        shape,
        texts=WordsBesideVector(clip, t5),
        encoders=(clip.component, t5.component),
        guidance=3.5 if is_told else 1.0,
        tells_guidance=_told if is_told else None,
        shift=SizeShift(shape[1] * shape[2] // _PATCH**2, steps="flow_shift"),
        assumed=() if said.shape else (Assumption(_SIZE, {"side": _SIDE}, about=("shape",)),),
    )


def _told(scale: float) -> Condition:
    """The condition of guidance, as dev is told it."""
    return Condition(keywords={"guidance": torch.tensor([scale])})


def _check_axes(config: Settings, place: Path) -> None:
    """CheckpointError unless the numbers of each head are shared out among the axes along which places are told."""
    axes, head = config.get("axes_dims_rope", [16, 56, 56]), config.get("attention_head_dim", 128)
    numbers = [each for each in axes if isinstance(each, int) and each > 0] if isinstance(axes, list) else []
    if len(numbers) != 3 or axes != numbers or sum(numbers) != head:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "axes_dims_rope in {path} is {value}; it must be three whole numbers above 0 that add up to "
                "attention_head_dim, {head}. Download it again.",
            ),
            path=place,
            value=repr(axes)[:40],
            head=head,
        )
