"""Names of layers in LoRAs: each layer of a pipeline by all spellings that are in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_modules import places_in_levels
from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_transformers import (
    OriginalModules,
    modules_of_flux,
    modules_of_sd3,
)

NETWORK, TEXTS, T5 = "network", ("text_encoder", "text_encoder_2", "text_encoder_3"), "text_encoder_3"
"""The network of a pipeline, its text encoders in their order, and what kohya-ss calls that of T5 in all of them."""

_FIRST, _SECOND, _ = TEXTS
_PREFIXES: Mapping[str, str] = {
    "lora_unet_": NETWORK,
    "lora_transformer_": NETWORK,
    "lora_te_": _FIRST,
    "lora_te1_": _FIRST,
    "lora_te2_": _SECOND,
    "lora_te3_": T5,
    "unet.": NETWORK,
    "transformer.": NETWORK,
    "text_encoder.": _FIRST,
    "text_encoder_2.": _SECOND,
    "text_encoder_3.": T5,
    "text_encoders.clip_l.transformer.": _FIRST,
    "text_encoders.clip_g.transformer.": _SECOND,
    "text_encoders.t5xxl.transformer.": T5,
    "model.diffusion_model.": NETWORK,
    "diffusion_model.": NETWORK,
}
_OF_PEFT = "base_model.model."
_TEXTS = "text_model_"
_OUT = "_to_out_0"
_OLD_ATTENTION = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"}
"""What diffusers once called the layers of attention in text encoders."""

_OF_XLABS = {
    "img_attn_qkv": "qkv1",
    "txt_attn_qkv": "qkv2",
    "img_attn_proj": "proj1",
    "txt_attn_proj": "proj2",
    "linear1": "qkv",
    "linear2": "proj",
}
"""What XLabs calls layers of Flux; of those that are in one it changes queries, keys and values alone."""


@dataclass(frozen=True, eq=False)
class LayerRows:
    """The rows of a layer, all or some, that rows of a change are added to."""

    layer: Any
    rows: slice = field(default_factory=lambda: slice(None))

    @property
    def weight(self) -> Tensor:
        """These rows of the layer's weight."""
        weight: Tensor = self.layer.weight
        return weight[self.rows]

    def add(self, change: Tensor) -> None:
        """Add a change of as many numbers, in float32."""
        # A new tensor, since that of the file may be read again.
        changed = self.layer.weight.to(torch.float32, copy=True)
        changed[self.rows] += change.reshape(self.weight.shape)
        self.layer.weight = nn.Parameter(changed.to(self.layer.weight.dtype), requires_grad=False)


@dataclass(frozen=True)
class LayerNames:
    """The layers of one part of a pipeline, by their spellings; some spellings are those of several in one, whose rows
    follow each other.
    """

    layers: Mapping[str, Sequence[LayerRows]]

    @classmethod
    def of_unet(cls, network: Any) -> LayerNames:
        """Those of a UNet2DConditionModel, and as CompVis calls them."""
        each = len(network.down_blocks[0].resnets) + 1
        numbers = [range(level * each + 1, (level + 1) * each) for level in range(len(network.down_blocks))]
        originals: dict[str, list[str]] = {}
        for old, new in places_in_levels(numbers).items():
            originals.setdefault(new, []).append(old)
        return cls(
            {name: [LayerRows(layer)] for plain, layer in _weighted(network) for name in _of_network(plain, originals)}
        )

    @classmethod
    def of_transformer(cls, network: Any, name: str) -> LayerNames:
        """Those of a transformer of the class `name`, and as the makers of Flux and Stable Diffusion 3 call them."""
        layers = dict(_weighted(network))
        originals = dict(_in_originals(layers, _ORIGINALS[name](network))) if name in _ORIGINALS else {}
        now = {name: [LayerRows(layer)] for plain, layer in layers.items() for name in _of_network(plain, {})}
        return cls({**originals, **now})

    @classmethod
    def of_texts(cls, network: nn.Module) -> LayerNames:
        """Those of a text encoder."""
        return cls({name: [LayerRows(layer)] for plain, layer in _weighted(network) for name in _of_texts(plain)})


_ORIGINALS: Mapping[str, Callable[[Any], OriginalModules]] = {
    "FluxTransformer2DModel": lambda network: modules_of_flux(
        len(network.transformer_blocks), len(network.single_transformer_blocks)
    ),
    "SD3Transformer2DModel": lambda network: modules_of_sd3(len(network.transformer_blocks)),
}
"""The original modules of a network, by its class."""


def part_and_layer(name: str) -> tuple[str, str]:
    """The part of a pipeline that a layer of a LoRA is in, and its spelling there.

    >>> part_and_layer("unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q")
    ('network', 'mid_block_attentions_0_transformer_blocks_0_attn1_to_q')
    >>> part_and_layer("lora_te_text_model_encoder_layers_0_mlp_fc1")
    ('text_encoder', 'encoder_layers_0_mlp_fc1')
    """
    name = name.removeprefix(_OF_PEFT)
    prefix = next((each for each in _PREFIXES if name.startswith(each)), "")
    inner = _flat(name.removeprefix(prefix).removeprefix(_OF_PEFT).replace(".processor.", "."))
    part = _PREFIXES.get(prefix, NETWORK)
    return part, inner if part == NETWORK else inner.removeprefix(_TEXTS)


def _weighted(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers that multiply, by their names."""
    kinds = (nn.Linear, nn.Conv2d)
    yield from ((name, layer) for name, layer in network.named_modules() if isinstance(layer, kinds))


def _in_originals(
    layers: Mapping[str, nn.Module], originals: OriginalModules
) -> Iterator[tuple[str, Sequence[LayerRows]]]:
    """The rows of layers by the original name of what they were in."""
    for old, news in originals.whole.items():
        if all(new in layers for new in news):
            rows = [LayerRows(layers[new]) for new in news]
            name = _flat(old)
            yield name, _halves(layers[news[0]]) if old in originals.swapped else rows
            yield from (
                (name.removesuffix(end) + new, rows[:3]) for end, new in _OF_XLABS.items() if name.endswith(end)
            )


def _halves(layer: Any) -> Sequence[LayerRows]:
    """The second half of a layer's rows, and the first."""
    middle = len(layer.weight) // 2
    return [LayerRows(layer, slice(middle, None)), LayerRows(layer, slice(middle))]


def _of_network(name: str, originals: Mapping[str, list[str]]) -> Iterator[str]:
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
