"""Original text encoders of Stable Diffusion: CLIP as transformers has it, or as OpenCLIP does, which is renamed.

text_model.encoder.layers.0.self_attn.q_proj.weight         transformers, with or without text_model.
transformer.resblocks.0.attn.in_proj_weight                 OpenCLIP: queries, keys and values in one
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import Places, inside, new_name
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.checkpoints.families.shared.latent_files import HEAD_CHANNELS
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.reading.json_settings import Settings

_LAYER = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}
_WHOLE = {
    "token_embedding": "embeddings.token_embedding",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_final": "final_layer_norm",
}
_IN_ONE, _PROJECTION, _TEMPERATURE = ".attn.in_proj_", "text_projection", "logit_scale"
_HIGHEST = 2
"""By this number of the token that ends texts, transformers takes the highest, as OpenCLIP does."""


def clip_config(outline: Outline, *, projects: bool, activation: str) -> Settings:
    """The config of an encoder by the names and shapes that transformers gives it.

    MissingTensorError and ValueError for shapes that are not of one.
    """
    layers = outline / "encoder" / "layers"
    words, width = (outline / "embeddings" / "token_embedding").sizes(2)
    projected = {"projection_dim": (outline / "text_projection").sizes(2)[0]} if projects else {}
    return {
        "architectures": ["CLIPTextModelWithProjection" if projects else "CLIPTextModel"],
        "vocab_size": words,
        "hidden_size": width,
        "intermediate_size": (layers / 0 / "mlp" / "fc1").sizes(2)[0],
        "num_hidden_layers": len(layers),
        "num_attention_heads": max(1, width // HEAD_CHANNELS),
        "max_position_embeddings": (outline / "embeddings" / "position_embedding").sizes(2)[0],
        "hidden_act": activation,
        "eos_token_id": _HIGHEST,
        **projected,
    }


def t5_config(outline: Outline) -> Settings:
    """The config of an encoder of T5, likewise."""
    layers = outline / "encoder" / "block"
    attends, feeds = layers / 0 / "layer" / 0 / "SelfAttention", layers / 0 / "layer" / 1 / "DenseReluDense"
    words, width = (outline / "shared" if "shared" in outline else outline / "encoder" / "embed_tokens").sizes(2)
    buckets, heads = (attends / "relative_attention_bias").sizes(2)
    gated = "wi_0" in feeds
    return {
        "architectures": ["T5EncoderModel"],
        "vocab_size": words,
        "d_model": width,
        "d_kv": (attends / "q").sizes(2)[0] // heads,
        "d_ff": (feeds / ("wi_0" if gated else "wi")).sizes(2)[0],
        "num_layers": len(layers),
        "num_heads": heads,
        "relative_attention_num_buckets": buckets,
        "feed_forward_proj": "gated-gelu" if gated else "relu",
    }


def clip_tensors(tensors: Tensors) -> Tensors:
    """The tensors that transformers wrote, in any release of it, without what is no weight."""
    plain = {name.removeprefix("text_model."): tensor for name, tensor in tensors.items()}
    return {name: tensor for name, tensor in plain.items() if not name.endswith(("position_ids", _TEMPERATURE))}


def open_clip_tensors(tensors: Tensors, *, hidden: int, projects: bool) -> Tensors:
    """The tensors of OpenCLIP under the names of transformers, without the last layers that are `hidden`.

    The projection of a text is kept where the encoder `projects`, and turned over.
    """
    layers = len(Outline(tensors) / "transformer" / "resblocks") - hidden
    left = tuple(f"transformer.resblocks.{layers + each}." for each in range(hidden))
    kept = {name: each for name, each in tensors.items() if not (left and name.startswith(left))}
    places = _places(layers)
    return dict(pair for name, each in kept.items() for pair in _converted(name, each, places, projects))


def _converted(name: str, tensor: Tensor, places: Places, projects: bool) -> Iterator[tuple[str, Tensor]]:
    if name == _PROJECTION:
        yield from [(f"{_PROJECTION}.weight", tensor.T.contiguous())] if projects else []
    elif _IN_ONE in name:
        layer, _, kind = name.partition(_IN_ONE)
        for part, each in zip("qkv", tensor.chunk(3), strict=True):
            yield f"{new_name(layer, places)}.self_attn.{part}_proj.{kind}", each
    elif name != _TEMPERATURE and not name.endswith("attn_mask"):
        yield new_name(name, places), tensor


def _places(layers: int) -> Places:
    places = {**_WHOLE}
    for number in range(layers):
        places |= inside(f"transformer.resblocks.{number}", f"encoder.layers.{number}", _LAYER)
    return places
