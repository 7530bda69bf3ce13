"""Original modules of the transformers of Flux and of Stable Diffusion 3, and what they are called now.

double_blocks.N.img_attn.qkv  txt_attn.qkv           Flux: queries, keys and values in one
single_blocks.N.linear1                              the same, and the first layer of the MLP behind them
joint_blocks.N.x_block.attn.qkv  context_block       Stable Diffusion 3, as in Flux
final_layer.adaLN_modulation.1                       both: shift before scale, where diffusers has scale before shift
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import Places, inside

_OF_PICTURE = ("attn.to_q", "attn.to_k", "attn.to_v")
_OF_TEXT = ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj")
_LAST = {"final_layer.linear": "proj_out", "final_layer.adaLN_modulation.1": "norm_out.linear"}

_FLUX = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
    "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
    "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
    "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
    **_LAST,
}
_DOUBLE = {
    "img_mod.lin": "norm1.linear",
    "txt_mod.lin": "norm1_context.linear",
    "img_attn.proj": "attn.to_out.0",
    "txt_attn.proj": "attn.to_add_out",
    "img_attn.norm.query_norm.scale": "attn.norm_q.weight",
    "img_attn.norm.key_norm.scale": "attn.norm_k.weight",
    "txt_attn.norm.query_norm.scale": "attn.norm_added_q.weight",
    "txt_attn.norm.key_norm.scale": "attn.norm_added_k.weight",
    "img_mlp.0": "ff.net.0.proj",
    "img_mlp.2": "ff.net.2",
    "txt_mlp.0": "ff_context.net.0.proj",
    "txt_mlp.2": "ff_context.net.2",
}
_SINGLE = {
    "modulation.lin": "norm.linear",
    "linear2": "proj_out",
    "norm.query_norm.scale": "attn.norm_q.weight",
    "norm.key_norm.scale": "attn.norm_k.weight",
}
_SD3 = {
    "pos_embed": "pos_embed.pos_embed",
    "x_embedder.proj": "pos_embed.proj",
    "t_embedder.mlp.0": "time_text_embed.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "time_text_embed.timestep_embedder.linear_2",
    "y_embedder.mlp.0": "time_text_embed.text_embedder.linear_1",
    "y_embedder.mlp.2": "time_text_embed.text_embedder.linear_2",
    "context_embedder": "context_embedder",
    **_LAST,
}
_JOINT = {
    "x_block.adaLN_modulation.1": "norm1.linear",
    "context_block.adaLN_modulation.1": "norm1_context.linear",
    "x_block.attn.proj": "attn.to_out.0",
    "context_block.attn.proj": "attn.to_add_out",
    "x_block.attn.ln_q": "attn.norm_q",
    "x_block.attn.ln_k": "attn.norm_k",
    "context_block.attn.ln_q": "attn.norm_added_q",
    "context_block.attn.ln_k": "attn.norm_added_k",
    "x_block.attn2.proj": "attn2.to_out.0",
    "x_block.attn2.ln_q": "attn2.norm_q",
    "x_block.attn2.ln_k": "attn2.norm_k",
    "x_block.mlp.fc1": "ff.net.0.proj",
    "x_block.mlp.fc2": "ff.net.2",
    "context_block.mlp.fc1": "ff_context.net.0.proj",
    "context_block.mlp.fc2": "ff_context.net.2",
}


@dataclass(frozen=True)
class OriginalModules:
    """The modules of a transformer by their original names.

    `joined` are several in one, whose rows follow each other, and `swapped` those whose halves are the other way round.
    """

    places: Places
    joined: Mapping[str, Sequence[str]]
    swapped: Collection[str] = ()

    @property
    def whole(self) -> Mapping[str, Sequence[str]]:
        """What is in each original module, in the order of its rows."""
        return {**{old: (new,) for old, new in self.places.items()}, **self.joined}


def modules_of_flux(double: int, single: int) -> OriginalModules:
    """Those of a Flux with so many blocks of either kind."""
    places: dict[str, str] = {**_FLUX}
    joined: dict[str, Sequence[str]] = {}
    for number in range(double):
        old, new = f"double_blocks.{number}", f"transformer_blocks.{number}"
        places |= inside(old, new, _DOUBLE)
        joined |= {f"{old}.img_attn.qkv": _under(new, _OF_PICTURE), f"{old}.txt_attn.qkv": _under(new, _OF_TEXT)}
    for number in range(single):
        old, new = f"single_blocks.{number}", f"single_transformer_blocks.{number}"
        places |= inside(old, new, _SINGLE)
        joined[f"{old}.linear1"] = _under(new, (*_OF_PICTURE, "proj_mlp"))
    return OriginalModules(places, joined, {"final_layer.adaLN_modulation.1"})


def modules_of_sd3(blocks: int) -> OriginalModules:
    """Those of a Stable Diffusion 3 with so many blocks, of which the last returns no texts."""
    places: dict[str, str] = {**_SD3}
    joined: dict[str, Sequence[str]] = {}
    for number in range(blocks):
        old, new = f"joint_blocks.{number}", f"transformer_blocks.{number}"
        places |= inside(old, new, _JOINT)
        joined[f"{old}.x_block.attn.qkv"] = _under(new, _OF_PICTURE)
        joined[f"{old}.context_block.attn.qkv"] = _under(new, _OF_TEXT)
        joined[f"{old}.x_block.attn2.qkv"] = _under(new, ("attn2.to_q", "attn2.to_k", "attn2.to_v"))
    last = f"joint_blocks.{blocks - 1}.context_block.adaLN_modulation.1"
    return OriginalModules(places, joined, {"final_layer.adaLN_modulation.1", last})


def _under(module: str, names: Sequence[str]) -> Sequence[str]:
    return [f"{module}.{name}" for name in names]
