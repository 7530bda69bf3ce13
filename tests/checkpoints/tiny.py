"""Networks of diffusers small enough for tests, with random weights that are the same every time."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

TINY = {
    "sample_size": 8,
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "norm_num_groups": 4,
    "attention_head_dim": 4,
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D"),
    "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
}


def tiny_unet(**config: object) -> UNet2DModel:
    """A UNet2DModel for 8 × 8 pictures with 45 000 parameters."""
    torch.manual_seed(0)
    return UNet2DModel(**{**TINY, **config}).eval()


def save_pipeline(folder: Path, unet: UNet2DModel | None = None, **scheduler: object) -> Path:
    """A DDPMPipeline in `folder`, which is returned."""
    DDPMPipeline(unet or tiny_unet(), DDPMScheduler(**scheduler)).save_pretrained(folder)
    return folder
