"""Architecture of an improved-diffusion or guided-diffusion network, as far as the shapes in its file tell."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.outline import Outline


@dataclass(frozen=True)
class UNetArchitecture:
    """The arguments with which these libraries build a UNetModel, as far as shapes tell them.

    Level k works at 1/2^k of the picture's size with `channels` × `multipliers[k]` channels, and attends at
    1/`attention` of it. With `film` the embedding of t scales and shifts, otherwise it is added; with `resblock_updown`
    blocks change the size, otherwise a convolution does. `attended` are the channels of every attention.
    """

    channels: int
    multipliers: tuple[Fraction, ...]
    res_blocks: int
    attention: tuple[int, ...]
    classes: int
    film: bool
    resblock_updown: bool
    attended: tuple[int, ...]

    @property
    def attends_upwards(self) -> bool:
        """True if there is attention on the way down and up, and not only in the middle."""
        return len(self.attended) > 1


def architecture_of(outline: Outline) -> UNetArchitecture:
    """The architecture of a UNetModel; MissingTensorError or ValueError if these are not the shapes of one."""
    inputs, outputs = outline / "input_blocks", outline / "output_blocks"
    res_blocks = _res_blocks(inputs, outputs)
    blocks = inputs.reach
    firsts = [inputs / index for index in range(1, blocks, res_blocks + 1)]
    channels = outline.sizes(2, "time_embed.0.weight")[1]
    widths = [(first / 0).sizes(4, "in_layers.2.weight")[0] for first in firsts]
    attention = [level for level, first in enumerate(firsts) if "qkv" in first / 1]
    middle = (outline / "middle_block" / 1).shape("qkv.weight")[1]
    return UNetArchitecture(
        channels=channels,
        multipliers=tuple(Fraction(width, channels) for width in widths),
        res_blocks=res_blocks,
        attention=tuple(2**level for level in attention),
        classes=outline.sizes(2, "label_emb.weight")[0] if "label_emb" in outline else 0,
        film=(firsts[0] / 0).sizes(2, "emb_layers.1.weight")[0] == 2 * widths[0],
        resblock_updown=any("in_layers" in inputs / index / 0 for index in downs(blocks, res_blocks)),
        attended=(*(widths[level] for level in attention), middle),
    )


def downs(blocks: int, res_blocks: int) -> range:
    """The indexes, among this many input blocks, of those that halve the size: one after the residual blocks of each
    level but the last.
    """
    return range(res_blocks + 1, blocks, res_blocks + 1)


def _res_blocks(inputs: Outline, outputs: Outline) -> int:
    """The residual blocks per level; on the way up there is one more, which ends with twice the size except in the last
    level. Where sizes change without parameters, the first input block without any comes after those of a level.
    """
    if inputs.reach > len(inputs):
        res_blocks = len(inputs) - 1
    else:
        growing = (index for index in range(len(outputs)) if is_growing(outputs / index))
        res_blocks = next(growing, len(outputs) - 1)
    if res_blocks < 1:
        raise ValueError("no residual blocks")
    return res_blocks


def is_growing(block: Outline) -> bool:
    """True if an output block ends with twice the size: by a residual block or a convolution after its first layer."""
    last = block / (len(block) - 1)
    return len(block) > 1 and ("in_layers" in last or "conv" in last)


def pools(outline: Outline) -> bool:
    """True if sizes change without parameters (conv_resample=False), which leaves a gap among the input blocks."""
    inputs = outline / "input_blocks"
    return inputs.reach > len(inputs)
