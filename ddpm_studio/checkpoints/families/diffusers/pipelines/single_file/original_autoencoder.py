"""Original autoencoder of Stable Diffusion: how its shapes say it is built, and what its modules are called now."""

from __future__ import annotations

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import Places, inside, renamed
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.checkpoints.families.shared.latent_files import GROUPS
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.reading.json_settings import Settings

_HALVES = ("encoder.", "decoder.", "quant_conv.", "post_quant_conv.")
_RESIDUAL = {"nin_shortcut": "conv_shortcut"}
_ATTENTION = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}
_MATRIX = 2


def autoencoder_config(outline: Outline, scaling: float) -> Settings:
    """The config of an AutoencoderKL with latents of this scale.

    MissingTensorError and ValueError for shapes that are not of one.
    """
    levels = outline / "encoder" / "down"
    widths = [(levels / level / "block" / 0 / "conv1").sizes(4)[0] for level in range(len(levels))]
    return {
        "_class_name": "AutoencoderKL",
        "in_channels": (outline / "encoder" / "conv_in").sizes(4)[1],
        "out_channels": (outline / "decoder" / "conv_out").sizes(4)[0],
        "block_out_channels": widths,
        "layers_per_block": len(levels / 0 / "block"),
        "down_block_types": ["DownEncoderBlock2D"] * len(widths),
        "up_block_types": ["UpDecoderBlock2D"] * len(widths),
        "latent_channels": (outline / "decoder" / "conv_in").sizes(4)[1],
        "norm_num_groups": GROUPS,
        "scaling_factor": scaling,
        "use_quant_conv": "quant_conv" in outline,
        "use_post_quant_conv": "post_quant_conv" in outline,
    }


def autoencoder_tensors(tensors: Tensors, outline: Outline) -> Tensors:
    """The tensors of both halves under their new names; attention's convolutions over a point are matrices now."""
    halves = {name: tensor for name, tensor in tensors.items() if name.startswith(_HALVES)}
    found = renamed(halves, autoencoder_places(outline))
    pointwise = [name for name, each in found.items() if ".attentions." in name and each.ndim > _MATRIX]
    return {**found, **{name: found[name].flatten(1) for name in pointwise}}


def autoencoder_places(outline: Outline) -> Places:
    """The modules of an autoencoder by their original names; levels of the decoder are counted from the other end."""
    places: dict[str, str] = {}
    for half, way, sampler in (("encoder", "down", "downsample"), ("decoder", "up", "upsample")):
        places |= {f"{half}.norm_out": f"{half}.conv_norm_out"}
        places |= inside(f"{half}.mid.attn_1", f"{half}.mid_block.attentions.0", _ATTENTION)
        for number in (1, 2):
            places |= inside(f"{half}.mid.block_{number}", f"{half}.mid_block.resnets.{number - 1}", _RESIDUAL)
        levels = len(outline / half / way)
        for level in range(levels):
            new = f"{half}.{way}_blocks.{level if way == 'down' else levels - 1 - level}"
            places[f"{half}.{way}.{level}.{sampler}"] = f"{new}.{sampler}rs.0"
            for block in range(len(outline / half / way / level / "block")):
                places |= inside(f"{half}.{way}.{level}.block.{block}", f"{new}.resnets.{block}", _RESIDUAL)
    return places
