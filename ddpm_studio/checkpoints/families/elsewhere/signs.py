"""Signs by which weights for other programs are known: names of tensors, and their shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints import strangers as known
from ddpm_studio.checkpoints.reading.averaged_lists import IN_A_LIST
from ddpm_studio.checkpoints.strangers import Stranger
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

if TYPE_CHECKING:
    from torch import Tensor

_PICTURES = ((3,), (6,))
"""Channels of a picture, and of one beside a smaller one that is enlarged; latents have others."""

_FEWEST_POINTS, _MOST_POINTS = 2, 3
_WIDEST_WORD = 64
"""Numbers that a word has at least in a text encoder; such a table alone is none of β."""


@dataclass(frozen=True)
class TensorNames:
    """The names of all tensors, one a line, and the tensors."""

    text: str
    tensors: Mapping[str, Tensor]

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> TensorNames:
        """The names of these tensors."""
        return cls("\n".join(tensors), tensors)

    def has(self, *patterns: str) -> bool:
        """Whether each pattern is that of a name, or of what begins behind a point in one."""
        return all(re.search(rf"(?:^|\.)(?:{pattern})", self.text, re.MULTILINE) for pattern in patterns)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of the first tensor whose name ends so, () if there is none."""
        ends = (each for each in self.tensors if each == name or each.endswith(f".{name}"))
        return tuple(self.tensors[each].shape) if (each := next(ends, None)) else ()


Recogniser = Callable[[TensorNames], bool]


def _names(*patterns: str, but: str = "(?!)") -> Recogniser:
    return lambda named: named.has(*patterns) and not named.has(but)


def _draws_pictures(first: str) -> Callable[[TensorNames], bool]:
    """Whether the first convolution takes pictures rather than latents."""
    return lambda named: named.shape(first)[1:2] in _PICTURES


def _both(*signs: Recogniser) -> Recogniser:
    return lambda named: all(sign(named) for sign in signs)


def _is_averaged_list(named: TensorNames) -> bool:
    """Nothing but averages in a list, which no network beside them has named."""
    return bool(named.tensors) and all(map(IN_A_LIST.fullmatch, named.tensors))


def _holds_nothing_but(pattern: str) -> Recogniser:
    return lambda named: bool(named.tensors) and all(re.fullmatch(pattern, name) for name in named.tensors)


def _is_a_word(named: TensorNames) -> bool:
    """One vector for a word in pointed brackets, as diffusers saves them."""
    names = list(named.tensors)
    is_one = len(names) == 1 and re.fullmatch(r"<.+>", names[0])
    return bool(is_one) and max(named.tensors[names[0]].shape, default=0) >= _WIDEST_WORD


def _is_taesd(named: TensorNames) -> bool:
    """Square convolutions in a row of blocks that have nothing else."""
    plain = r"(?:(?:taesd_)?(?:encoder|decoder)\.)?(?:layers\.)?\d+\.(?:conv\.[024]\.|skip\.)?(?:weight|bias)|vae_\w+"
    inner = [name for name in named.tensors if re.search(r"\d\.conv\.0\.weight$", name)]
    square = all(tuple(named.tensors[name].shape[2:]) == (3, 3) for name in inner)
    return bool(inner) and square and all(re.fullmatch(plain, name) for name in named.tensors)


def _convolves_along(dimensions: int) -> Recogniser:
    """True where all convolutions run along so many dimensions, one of them over more than a point.

    A dimension of 1 before the others may be no convolution's, as in StyleGAN 2.
    """

    def sign(named: TensorNames) -> bool:
        shapes = [tuple(tensor.shape) for tensor in _weights(named) if tensor.ndim > 2]
        along = {len(sides) for _, _, *sides in shapes}
        return along == {dimensions} and max(shapes)[0] > 1 and any(max(sides) > 1 for _, _, *sides in shapes)

    return sign


def _gives_points(named: TensorNames) -> bool:
    """Nothing but matrices, one of which has two rows or three."""
    weights = _weights(named)
    few = any(_FEWEST_POINTS <= tensor.shape[0] <= _MOST_POINTS < tensor.shape[1] for tensor in weights)
    return few and len(weights) > 1 and all(tensor.ndim == 2 for tensor in weights)


def _weights(named: TensorNames) -> Sequence[Tensor]:
    """What is multiplied with, which has as many rows as outputs."""
    return [tensor for name, tensor in named.tensors.items() if name.endswith("weight") and tensor.ndim > 1]


_LORA = (
    r"(?:.*[._])?(?:lora[._](?:up|down|mid|A|B|embedding_[AB]|linear_layer)\b"
    r"|hada_w[12]|lokr_w[12]|oft_(?:blocks|R)|on_input|vera_lambda_[bd])"
)
_RANDOM = r"(?:.*\.)?(?:random_states?|\w*(?:random|manual)_seed|rng_states?|python|numpy|cpu|cuda)(?:\.\d+)*"
"""What accelerate and Transformers' trainer call the states of random numbers."""

_UNET_OF_COMPVIS = r"input_blocks\.0\.0\.weight"
_OF_TEXT = r"(?:attn2\.to_k|add_k_proj)\."
_U_NET, _TIME = r".*(?:down|up|input|output)_blocks\.", r"(?:.*[._])?(?:time|timestep|t)_(?:emb\w*|mlp|proj)\b"
_TRUNK, _HEAD = (
    r"layer4\.|features\.|blocks\.|encoder\.layers\.|stages\.",
    r"(?:fc|head|heads\.head|classifier(?:\.[136])?)\.weight$",
)

BEFORE_LATENTS: Sequence[tuple[Stranger, Recogniser]] = (
    (known.AVERAGED_LIST, _is_averaged_list),
    (known.OPTIMIZER, _holds_nothing_but(r"(?:.*\.)?state\.\d+\.\w+")),
    (known.RANDOM_STATES, _holds_nothing_but(_RANDOM)),
    (known.LORA, _names(rf"{_LORA}|.*_lora\d?\.(?:up|down)\.")),
    (known.LORA, _names(r"lora_\w+\.a1\.", r"lora_\w+\.b1\.")),
    (known.CONTROLNET, _names(r"zero_convs\.|input_hint_block\.|controlnet_(?:cond_embedding|down_blocks|blocks)\.")),
    (known.IP_ADAPTER, _names(r"to_[kv]_ip\.|ip_adapter\.\d")),
    (known.T2I_ADAPTER, _names(r"body\.0\.(?:block1|in_conv|resnets\.0\.block1)\.")),
    (known.INVERSION, _names(r"string_to_param\.|emb_params$")),
    (known.INVERSION, _names(r"clip_[gl]$")),
    (known.INVERSION, _is_a_word),
    (known.HYPERNETWORK, _names(r"(?:320|640|768|1024|1280)\.(?:\d\.)?linear\.0\.weight$")),
    (known.MOTION, _names(r"motion_modules?\.\d", but=_UNET_OF_COMPVIS)),
    (known.HUNYUAN_VIDEO, _names(r"txt_in\.individual_token_refiner\.")),
    (known.HUNYUAN_VIDEO, _names(r"context_embedder\.token_refiner\.")),
    (known.WAN, _names(r"blocks\.\d+\.cross_attn\.", r"patch_embedding\.weight$|(?:blocks\.\d+|head)\.modulation$")),
    (known.WAN, _names(r"patch_embedding\.weight$", r"time_projection\.1\.|condition_embedder\.time_embedder\.")),
    (known.VIDEO, _names(r"t5_yproj\.")),
    (known.VIDEO, _names(r"patch_embed\.text_proj\.|patchify_proj\.|.*time_stack\.|temporal_transformer_blocks\.")),
    (known.FLUX, _names(r"double_blocks\.\d+\.img_(?:attn|mod)")),
    (known.LUMINA, _names(r"context_refiner\.\d+\.", r"noise_refiner\.\d+\.")),
    (known.HIDREAM, _names(r"double_stream_blocks\.\d+\.")),
    (known.AURA_FLOW, _names(r"double_layers\.0\.attn\.w1q\.|joint_transformer_blocks\.\d+\.")),
    (known.QWEN_IMAGE, _names(r"transformer_blocks\.\d+\.img_mod\.")),
    (known.FLUX, _names(r"single_transformer_blocks\.\d+\.", r"x_embedder\.|transformer_blocks\.\d+\.")),
    (known.FLUX, _names(r"x_embedder\.weight$", r"transformer_blocks\.\d+\.norm1_context\.")),
    (known.SD3, _names(r"joint_blocks\.\d+\.")),
    (known.SD3, _names(r"transformer_blocks\.\d+\.(?:norm1_context|attn\.add_k_proj)\.", r"pos_embed\.proj\.")),
    (known.SANA, _names(r"transformer_blocks\.\d+\.ff\.conv_(?:inverted|depth)\.")),
    (known.SANA, _names(r"blocks\.\d+\.mlp\.(?:inverted|depth)_conv\.")),
    (known.CASCADE, _names(r"clip_txt_(?:pooled_)?mapper\.")),
    (known.PIXART, _names(r"t_block\.1\.", r"y_embedder\.y_proj\.")),
    (known.PIXART, _names(r"adaln_single\.", r"caption_projection\.")),
    (known.HUNYUAN_DIT, _names(r"blocks\.0\.default_modulation\.", r"extra_embedder\.")),
    (known.HUNYUAN_DIT, _names(r"blocks\.\d+\.attn1\.Wqkv\.", r"blocks\.\d+\.attn2\.kv_proj\.")),
    (known.DIT, _names(r"x_embedder\.proj\.", r"y_embedder\.embedding_table\.", r"blocks\.0\.adaLN_modulation\.")),
    (known.DIT, _names(r"transformer_blocks\.0\.norm1\.emb\.class_embedder\.")),
    (known.DALLE2, _names(r"unets\.0\.", r"noise_schedulers\.0\.")),
    (known.IMAGEN, _names(r"unets\.0\.text_to_cond\.|unets\.0\.init_conv\.")),
)
"""What is recognised before the models of latents that are read."""

SIGNS: Sequence[tuple[Stranger, Recogniser]] = (
    *BEFORE_LATENTS,
    (known.REFINER, _names(r"diffusion_model\.", r"conditioner\.embedders\.0\.model\.")),
    (known.COMPVIS, _names(r"model\.diffusion_model\.", r"first_stage_model\.")),
    (known.COMPVIS_BARE, _names(r"model\.diffusion_model\.")),
    (known.GLIDE, _names(_UNET_OF_COMPVIS, r".*encoder_kv\.")),
    (known.LATENT_UNET, _names(_UNET_OF_COMPVIS, r".*transformer_blocks\.0\.attn2\.to_k\.")),
    (
        known.DEEPFLOYD,
        _both(_names(r"add_embedding\.pool\.|encoder_hid_proj\.", r"down_blocks\."), _draws_pictures("conv_in.weight")),
    ),
    (
        known.PICTURES_OF_TEXT,
        _both(_names(r"down_blocks\.", rf".*{_OF_TEXT}"), _draws_pictures("conv_in.weight")),
    ),
    (known.KANDINSKY, _names(r"conv_in\.weight$", r"down_blocks\..*add_k_proj\.")),
    (known.LATENT_UNET, _names(r"conv_in\.weight$", r"down_blocks\..*attn2\.to_k\.")),
    (known.TAESD, _is_taesd),
    (
        known.AUTOENCODER,
        _names(
            r"(?:encoder|decoder)\.(?:conv_in|project_in|down\.0|up\.0|(?:down|up|mid)_blocks?|(?:down|up)samples\.0)\b"
        ),
    ),
    (known.AUTOENCODER, _names(r"(?:down|up)\.0\.block\.0\.conv1\.", but=r"(?:.*\.)?temb\.dense\.")),
    (known.TEXT_ENCODER, _names(r"encoder\.block\.0\.layer\.0\.SelfAttention\.")),
    (known.TEXT_ENCODER, _names(r"text_model\.(?:embeddings|encoder)\.")),
    (known.TEXT_ENCODER, _names(r"token_embedding\.weight$", r"transformer\.resblocks\.0\.")),
    (known.PICTURE_ENCODER, _names(r"vision_model\.(?:embeddings|encoder)\.")),
    (known.LANGUAGE, _names(r"embed_tokens\.weight$", r"layers\.0\.self_attn\.")),
    (known.CLASSIFIER, _names(_HEAD, _TRUNK, but=rf"{_UNET_OF_COMPVIS}|{_TIME}")),
    (
        known.LATENT_TRANSFORMER,
        _names(r"transformer_blocks\.\d+\.(?:norm1_context\.|attn\.add_k_proj\.|attn2\.to_k\.)", but=_U_NET),
    ),
)
"""What is recognised, in the order of asking: what changes a model before the models, these before their parts."""

SHAPES: Sequence[tuple[Stranger, Recogniser]] = (
    (known.SIGNALS, _convolves_along(1)),
    (known.VIDEOS, _convolves_along(3)),
    (known.POINTS, _gives_points),
)
"""What is recognised by shapes alone, where no name tells of anything else."""

NEEDS_A_NETWORK: Sequence[tuple[SourceText, Recogniser]] = (
    (QT_TRANSLATE_NOOP("errors", "a state dict of score_sde"), _names(r"all_modules\.\d")),
    (
        QT_TRANSLATE_NOOP("errors", "a state dict of a DiT for pictures"),
        _both(_names(r"blocks\.0\.adaLN_modulation\."), _draws_pictures("x_embedder.proj.weight")),
    ),
    (QT_TRANSLATE_NOOP("errors", "a state dict of U-ViT"), _names(r"in_blocks\.\d", r"out_blocks\.\d+\.skip_linear\.")),
    (QT_TRANSLATE_NOOP("errors", "a state dict of NCSN"), _names(r"sigmas$", r"begin_conv\.")),
    (QT_TRANSLATE_NOOP("errors", "a state dict of EDM"), _names(r"enc\.\d+x\d+_conv\.")),
)
"""What can be sampled with the class that a person names."""
