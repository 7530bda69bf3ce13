"""Stable Diffusion 3 and 3.5 (Esser et al. 2024): the transformer, and the texts of three encoders that it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import pad

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_texts import TextEncoder, read_text_encoder
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.latent_networks import (
    LatentNetwork,
    check_patches,
    check_widths,
    latent_network,
    whole,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import JointlyGuided
from ddpm_studio.checkpoints.families.diffusers.pipelines.size_shift import SizeShift
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.t5_texts import T5Encoder, read_t5
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.sampling import Condition

_LONGEST = 256
"""Tokens of T5 in diffusers' pipeline."""

_WITHOUT_T5 = QT_TRANSLATE_NOOP("checkpoints", "zeros in place of the words of T5, which is not there")


@dataclass(frozen=True, eq=False)
class WordsOfThree:
    """Texts of Stable Diffusion 3: the last layer but one of two encoders of CLIP side by side, then the words of T5,
    (1, L, D), and the vectors of the two side by side.

    Without T5, its words are zeros.
    """

    encoders: tuple[TextEncoder, TextEncoder]
    t5: T5Encoder | None
    width: int

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt."""
        first, second = (each.encoded(prompt) for each in self.encoders)
        words = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], -1)
        words = torch.cat([pad(words, (0, self.width - words.shape[-1])), self._words_of_t5(prompt)], 1)
        vector = torch.cat([first.text_embeds, second.text_embeds], -1)
        return Condition(keywords={"encoder_hidden_states": words, "pooled_projections": vector})

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt."""
        return self(prompt)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the encoder takes that takes most."""
        return (self.t5 or self.encoders[0]).tokens(prompt)

    def _words_of_t5(self, prompt: str) -> Tensor:
        return torch.zeros(1, _LONGEST, self.width) if self.t5 is None else self.t5.encoded(prompt)[0]


def guided_by_three(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The SD3Transformer2DModel of a pipeline, and what encodes its texts.

    CheckpointError for parts that are not of one model, and for a size that the network has no places for.
    """
    component = read_component(pipeline, "transformer", "SD3Transformer2DModel", diffusers_model)
    config, place = component.config, pipeline.place("transformer")
    network = latent_network(JointlyGuided(component.network), component, place, said)
    patch = whole(config, "patch_size", place, default=2)
    check_patches(network.shape, patch, place, most=whole(config, "pos_embed_max_size", place, default=96))
    encoders = read_text_encoder(pipeline), read_text_encoder(pipeline, "_2")
    t5 = read_t5(pipeline, "_3", _LONGEST) if _has_t5(pipeline) else None
    width = whole(config, "joint_attention_dim", place, default=4096)
    check_widths(pipeline, width, width if t5 is None else t5.width)
    check_widths(pipeline, width, max(width, sum(each.width for each in encoders)))
    vector = whole(config, "pooled_projection_dim", place, default=2048)
    check_widths(pipeline, vector, sum(each.vector for each in encoders))
    _, height, breadth = network.shape
    return replace(
        network,
        texts=WordsOfThree(encoders, t5, width),
        encoders=tuple(each.component for each in (*encoders, t5) if each is not None),
        guidance=7.0,
        shift=SizeShift((height // patch) * (breadth // patch)),
        assumed=() if t5 else (Assumption(_WITHOUT_T5, about=("text_encoder_3",)),),
    )


def _has_t5(pipeline: StoredPipeline) -> bool:
    """Whether a pipeline has a T5, which its index tells, as null for its library and its class."""
    entry = pipeline.settings.get("text_encoder_3")
    return not (entry is None or (isinstance(entry, list) and not any(entry)))
