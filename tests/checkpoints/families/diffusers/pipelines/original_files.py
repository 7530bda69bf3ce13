"""Original files: tiny Stable Diffusion 1, 2 and XL under the names that CompVis and OpenCLIP give their tensors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import torch
from diffusers import DDIMScheduler, DiffusionPipeline
from torch import Tensor

from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines as tiny

Tensors = dict[str, Tensor]

_SIZES: dict[str, Any] = {"block_out_channels": (32, 64), "norm_num_groups": 32}
_CLIP: dict[str, Any] = {"num_attention_heads": 1, "hidden_size": 64}
_TRAINED = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
OLD_UNET = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "time_embedding.cond_proj": "time_embed.cond_proj",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
    "mid_block.resnets.0": "middle_block.0",
    "mid_block.attentions.0": "middle_block.1",
    "mid_block.resnets.1": "middle_block.2",
    # Two levels of one block each on the way down, and of two on the way up; the inner one has transformers.
    "down_blocks.0.resnets.0": "input_blocks.1.0",
    "down_blocks.0.downsamplers.0.conv": "input_blocks.2.0.op",
    "down_blocks.1.resnets.0": "input_blocks.3.0",
    "down_blocks.1.attentions.0": "input_blocks.3.1",
    "up_blocks.0.resnets.0": "output_blocks.0.0",
    "up_blocks.0.attentions.0": "output_blocks.0.1",
    "up_blocks.0.resnets.1": "output_blocks.1.0",
    "up_blocks.0.attentions.1": "output_blocks.1.1",
    "up_blocks.0.upsamplers.0.conv": "output_blocks.1.2.conv",
    "up_blocks.1.resnets.0": "output_blocks.2.0",
    "up_blocks.1.resnets.1": "output_blocks.3.0",
}
OLD_BLOCK = {
    ".norm1.": ".in_layers.0.",
    ".conv1.": ".in_layers.2.",
    ".time_emb_proj.": ".emb_layers.1.",
    ".norm2.": ".out_layers.0.",
    ".conv2.": ".out_layers.3.",
    ".conv_shortcut.": ".skip_connection.",
}
OLD_AUTOENCODER = {
    "conv_norm_out": "norm_out",
    "mid_block.resnets.0": "mid.block_1",
    "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1",
    "down_blocks.0.downsamplers.0": "down.0.downsample",
    "up_blocks.0.upsamplers.0": "up.1.upsample",
    "conv_shortcut": "nin_shortcut",
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
    "down_blocks.0.resnets": "down.0.block",
    "down_blocks.1.resnets": "down.1.block",
    "up_blocks.0.resnets": "up.1.block",
    "up_blocks.1.resnets": "up.0.block",
}
OLD_CLIP = {
    "embeddings.token_embedding.": "token_embedding.",
    "embeddings.position_embedding.weight": "positional_embedding",
    "final_layer_norm": "ln_final",
    "encoder.layers": "transformer.resblocks",
    "layer_norm": "ln_",
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}


def _replaced(name: str, names: Mapping[str, str]) -> str:
    for new, old in names.items():
        name = name.replace(new, old)
    return name


def original_unet(pipeline: DiffusionPipeline) -> Tensors:
    """The U-Net's tensors as CompVis names them."""
    found = {}
    for name, tensor in pipeline.unet.state_dict().items():
        new = max((each for each in OLD_UNET if name.startswith(f"{each}.")), key=len)
        rest = name.removeprefix(new)
        found[OLD_UNET[new] + (_replaced(rest, OLD_BLOCK) if "resnets" in new else rest)] = tensor
    return found


def original_autoencoder(pipeline: DiffusionPipeline) -> Tensors:
    """The autoencoder's tensors as CompVis names them, attention as convolutions over a point."""
    named = {_replaced(name, OLD_AUTOENCODER): each for name, each in pipeline.vae.state_dict().items()}
    points = re.compile(r".*attn_1\.(q|k|v|proj_out)\.weight")
    return {name: each[:, :, None, None] if points.fullmatch(name) else each for name, each in named.items()}


def plain(encoder: torch.nn.Module) -> Tensors:
    """An encoder's tensors without what releases of transformers differ in."""
    return {name.removeprefix("text_model."): each for name, each in encoder.state_dict().items()}


def of_open_clip(encoder: torch.nn.Module, more: int = 0) -> Tensors:
    """An encoder's tensors as OpenCLIP names them, with `more` layers at the end."""
    tensors, found = plain(encoder), {}
    layers = sum(name.endswith("mlp.fc1.bias") for name in tensors)
    for number in range(layers):
        for kind in ("weight", "bias"):
            parts = [tensors.pop(f"encoder.layers.{number}.self_attn.{each}_proj.{kind}") for each in "qkv"]
            found[f"transformer.resblocks.{number}.attn.in_proj_{kind}"] = torch.cat(parts)
    projection = tensors.pop("text_projection.weight", torch.eye(2))
    found |= {_replaced(name, OLD_CLIP): tensor for name, tensor in tensors.items()}
    last = f"transformer.resblocks.{layers - 1}."
    for number in range(layers, layers + more):
        copied = {name: each for name, each in found.items() if name.startswith(last)}
        found |= {name.replace(last, f"transformer.resblocks.{number}."): each + 1 for name, each in copied.items()}
    return {**found, "text_projection": projection.T.contiguous(), "logit_scale": torch.tensor(4.6)}


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors with a prefix before their names."""
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _whole(pipeline: DiffusionPipeline, texts: Tensors) -> Tensors:
    unet, autoencoder = original_unet(pipeline), original_autoencoder(pipeline)
    found = {**under("model.diffusion_model.", unet), **under("first_stage_model.", autoencoder), **texts}
    return {name: tensor.clone().contiguous() for name, tensor in found.items()}


def sd1() -> DiffusionPipeline:
    """Stable Diffusion 1 of two levels."""
    return _with_clip_l(tiny.tiny_sd(**_SIZES, cross_attention_dim=64))


def lcm() -> DiffusionPipeline:
    """A latent consistency model made of it."""
    return _with_clip_l(tiny.tiny_lcm(**_SIZES, cross_attention_dim=64))


def _with_clip_l(pipeline: DiffusionPipeline) -> DiffusionPipeline:
    pipeline.text_encoder = tiny.tiny_text_encoder(**_CLIP, hidden_act="quick_gelu")
    pipeline.vae = tiny.tiny_autoencoder(**_SIZES)
    return pipeline


def sd2() -> DiffusionPipeline:
    """Stable Diffusion 2 of two levels, which predicts v."""
    scheduler = DDIMScheduler(**_TRAINED, steps_offset=1, clip_sample=False, prediction_type="v_prediction")
    texts = {"cross_attention_dim": 64, "use_linear_projection": True, "attention_head_dim": 1}
    pipeline = tiny.tiny_sd(scheduler, **_SIZES, **texts)
    pipeline.text_encoder = tiny.tiny_text_encoder(**_CLIP)
    pipeline.tokenizer = tiny.tiny_tokenizer(pad_token="!")
    pipeline.vae = tiny.tiny_autoencoder(**_SIZES)
    return pipeline


def sdxl() -> DiffusionPipeline:
    """SDXL of two levels, whose transformers have two blocks."""
    pipeline = tiny.tiny_sdxl()
    pipeline.unet = tiny.tiny_guided_unet(
        **_SIZES,
        cross_attention_dim=128,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=32 + 6 * 8,
        transformer_layers_per_block=(2, 2),
        use_linear_projection=True,
        attention_head_dim=1,
    )
    pipeline.text_encoder = tiny.tiny_text_encoder(**_CLIP, hidden_act="quick_gelu")
    pipeline.text_encoder_2 = tiny.tiny_text_encoder(projected=True, **_CLIP)
    pipeline.vae = tiny.tiny_autoencoder(**_SIZES, scaling_factor=0.13025)
    return pipeline


def _sd1_tensors(pipeline: DiffusionPipeline) -> Tensors:
    texts = under("cond_stage_model.transformer.text_model.", plain(pipeline.text_encoder))
    positions = {"cond_stage_model.transformer.text_model.embeddings.position_ids": torch.arange(77)[None]}
    return _whole(pipeline, {**texts, **positions})


def _sd2_tensors(pipeline: DiffusionPipeline) -> Tensors:
    """With the last layer of the text encoder, which is not used."""
    return _whole(pipeline, under("cond_stage_model.model.", of_open_clip(pipeline.text_encoder, more=1)))


def _sdxl_tensors(pipeline: DiffusionPipeline) -> Tensors:
    first = under("conditioner.embedders.0.transformer.text_model.", plain(pipeline.text_encoder))
    return _whole(pipeline, {**first, **under("conditioner.embedders.1.model.", of_open_clip(pipeline.text_encoder_2))})


MODELS: Mapping[str, tuple[Callable[[], DiffusionPipeline], Callable[[DiffusionPipeline], Tensors]]] = {
    "sd1": (sd1, _sd1_tensors),
    "lcm": (lcm, _sd1_tensors),
    "sd2": (sd2, _sd2_tensors),
    "sdxl": (sdxl, _sdxl_tensors),
}
"""What makes each model, and all of its tensors in one file."""
