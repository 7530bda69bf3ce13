"""Transformers of Flux and Stable Diffusion 3 by their original tensors: how these say that one is built, and what
they are called now.
"""

from __future__ import annotations

from math import isqrt

import torch

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import new_name
from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_transformers import (
    OriginalModules,
    modules_of_flux,
    modules_of_sd3,
)
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.checkpoints.families.shared.latent_files import HEAD_CHANNELS
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.reading.json_settings import Settings

_SIDE = 128
"""That of the latents which each of these was trained on."""


def flux_config(outline: Outline) -> Settings:
    """The config of a FluxTransformer2DModel; MissingTensorError and ValueError for shapes that are not of one."""
    double, single = outline / "double_blocks", outline / "single_blocks"
    width, channels = (outline / "img_in").sizes(2)
    (head,) = (double / 0 / "img_attn" / "norm" / "query_norm").sizes(1, "scale")
    # Of each head, an eighth tells which picture of several it is, and the rest the row and the column, half each.
    axes = [head // 8, *[(head - head // 8) // 2] * 2]
    return {
        "in_channels": channels,
        "out_channels": (outline / "final_layer" / "linear").sizes(2)[0],
        "patch_size": 1,
        "num_layers": len(double),
        "num_single_layers": len(single),
        "attention_head_dim": head,
        "num_attention_heads": max(1, width // head),
        "joint_attention_dim": (outline / "txt_in").sizes(2)[1],
        "pooled_projection_dim": (outline / "vector_in" / "in_layer").sizes(2)[1],
        "guidance_embeds": "guidance_in" in outline,
        "axes_dims_rope": axes,
    }


def flux_tensors(tensors: Tensors) -> Tensors:
    """The tensors of a Flux under the names that diffusers gives them."""
    outline = Outline(tensors)
    modules = modules_of_flux(len(outline / "double_blocks"), len(outline / "single_blocks"))
    return _renamed(tensors, modules, (outline / "img_in").sizes(2)[0])


def sd3_config(outline: Outline) -> Settings:
    """The config of an SD3Transformer2DModel; MissingTensorError and ValueError for shapes that are not of one."""
    blocks = outline / "joint_blocks"
    width, channels, patch, _ = (outline / "x_embedder" / "proj").sizes(4)
    attends = blocks / 0 / "x_block" / "attn"
    head = (attends / "ln_q").sizes(1)[0] if "ln_q" in attends else HEAD_CHANNELS
    joint, words = (outline / "context_embedder").sizes(2)
    return {
        "sample_size": _SIDE,
        "patch_size": patch,
        "in_channels": channels,
        "out_channels": (outline / "final_layer" / "linear").sizes(2)[0] // patch**2,
        "num_layers": len(blocks),
        "attention_head_dim": head,
        "num_attention_heads": max(1, width // head),
        "joint_attention_dim": words,
        "caption_projection_dim": joint,
        "pooled_projection_dim": (outline / "y_embedder" / "mlp" / 0).sizes(2)[1],
        "pos_embed_max_size": isqrt(outline.sizes(3, "pos_embed")[1]),
        "dual_attention_layers": [each for each in range(len(blocks)) if "attn2" in blocks / each / "x_block"],
        "qk_norm": "rms_norm" if "ln_q" in attends else None,
    }


def sd3_tensors(tensors: Tensors) -> Tensors:
    """The tensors of a Stable Diffusion 3 under the names that diffusers gives them."""
    outline = Outline(tensors)
    modules = modules_of_sd3(len(outline / "joint_blocks"))
    return _renamed(tensors, modules, (outline / "x_embedder" / "proj").sizes(4)[0])


def _renamed(tensors: Tensors, modules: OriginalModules, width: int) -> Tensors:
    """The tensors under new names, several in one in pieces of `width` rows, of which the last has the rest."""
    found: Tensors = {}
    for name, tensor in tensors.items():
        module, _, kind = name.rpartition(".")
        if inner := modules.joined.get(module):
            ends = [*range(width, len(inner) * width, width), len(tensor)]
            pieces = (tensor[start:end] for start, end in zip([0, *ends], ends, strict=False))
            found |= {f"{new}.{kind}": piece for new, piece in zip(inner, pieces, strict=True)}
        elif module in modules.swapped:
            found[new_name(name, modules.places)] = torch.cat(tensor.tensor_split(2)[::-1])
        else:
            found[new_name(name, modules.places)] = tensor
    return found
