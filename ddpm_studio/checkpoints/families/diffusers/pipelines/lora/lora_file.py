"""LoRA file: the changes of low rank that it holds, by the names of the layers in it.

lora_unet_mid_block_attentions_0_proj_in.lora_down.weight  .lora_up.weight  .lora_mid.weight  .alpha    kohya, LoCon
unet.mid_block.attentions.0.proj_in.lora_A.weight  .lora_B.weight                                       peft
unet.mid_block.attentions.0.proj_in.lora.down.weight  .lora.up.weight                                   diffusers
mid_block.….attn1.processor.to_q_lora.down.weight                                                       diffusers, once
double_blocks.0.processor.qkv_lora1.down.weight     1 of the picture, 2 of the text                     XLabs, of Flux
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.shared.filling import check_finite
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.refusal import refusal_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

_PART = re.compile(
    r"(?P<layer>.+?)[._]lora(?:_linear_layer)?(?P<stream>[12]?)[._](?P<part>down|up|mid|A|B)"
    r"(?:\.default(?:_\d+)?)?\.weight",
    re.DOTALL,
)
_NAMES = {"A": "down", "B": "up"}
_ALPHA = ".alpha"
_KINDS: Mapping[str, str] = {
    r"\bhada_": "LoHa",
    r"\blokr_": "LoKr",
    r"\b(?:dora_scale|lora_magnitude_vector)\b": "DoRA",
    r"\boft_": "OFT",
    r"\bon_input\b": "IA3",
    r"\bvera_lambda_": "VeRA",
    r"\.[ab][12]\.": "GLoRA",
}
"""What else is laid over models, by a part of the names in it."""

MOST_RANKS = 4096
"""The largest rank: more than any layer of these models has inputs, and little enough to multiply."""

_ADAPTER = "lora_adapter_metadata"
"""What diffusers calls peft's settings in the header of a file."""


@dataclass(frozen=True, eq=False)
class LowRank:
    """A change of low rank: `up` (out, r, …) times `down` (r, in, …), perhaps with a `mid` (r, r, kh, kw) between them.

    It is `alpha`/r times as large.
    """

    down: Tensor
    up: Tensor
    mid: Tensor | None = None
    alpha: float = math.nan

    @property
    def rank(self) -> int:
        """The numbers that are between both halves."""
        return len(self.down)

    @property
    def size(self) -> tuple[int, int] | None:
        """The size of what it adds to a layer, (out, in · kh · kw); None if its parts do not fit."""
        rows, inputs = len(self.up), self.down.flatten(1).shape[1]
        between = self.up.flatten(1).shape[1], self.rank
        core = between[:1] * 2 if self.mid is None else self.mid.shape
        fits = between == tuple(core[:2]) and all(0 < each <= MOST_RANKS for each in between)
        return (rows, inputs * math.prod(core[2:])) if fits else None

    def change(self) -> Tensor:
        """What it adds to a layer, of its size, in float32."""
        up, down = (each.float().flatten(1) for each in (self.up, self.down))
        if self.mid is None:
            return self.alpha / self.rank * (up @ down)
        core = self.mid.float().flatten(2)
        return self.alpha / self.rank * torch.einsum("om,mnk,ni->oik", up, core, down).flatten(1)


def read_lora(path: Path) -> Mapping[str, LowRank]:
    """The changes in the file at `path`, by the names of their layers in it.

    CheckpointError for a file that cannot be read, is none of a LoRA, is another kind of change, lacks one half of a
    change, or holds what is not finite.
    """
    source = StoredFile(path)
    if not source.is_file:
        raise CheckpointError(QT_TRANSLATE_NOOP("errors", "There is no file {path}; choose a LoRA's."), path=path)
    tensors = source.tensors
    if not tensors:
        raise refusal_of(source)
    _check_kind(tensors, path)
    halves: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        check_finite(name, tensor, path)
        if (found := _PART.fullmatch(name)) is not None:
            part = _NAMES.get(found["part"], found["part"])
            halves.setdefault(found["layer"] + found["stream"], {})[part] = tensor
        elif not name.endswith(_ALPHA):
            raise _unknown(path, name)
    return {layer: _low_rank(layer, parts, source) for layer, parts in halves.items()}


def _check_kind(tensors: Mapping[str, Tensor], path: Path) -> None:
    for pattern, kind in _KINDS.items():
        if any(re.search(pattern, name) for name in tensors):
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} is a {kind}, which cannot be laid over a model here; choose one that was saved as a LoRA.",
                ),
                path=path,
                kind=kind,
            )
    if not any(map(_PART.fullmatch, tensors)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is not a LoRA, whose tensors are called lora_down and lora_up, or lora_A and lora_B; open it "
                "as a checkpoint if it is a model.",
            ),
            path=path,
        )


def _low_rank(layer: str, parts: Mapping[str, Tensor], source: StoredFile) -> LowRank:
    missing = [part for part in ("down", "up") if part not in parts or parts[part].ndim < 2]
    if missing:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} lacks the {part} half of {layer}; download it again."),
            path=source.path,
            part=missing[0],
            layer=layer,
        )
    stored = source.tensors.get(layer + _ALPHA)
    rank = len(parts["down"])
    alpha = _of_adapter(source.metadata, layer, rank) if stored is None else float(stored.float().sum())
    return LowRank(parts["down"], parts["up"], parts.get("mid"), alpha)


def _of_adapter(metadata: Mapping[str, str], layer: str, rank: int) -> float:
    """The alpha of a layer by the settings of peft, where a file has them; the rank itself otherwise."""
    with suppress(ValueError, AttributeError, TypeError):
        settings = json.loads(metadata.get(_ADAPTER, "{}"))
        part, _, inner = layer.partition(".")
        patterns = settings.get(f"{part}.alpha_pattern") or {}
        own = next((alpha for end, alpha in patterns.items() if inner.endswith(end)), None)
        alpha = float(settings.get(f"{part}.lora_alpha", rank) if own is None else own)
        if math.isfinite(alpha):
            return alpha * math.sqrt(rank) if settings.get(f"{part}.use_rslora") else alpha
    return float(rank)


def _unknown(path: Path, name: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP("errors", "{path} holds {name}, which is no part of a LoRA; choose another file."),
        path=path,
        name=name,
    )
