"""Tiny pipelines of diffusers with random weights, built from configs as the library's own tests build theirs."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DiTPipeline,
    DiTTransformer2DModel,
    EulerDiscreteScheduler,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    LDMPipeline,
    SchedulerMixin,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
    UNet2DModel,
    VQModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode


def tiny_autoencoder(**config: Any) -> AutoencoderKL:
    """An AutoencoderKL of 12 000 parameters, whose pictures have twice the sides of their latents."""
    torch.manual_seed(1)
    blocks = {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
    sizes = {"block_out_channels": [4, 8], "latent_channels": 4, "norm_num_groups": 2}
    return AutoencoderKL(**{**blocks, **sizes, **config}).eval()


def tiny_dit(scheduler: SchedulerMixin | None = None, **config: Any) -> DiTPipeline:
    """A DiT with two blocks for latents of 4 × 8 × 8, which learned its variance."""
    torch.manual_seed(0)
    sizes = {"sample_size": 8, "patch_size": 2, "num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 8}
    channels = {"in_channels": 4, "out_channels": 8, "attention_bias": True}
    transformer = DiTTransformer2DModel(**{**sizes, **channels, **config}).eval()
    for parameter in transformer.parameters():  # Zeros, from which the library begins, would draw noise alone.
        torch.nn.init.normal_(parameter, std=0.1)
    return DiTPipeline(transformer, tiny_autoencoder(), scheduler or DDIMScheduler(clip_sample=False))


def tiny_ldm(scheduler: SchedulerMixin | None = None) -> LDMPipeline:
    """An unconditional latent diffusion model for latents of 3 × 16 × 16, with a codebook of 64 vectors."""
    torch.manual_seed(0)
    unet = UNet2DModel(
        sample_size=16,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        attention_head_dim=4,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    ).eval()
    vqvae = VQModel(
        block_out_channels=(4, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=2,
        latent_channels=3,
        num_vq_embeddings=64,
    ).eval()
    return LDMPipeline(vqvae, unet, scheduler or DDIMScheduler(clip_sample=False, beta_schedule="scaled_linear"))


def tiny_tokenizer(**special: str) -> CLIPTokenizer:
    """A CLIP tokenizer whose tokens are the 256 bytes, inside words and at their ends, and a few merged ones."""
    letters = sorted(bytes_to_unicode().values())
    words = ["ca", "cat</w>", "re", "red</w>"]
    names = [*letters, *(f"{each}</w>" for each in letters), *words, "<|startoftext|>", "<|endoftext|>"]
    merges = [("c", "a"), ("ca", "t</w>"), ("r", "e"), ("re", "d</w>")]
    return CLIPTokenizer({name: i for i, name in enumerate(names)}, merges, model_max_length=77, **special)


def tiny_text_encoder(projected: bool = False, **sizes: Any) -> CLIPTextModel:
    """A text encoder of CLIP with two layers, which gives 32 numbers a token."""
    torch.manual_seed(2)
    usual = {"vocab_size": 600, "hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "projection_dim": 32, "hidden_act": "gelu"}
    special = {"bos_token_id": 516, "eos_token_id": 517, "pad_token_id": 517}
    config = CLIPTextConfig(**{**usual, **heads, **special, **sizes})
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def tiny_guided_unet(**config: Any) -> UNet2DConditionModel:
    """A UNet2DConditionModel for latents of 4 × 16 × 16 and 32 numbers a token."""
    torch.manual_seed(3)
    blocks = {
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    }
    sizes = {"block_out_channels": (4, 8), "layers_per_block": 1, "sample_size": 16, "norm_num_groups": 2}
    return UNet2DConditionModel(**{**blocks, **sizes, "cross_attention_dim": 32, **config}).eval()


def tiny_sd(scheduler: SchedulerMixin | None = None, **config: Any) -> StableDiffusionPipeline:
    """Stable Diffusion 1 with random weights."""
    trained = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
    return StableDiffusionPipeline(
        vae=tiny_autoencoder(),
        text_encoder=tiny_text_encoder(),
        tokenizer=tiny_tokenizer(),
        unet=tiny_guided_unet(**config),
        scheduler=scheduler or DDIMScheduler(**trained, steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def tiny_lcm(**config: Any) -> LatentConsistencyModelPipeline:
    """A latent consistency model made of Stable Diffusion 1, with random weights."""
    parts = {**tiny_sd(time_cond_proj_dim=16, **config).components, "scheduler": LCMScheduler()}
    return LatentConsistencyModelPipeline(**parts, requires_safety_checker=False)


def tiny_sdxl_lcm() -> StableDiffusionXLPipeline:
    """A latent consistency model made of SDXL, with random weights."""
    return tiny_sdxl(LCMScheduler(), time_cond_proj_dim=16)


def tiny_sdxl(
    scheduler: SchedulerMixin | None = None, *, time_cond_proj_dim: int | None = None, **config: Any
) -> StableDiffusionXLPipeline:
    """SDXL with random weights."""
    trained = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
    unet = tiny_guided_unet(
        cross_attention_dim=64,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=32 + 6 * 8,
        transformer_layers_per_block=(1, 2),
        use_linear_projection=True,
        attention_head_dim=(2, 4),
        time_cond_proj_dim=time_cond_proj_dim,
    )
    return StableDiffusionXLPipeline(
        vae=tiny_autoencoder(),
        text_encoder=tiny_text_encoder(),
        text_encoder_2=tiny_text_encoder(projected=True),
        tokenizer=tiny_tokenizer(),
        tokenizer_2=tiny_tokenizer(pad_token="!"),
        unet=unet,
        scheduler=scheduler or EulerDiscreteScheduler(**trained, steps_offset=1, timestep_spacing="leading"),
        **config,
    )
