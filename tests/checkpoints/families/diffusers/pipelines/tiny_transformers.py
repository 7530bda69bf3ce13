"""Tiny pipelines of diffusers whose networks are transformers guided by T5, with random weights."""

from __future__ import annotations

import string
from typing import Any, TypeVar

import torch
from diffusers import (
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PixArtAlphaPipeline,
    PixArtTransformer2DModel,
    SchedulerMixin,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
)
from torch import nn
from transformers import T5Config, T5EncoderModel, T5Tokenizer

from tests.checkpoints.families.diffusers.pipelines.tiny_pipelines import (
    tiny_autoencoder,
    tiny_text_encoder,
    tiny_tokenizer,
)

Module = TypeVar("Module", bound=nn.Module)

PIECES = (
    *(("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("▁a", -3.0), ("▁red", -4.5), ("cat", -4.0)),
    *((letter, -6.0 - place / 10) for place, letter in enumerate(string.ascii_lowercase)),
)
"""The pieces of T5's vocabulary here, with their scores."""


def tiny_t5(width: int = 32, **sizes: Any) -> T5EncoderModel:
    """A T5 encoder with two layers, which gives so many numbers a token."""
    torch.manual_seed(4)
    usual = {"vocab_size": 64, "d_model": width, "d_kv": 8, "d_ff": 37, "num_layers": 2, "num_heads": 4}
    kind = {"relative_attention_num_buckets": 8, "feed_forward_proj": "gated-gelu"}
    return T5EncoderModel(T5Config(**{**usual, **kind, **sizes})).eval()


def tiny_t5_tokenizer() -> T5Tokenizer:
    """A tokenizer of PIECES."""
    return T5Tokenizer(list(PIECES), extra_ids=0)


def scattered(network: Module) -> Module:
    """The network with weights that matter, where the libraries begin with zeros."""
    torch.manual_seed(0)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.1)
    return network.eval()


def tiny_sd3(scheduler: SchedulerMixin | None = None, *, t5: bool = True, **config: Any) -> StableDiffusion3Pipeline:
    """Stable Diffusion 3 for latents of 16 × 8 × 8, with the normalised attention of 3.5 unless told otherwise."""
    sizes = {"sample_size": 8, "num_layers": 2, "attention_head_dim": 8, "num_attention_heads": 4}
    widths = {"joint_attention_dim": 80, "caption_projection_dim": 32, "pooled_projection_dim": 64}
    kind = {"pos_embed_max_size": 6, "qk_norm": "rms_norm", "dual_attention_layers": (0,)}
    return StableDiffusion3Pipeline(
        transformer=scattered(SD3Transformer2DModel(**{**sizes, **widths, **kind, **config})),
        scheduler=scheduler or FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=tiny_autoencoder(latent_channels=16, scaling_factor=1.5305, shift_factor=0.0609),
        text_encoder=tiny_text_encoder(projected=True),
        tokenizer=tiny_tokenizer(),
        text_encoder_2=tiny_text_encoder(projected=True, hidden_act="quick_gelu"),
        tokenizer_2=tiny_tokenizer(pad_token="!"),
        text_encoder_3=tiny_t5(80) if t5 else None,
        tokenizer_3=tiny_t5_tokenizer() if t5 else None,
    )


def tiny_pixart(kind: type[Any] = PixArtAlphaPipeline, **config: Any) -> Any:
    """PixArt with a learned variance, for latents of 4 × 8 × 8 unless `config` has another size."""
    sizes = {"sample_size": 8, "num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 12}
    widths = {"cross_attention_dim": 24, "caption_channels": 32}
    return kind(
        tokenizer=tiny_t5_tokenizer(),
        text_encoder=tiny_t5(),
        vae=tiny_autoencoder(),
        transformer=scattered(PixArtTransformer2DModel(**{**sizes, **widths, **config})),
        scheduler=DPMSolverMultistepScheduler(),
    )


def tiny_flux(scheduler: SchedulerMixin | None = None, **config: Any) -> FluxPipeline:
    """Flux for latents of 4 channels, as dev is: told how strongly it is guided, with a shift for each size."""
    sizes = {"in_channels": 16, "num_layers": 1, "num_single_layers": 1, "attention_head_dim": 16}
    widths = {"num_attention_heads": 2, "joint_attention_dim": 32, "pooled_projection_dim": 32}
    kind = {"axes_dims_rope": (4, 4, 8), "guidance_embeds": True}
    return FluxPipeline(
        scheduler=scheduler or FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
        vae=tiny_autoencoder(scaling_factor=0.3611, shift_factor=0.1159),
        text_encoder=tiny_text_encoder(),
        tokenizer=tiny_tokenizer(),
        text_encoder_2=tiny_t5(),
        tokenizer_2=tiny_t5_tokenizer(),
        transformer=scattered(FluxTransformer2DModel(**{**sizes, **widths, **kind, **config})),
    )
