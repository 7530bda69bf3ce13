"""Latent models in one file: the marks by which each is told, and what no shape of its tensors says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

FIRST = "diffusion_model.input_blocks.0.0.weight"
"""What every U-Net of CompVis begins with, in what holds it."""

FIRST_OF_MODEL = f"model.{FIRST}"
AUTOENCODER, _TEXTS = "first_stage_model.", ("cond_stage_model.", "conditioner.")
GROUPS, HEAD_CHANNELS = 32, 64


@dataclass(frozen=True)
class KnownModel:
    """A kind of model: its name, its text encoders by the prefixes of their tensors, and what is the same in all.

    `heads` is the number of heads of each attention, None where each head has HEAD_CHANNELS. `side` is that of the
    latents it was trained on, `scaling` that of its autoencoder. `hidden` has how many layers of its text encoder are
    not read.
    """

    name: SourceText
    encoders: Mapping[str, str]
    heads: int | None
    side: int
    scaling: float = 0.18215
    hidden: int = 0
    settings: Mapping[str, object] = field(default_factory=dict)


SD1 = KnownModel(
    QT_TRANSLATE_NOOP("errors", "Stable Diffusion 1"), {"text_encoder": "cond_stage_model.transformer."}, 8, 64
)
SD2 = KnownModel(
    QT_TRANSLATE_NOOP("errors", "Stable Diffusion 2"), {"text_encoder": "cond_stage_model.model."}, None, 96, hidden=1
)
SDXL = KnownModel(
    QT_TRANSLATE_NOOP("errors", "Stable Diffusion XL"),
    {"text_encoder": "conditioner.embedders.0.transformer.", "text_encoder_2": "conditioner.embedders.1.model."},
    None,
    128,
    0.13025,
)

OF_OPEN_CLIP = "model."
"""How the prefixes of encoders end whose tensors have OpenCLIP's names."""

_TEXT_GUIDED = re.compile(r"(?:.*\.)?diffusion_model\.input_blocks\.\d+\.1\.transformer_blocks\.0\.attn2\.to_k\.weight")

_PARTS: Mapping[str, SourceText] = {
    "vae": QT_TRANSLATE_NOOP("errors", "autoencoder"),
    "text_encoder": QT_TRANSLATE_NOOP("errors", "text encoder"),
    "text_encoder_2": QT_TRANSLATE_NOOP("errors", "second text encoder"),
}
_INSIDE = {"vae": "decoder.conv_in.weight", "text_encoder": "", "text_encoder_2": ""}


def known_model(names: Collection[str]) -> KnownModel | None:
    """The kind of model that has tensors of these names, whole or but for a part; None for any other."""
    plain = {name.removeprefix("state_dict.") for name in names}
    if FIRST_OF_MODEL not in plain or not any(map(_TEXT_GUIDED.fullmatch, plain)):
        return None
    by_texts = (kind for kind in (SDXL, SD2, SD1) if any(_begins(plain, each) for each in kind.encoders.values()))
    if (kind := next(by_texts, None)) is not None:
        return kind
    is_any = not _begins(plain, _TEXTS) and _begins(plain, AUTOENCODER)
    return SD1 if is_any else None


def lacking(names: Iterable[str], kind: KnownModel) -> tuple[SourceText, str] | None:
    """The first part of a model that is not among the tensors of these names, and how its names would begin."""
    plain = {name.removeprefix("state_dict.") for name in names}
    parts = {"vae": AUTOENCODER, **kind.encoders}
    missing = (part for part, prefix in parts.items() if not _begins(plain, prefix + _INSIDE[part]))
    return next(((_PARTS[part], parts[part]) for part in missing), None)


def _begins(names: Iterable[str], prefix: str | tuple[str, ...]) -> bool:
    return any(name.startswith(prefix) for name in names)
