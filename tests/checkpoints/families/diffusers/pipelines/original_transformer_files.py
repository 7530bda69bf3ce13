"""Original files of transformers: tiny Flux and Stable Diffusion 3 under the names of their makers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines, tiny_transformers
from tests.checkpoints.families.diffusers.pipelines.original_files import original_autoencoder, under

Tensors = dict[str, Tensor]

_LATENTS: dict[str, Any] = {"block_out_channels": (32, 64), "norm_num_groups": 32}
_WITHOUT_QUANTS = {"use_quant_conv": False, "use_post_quant_conv": False}
_CLIP: dict[str, Any] = {"num_attention_heads": 1, "hidden_size": 64}

_EMBEDDERS = {
    r"time_text_embed\.(time)step_embedder\.linear_": r"\1_in.",
    r"time_text_embed\.text_embedder\.linear_": "vector_in.",
    r"time_text_embed\.(guidance)_embedder\.linear_": r"\1_in.",
    r"_in\.1\.": "_in.in_layer.",
    r"_in\.2\.": "_in.out_layer.",
    r"^x_embedder\.": "img_in.",
    r"^context_embedder\.": "txt_in.",
}
_LAST = {r"^proj_out\.": "final_layer.linear.", r"^norm_out\.linear\.": "final_layer.adaLN_modulation.1."}
OLD_FLUX = {
    **_EMBEDDERS,
    **_LAST,
    r"^transformer_blocks\.": "double_blocks.",
    r"^single_transformer_blocks\.": "single_blocks.",
    r"\.norm1\.linear\.": ".img_mod.lin.",
    r"\.norm1_context\.linear\.": ".txt_mod.lin.",
    r"\.norm\.linear\.": ".modulation.lin.",
    r"\.ff\.net\.0\.proj\.": ".img_mlp.0.",
    r"\.ff\.net\.2\.": ".img_mlp.2.",
    r"\.ff_context\.net\.0\.proj\.": ".txt_mlp.0.",
    r"\.ff_context\.net\.2\.": ".txt_mlp.2.",
    r"\.attn\.to_out\.0\.": ".img_attn.proj.",
    r"\.attn\.to_add_out\.": ".txt_attn.proj.",
    r"(double_blocks\.\d+)\.attn\.norm_(q|k)\.weight": r"\1.img_attn.norm.\2_norm.scale",
    r"(double_blocks\.\d+)\.attn\.norm_added_(q|k)\.weight": r"\1.txt_attn.norm.\2_norm.scale",
    r"(single_blocks\.\d+)\.attn\.norm_(q|k)\.weight": r"\1.norm.\2_norm.scale",
    r"\.q_norm\.": ".query_norm.",
    r"\.k_norm\.": ".key_norm.",
    r"(single_blocks\.\d+)\.proj_out\.": r"\1.linear2.",
}
OLD_SD3 = {
    **_LAST,
    r"^pos_embed\.pos_embed$": "pos_embed",
    r"^pos_embed\.proj\.": "x_embedder.proj.",
    r"^time_text_embed\.timestep_embedder\.linear_1\.": "t_embedder.mlp.0.",
    r"^time_text_embed\.timestep_embedder\.linear_2\.": "t_embedder.mlp.2.",
    r"^time_text_embed\.text_embedder\.linear_1\.": "y_embedder.mlp.0.",
    r"^time_text_embed\.text_embedder\.linear_2\.": "y_embedder.mlp.2.",
    r"^transformer_blocks\.": "joint_blocks.",
    r"\.norm1\.linear\.": ".x_block.adaLN_modulation.1.",
    r"\.norm1_context\.linear\.": ".context_block.adaLN_modulation.1.",
    r"\.ff\.net\.0\.proj\.": ".x_block.mlp.fc1.",
    r"\.ff\.net\.2\.": ".x_block.mlp.fc2.",
    r"\.ff_context\.net\.0\.proj\.": ".context_block.mlp.fc1.",
    r"\.ff_context\.net\.2\.": ".context_block.mlp.fc2.",
    r"\.(attn2?)\.to_out\.0\.": r".x_block.\1.proj.",
    r"\.attn\.to_add_out\.": ".context_block.attn.proj.",
    r"\.(attn2?)\.norm_(q|k)\.": r".x_block.\1.ln_\2.",
    r"\.attn\.norm_added_(q|k)\.": r".context_block.attn.ln_\1.",
}
_JOINED_IN_FLUX = {
    r"(double_blocks\.\d+)\.attn\.to_[qkv]\.": r"\1.img_attn.qkv.",
    r"(double_blocks\.\d+)\.attn\.add_[qkv]_proj\.": r"\1.txt_attn.qkv.",
    r"(single_blocks\.\d+)\.(?:attn\.to_[qkv]|proj_mlp)\.": r"\1.linear1.",
}
_JOINED_IN_SD3 = {
    r"(joint_blocks\.\d+)\.(attn2?)\.to_[qkv]\.": r"\1.x_block.\2.qkv.",
    r"(joint_blocks\.\d+)\.attn\.add_[qkv]_proj\.": r"\1.context_block.attn.qkv.",
}


def _original(network: torch.nn.Module, names: Mapping[str, str], joined: Mapping[str, str], swapped: str) -> Tensors:
    """The tensors of a network under old names, several in one where they were; halves are turned round."""
    found: dict[str, list[Tensor]] = {}
    order = ("q.", "k.", "v.", "q_proj.", "k_proj.", "v_proj.", "proj_mlp.")
    for name, tensor in sorted(network.state_dict().items(), key=lambda pair: _place(pair[0], order)):
        for pattern, old in {**names, **joined}.items():
            name = re.sub(pattern, old, name)
        turned = re.match(swapped, name)
        found.setdefault(name, []).append(torch.cat(tensor.chunk(2)[::-1]) if turned else tensor)
    return {name: torch.cat(parts) if len(parts) > 1 else parts[0].contiguous() for name, parts in found.items()}


def _place(name: str, order: tuple[str, ...]) -> int:
    return next((place for place, end in enumerate(order) if f"_{end}" in name or f".{end}" in name), -1)


def original_flux(network: torch.nn.Module) -> Tensors:
    """The tensors of a FluxTransformer2DModel as Black Forest Labs name them."""
    return _original(network, OLD_FLUX, _JOINED_IN_FLUX, r"final_layer\.adaLN")


def original_sd3(network: Any) -> Tensors:
    """The tensors of an SD3Transformer2DModel as Stability names them."""
    last = len(network.transformer_blocks) - 1
    swapped = rf"final_layer\.adaLN|joint_blocks\.{last}\.context_block\.adaLN"
    return _original(network, OLD_SD3, _JOINED_IN_SD3, swapped)


def flux(**config: Any) -> Any:
    """A Flux whose config follows from shapes."""
    heads = {"attention_head_dim": 32, "num_attention_heads": 1, "axes_dims_rope": (4, 14, 14)}
    pipeline = tiny_transformers.tiny_flux(**heads, pooled_projection_dim=64, **config)
    pipeline.text_encoder = tiny_pipelines.tiny_text_encoder(**_CLIP, hidden_act="quick_gelu")
    scale = {"scaling_factor": 0.3611, "shift_factor": 0.1159}
    pipeline.vae = tiny_pipelines.tiny_autoencoder(**_LATENTS, **_WITHOUT_QUANTS, **scale)
    return pipeline


def sd3() -> Any:
    """A Stable Diffusion 3 whose config follows from shapes, and whose first encoder projects nothing."""
    pipeline = tiny_transformers.tiny_sd3(joint_attention_dim=144, pooled_projection_dim=96)
    first = tiny_pipelines.tiny_text_encoder(True, **_CLIP, hidden_act="quick_gelu", projection_dim=64)
    torch.nn.init.eye_(first.text_projection.weight)
    pipeline.text_encoder, pipeline.text_encoder_3 = first, tiny_transformers.tiny_t5(144)
    pipeline.text_encoder_2 = tiny_pipelines.tiny_text_encoder(True, **_CLIP)
    scale = {"latent_channels": 16, "scaling_factor": 1.5305, "shift_factor": 0.0609}
    pipeline.vae = tiny_pipelines.tiny_autoencoder(**_LATENTS, **_WITHOUT_QUANTS, **scale)
    return pipeline


def sd3_tensors(pipeline: Any) -> Tensors:
    """All of a Stable Diffusion 3 in one file, with all encoders."""
    first = {name: each for name, each in pipeline.text_encoder.state_dict().items() if "text_projection" not in name}
    return cloned(
        {
            **under("model.diffusion_model.", original_sd3(pipeline.transformer)),
            **under("first_stage_model.", original_autoencoder(pipeline)),
            **under("text_encoders.clip_l.transformer.", first),
            **under("text_encoders.clip_g.transformer.", pipeline.text_encoder_2.state_dict()),
            **under("text_encoders.t5xxl.transformer.", t5_tensors(pipeline.text_encoder_3)),
        }
    )


def t5_tensors(encoder: torch.nn.Module) -> Tensors:
    """An encoder's tensors with the words once."""
    return {name: each for name, each in encoder.state_dict().items() if name != "encoder.embed_tokens.weight"}


def cloned(tensors: Tensors) -> Tensors:
    """The tensors apart from each other, as safetensors wants them."""
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}
