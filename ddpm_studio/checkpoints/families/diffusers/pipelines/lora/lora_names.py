"""Names of layers in LoRAs: each layer of a pipeline by all spellings that are in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_modules import places_in_levels

UNET, FIRST_TEXTS, SECOND_TEXTS = "unet", "text_encoder", "text_encoder_2"
_PREFIXES: Mapping[str, str] = {
    "lora_unet_": UNET,
    "lora_te_": FIRST_TEXTS,
    "lora_te1_": FIRST_TEXTS,
    "lora_te2_": SECOND_TEXTS,
    "unet.": UNET,
    "text_encoder.": FIRST_TEXTS,
    "text_encoder_2.": SECOND_TEXTS,
    "model.diffusion_model.": UNET,
    "diffusion_model.": UNET,
}
_OF_PEFT = "base_model.model."
_TEXTS = "text_model_"
_OUT = "_to_out_0"
_OLD_ATTENTION = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"}
"""What diffusers once called the layers of attention in text encoders."""


@dataclass(frozen=True)
class LayerNames:
    """The layers of one part of a pipeline, by their spellings."""

    layers: Mapping[str, nn.Module]

    @classmethod
    def of_unet(cls, network: Any) -> LayerNames:
        """Those of a UNet2DConditionModel, and as CompVis calls them."""
        each = len(network.down_blocks[0].resnets) + 1
        numbers = [range(level * each + 1, (level + 1) * each) for level in range(len(network.down_blocks))]
        originals: dict[str, list[str]] = {}
        for old, new in places_in_levels(numbers).items():
            originals.setdefault(new, []).append(old)
        return cls({name: layer for plain, layer in _weighted(network) for name in _of_unet(plain, originals)})

    @classmethod
    def of_texts(cls, network: nn.Module) -> LayerNames:
        """Those of a text encoder."""
        return cls({name: layer for plain, layer in _weighted(network) for name in _of_texts(plain)})


def part_and_layer(name: str) -> tuple[str, str]:
    """The part of a pipeline that a layer of a LoRA is in, and its spelling there.

    >>> part_and_layer("unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q")
    ('unet', 'mid_block_attentions_0_transformer_blocks_0_attn1_to_q')
    >>> part_and_layer("lora_te_text_model_encoder_layers_0_mlp_fc1")
    ('text_encoder', 'encoder_layers_0_mlp_fc1')
    """
    name = name.removeprefix(_OF_PEFT)
    prefix = next((each for each in _PREFIXES if name.startswith(each)), "")
    inner = _flat(name.removeprefix(prefix).removeprefix(_OF_PEFT).replace(".processor.", "."))
    part = _PREFIXES.get(prefix, UNET)
    return part, inner if part == UNET else inner.removeprefix(_TEXTS)


def _weighted(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers that multiply, by their names."""
    kinds = (nn.Linear, nn.Conv2d)
    yield from ((name, layer) for name, layer in network.named_modules() if isinstance(layer, kinds))


def _of_unet(name: str, originals: Mapping[str, list[str]]) -> Iterator[str]:
    parts = name.split(".")
    known = (count for count in range(len(parts), 0, -1) if ".".join(parts[:count]) in originals)
    if count := next(known, 0):
        yield from (_flat(".".join((old, *parts[count:]))) for old in originals[".".join(parts[:count])])
    yield _flat(name)
    if _flat(name).endswith(_OUT):
        yield _flat(name).removesuffix("_0")


def _of_texts(name: str) -> Iterator[str]:
    flat = _flat(name).removeprefix(_TEXTS)
    yield flat
    yield from (flat.removesuffix(new) + old for new, old in _OLD_ATTENTION.items() if flat.endswith(new))


def _flat(name: str) -> str:
    return name.replace(".", "_")
