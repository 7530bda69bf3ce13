"""Transformers in one file, under their makers' names: the marks of each, and where its other parts are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class PartPlace:
    """A part of a pipeline: what it is, how its names begin in a file of the whole, and what a file of it alone is
    called.
    """

    name: SourceText
    prefixes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class KnownTransformer:
    """A kind of transformer: its name, the tensors by which it is told, and the other parts of its pipeline.

    `cached` are pipelines on the Hugging Face hub that have the same parts. `scaling` and `shift` are those of the
    latents of its autoencoder.
    """

    name: SourceText
    marks: tuple[str, ...]
    parts: Mapping[str, PartPlace]
    cached: tuple[str, ...]
    scaling: float
    shift: float

    def prefix(self, names: Collection[str]) -> str:
        """What is before the names of the transformer in a file that has one."""
        return best_prefix(names, self.marks[0]) or ""


_FIRST = QT_TRANSLATE_NOOP("errors", "text encoder")
_SECOND = QT_TRANSLATE_NOOP("errors", "second text encoder")
_THIRD = QT_TRANSLATE_NOOP("errors", "third text encoder")
_AUTOENCODER = QT_TRANSLATE_NOOP("errors", "autoencoder")
_WORDS = QT_TRANSLATE_NOOP("errors", "vocabulary of T5")

_CLIP_L = ("text_encoders.clip_l.transformer.",), ("clip_l.safetensors",)
_CLIP_G = ("text_encoders.clip_g.transformer.",), ("clip_g.safetensors",)
_T5 = (
    ("text_encoders.t5xxl.transformer.",),
    ("t5xxl_fp16.safetensors", "t5xxl_fp8_e4m3fn.safetensors", "t5xxl.safetensors"),
)
_LATENTS = "first_stage_model.", "vae."

FLUX = KnownTransformer(
    QT_TRANSLATE_NOOP("errors", "Flux"),
    (
        "double_blocks.0.img_attn.qkv.weight",
        "single_blocks.0.linear1.weight",
        "vector_in.in_layer.weight",
        "img_in.weight",
        "txt_in.weight",
    ),
    {
        "vae": PartPlace(_AUTOENCODER, _LATENTS, ("ae.safetensors",)),
        "text_encoder": PartPlace(_FIRST, *_CLIP_L),
        "text_encoder_2": PartPlace(_SECOND, *_T5),
        "tokenizer_2": PartPlace(_WORDS),
    },
    ("black-forest-labs/FLUX.1-dev", "black-forest-labs/FLUX.1-schnell"),
    0.3611,
    0.1159,
)
SD3 = KnownTransformer(
    QT_TRANSLATE_NOOP("errors", "Stable Diffusion 3"),
    (
        "joint_blocks.0.x_block.attn.qkv.weight",
        "x_embedder.proj.weight",
        "context_embedder.weight",
        "y_embedder.mlp.0.weight",
    ),
    {
        "vae": PartPlace(_AUTOENCODER, _LATENTS),
        "text_encoder": PartPlace(_FIRST, *_CLIP_L),
        "text_encoder_2": PartPlace(_SECOND, *_CLIP_G),
        "text_encoder_3": PartPlace(_THIRD, *_T5),
        "tokenizer_3": PartPlace(_WORDS),
    },
    (
        "stabilityai/stable-diffusion-3.5-large",
        "stabilityai/stable-diffusion-3.5-medium",
        "stabilityai/stable-diffusion-3-medium-diffusers",
    ),
    1.5305,
    0.0609,
)


def known_transformer(names: Collection[str]) -> KnownTransformer | None:
    """The kind of transformer that has tensors of these names; None for any other."""
    return next((kind for kind in (FLUX, SD3) if all(kind.prefix(names) + mark in names for mark in kind.marks)), None)
