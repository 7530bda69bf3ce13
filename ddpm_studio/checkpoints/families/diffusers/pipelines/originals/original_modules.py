"""Original modules of the U-Net of Stable Diffusion, and what they are called now.

input_blocks.0.0            conv_in
input_blocks.N.0, N.1       a residual block, a transformer          N.0.op   halves the sides
middle_block.0, 1, 2        residual block, transformer, residual block
output_blocks.N.0, N.1      as above                  N.1.conv or N.2.conv    doubles the sides
"""

from __future__ import annotations

from collections.abc import Sequence

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import Places, inside

_ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "time_embed.cond_proj": "time_embedding.cond_proj",
    "label_emb.0.0": "add_embedding.linear_1",
    "label_emb.0.2": "add_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
}
_RESIDUAL = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}
_MIDDLE = {"middle_block.0": "resnets.0", "middle_block.1": "attentions.0", "middle_block.2": "resnets.1"}


def places_in_levels(levels: Sequence[Sequence[int]]) -> Places:
    """The modules of a U-Net whose levels have blocks of these original numbers, by their original names."""
    places = {**_ENDS}
    for old, new in _MIDDLE.items():
        places |= inside(old, f"mid_block.{new}", _RESIDUAL)
    for number, level in enumerate(levels):
        for place, index in enumerate(level):
            places |= _block(f"input_blocks.{index}", f"down_blocks.{number}", place)
        places[f"input_blocks.{level[-1] + 1}.0.op"] = f"down_blocks.{number}.downsamplers.0.conv"
    each = len(levels[0]) + 1
    for index in range(each * len(levels)):
        number, place = divmod(index, each)
        places |= _block(f"output_blocks.{index}", f"up_blocks.{number}", place)
        for doubling in (f"output_blocks.{index}.1.conv", f"output_blocks.{index}.2.conv"):
            places[doubling] = f"up_blocks.{number}.upsamplers.0.conv"
    return places


def _block(old: str, new: str, place: int) -> Places:
    return {**inside(f"{old}.0", f"{new}.resnets.{place}", _RESIDUAL), f"{old}.1": f"{new}.attentions.{place}"}
