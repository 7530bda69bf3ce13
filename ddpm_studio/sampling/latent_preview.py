"""Preview of latents: one matrix from their channels to red, green and blue, which costs next to nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.devices import Network, Placements
from ddpm_studio.sampling.latents import Decoding

COARSEST = 2
"""Cells on a side of the smooth fields to which a preview is fitted, doubled up to the side of the latents."""


@dataclass(frozen=True)
class LatentPreview:
    """Pictures as large as the latents, whose red, green and blue are weighted sums of the channels.

    `matrix` (C, 3) has the weights of each channel, `bias` (3,) what is added. Called with latents (B, C, h, w), as
    the network sees them, it returns pictures (B, 3, h, w), float32 on their device, in about ±1. Raises SamplingError
    for other shapes, and for numbers that are not finite.

    >>> LatentPreview(((0.5, 0.5, 0.5), (0, 0, 1))).bias
    (0.0, 0.0, 0.0)
    """

    matrix: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", tuple(_numbers(row) for row in self.matrix))
        object.__setattr__(self, "bias", _numbers(self.bias))
        if not self.matrix:
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "The matrix of a preview has no rows; it has one for each channel.")
            )

    def __call__(self, latents: Tensor) -> Tensor:
        if latents.ndim != 4 or latents.shape[1] != len(self.matrix):
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "This preview is of latents (B, {channels}, h, w), not of {shape}."),
                channels=len(self.matrix),
                shape=tuple(latents.shape),
            )
        with torch.inference_mode():
            matrix, bias = (torch.tensor(part, device=latents.device) for part in (self.matrix, self.bias))
            return torch.einsum("bchw,cp->bphw", latents.float(), matrix) + bias[:, None, None]

    @classmethod
    def of_first_channels(cls, channels: int) -> Self:
        """The first three channels as red, green and blue, a single one in gray: for latents of which no more is known.

        >>> LatentPreview.of_first_channels(4).matrix[2:]
        ((0.0, 0.0, 1.0), (0.0, 0.0, 0.0))
        """
        if channels == 1:
            return cls(((1.0, 1.0, 1.0),))
        return cls(tuple(tuple(float(place == color) for color in range(3)) for place in range(channels)))

    @classmethod
    def fitted(
        cls, decoder: Network, shape: tuple[int, int, int], generator: torch.Generator, latents: int = 4
    ) -> Self:
        """The matrix that comes closest to what `decoder` makes of smooth random latents of this shape (C, h, w).

        So many `latents` are decoded, of fields from coarse to fine, and least squares taken between their values and
        the pictures averaged over the cells of the latents; gray pictures count as colours. The numbers are drawn on
        the device of `generator`. Raises SamplingError if the decoder fails.
        """
        fields = _smooth(latents, shape, generator)
        pictures = Decoding(decoder, Placements())(fields)
        colors = pictures[:, :3] if pictures.shape[1] >= 3 else pictures[:, :1].expand(-1, 3, -1, -1)
        seen = _as_rows(adaptive_avg_pool2d(colors, shape[1:]))
        known = torch.cat([_as_rows(fields), torch.ones(len(seen), 1, dtype=torch.float64)], dim=1)
        # With the pseudoinverse, channels that do not differ get the smallest weights there are.
        *matrix, bias = (torch.linalg.pinv(known) @ seen).tolist()
        return cls(tuple(map(tuple, matrix)), tuple(bias))


def _numbers(row: Iterable[float]) -> tuple[float, ...]:
    numbers = tuple(float(number) for number in row)
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)):
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "A preview has {value} for red, green and blue; they must be three finite numbers."
            ),
            value=numbers,
        )
    return numbers


def _smooth(count: int, shape: Sequence[int], generator: torch.Generator) -> Tensor:
    """Fields (count, C, h, w), about N(0, 1) at each place, each the sum of finer and finer noise."""
    channels, *sides = shape
    levels = [torch.randn(count, channels, 1, 1, generator=generator, device=generator.device).expand(-1, -1, *sides)]
    cells = COARSEST
    while cells <= max(sides):
        noise = torch.randn(count, channels, cells, cells, generator=generator, device=generator.device)
        levels.append(interpolate(noise, size=tuple(sides), mode="bilinear"))
        cells *= 2
    return torch.stack(levels).sum(dim=0) / math.sqrt(len(levels))


def _as_rows(values: Tensor) -> Tensor:
    """(B, C, h, w) as (B h w, C), in float64 on the CPU."""
    return values.permute(0, 2, 3, 1).flatten(0, 2).cpu().double()


KNOWN = {
    "sd": LatentPreview(
        (
            (0.3512, 0.2297, 0.3227),
            (0.3250, 0.4974, 0.2350),
            (-0.2829, 0.1762, 0.2721),
            (-0.2120, -0.2616, -0.7177),
        )
    ),
    "sdxl": LatentPreview(
        (
            (0.3651, 0.4232, 0.4341),
            (-0.2533, -0.0042, 0.1068),
            (0.1076, 0.1111, -0.0362),
            (-0.3165, -0.2492, -0.2188),
        ),
        (0.1084, -0.0175, -0.0011),
    ),
    "sd3": LatentPreview(
        (
            (-0.0922, -0.0175, 0.0749),
            (0.0311, 0.0633, 0.0954),
            (0.1994, 0.0927, 0.0458),
            (0.0856, 0.0339, 0.0902),
            (0.0587, 0.0272, -0.0496),
            (-0.0006, 0.1104, 0.0309),
            (0.0978, 0.0306, 0.0427),
            (-0.0042, 0.1038, 0.1358),
            (-0.0194, 0.0020, 0.0669),
            (-0.0488, 0.0130, -0.0268),
            (0.0922, 0.0988, 0.0951),
            (-0.0278, 0.0524, -0.0542),
            (0.0332, 0.0456, 0.0895),
            (-0.0069, -0.0030, -0.0810),
            (-0.0596, -0.0465, -0.0293),
            (-0.1448, -0.1463, -0.1189),
        ),
        (0.2394, 0.2135, 0.1925),
    ),
    "flux": LatentPreview(
        (
            (-0.0346, 0.0244, 0.0681),
            (0.0034, 0.0210, 0.0687),
            (0.0275, -0.0668, -0.0433),
            (-0.0174, 0.0160, 0.0617),
            (0.0859, 0.0721, 0.0329),
            (0.0004, 0.0383, 0.0115),
            (0.0405, 0.0861, 0.0915),
            (-0.0236, -0.0185, -0.0259),
            (-0.0245, 0.0250, 0.1180),
            (0.1008, 0.0755, -0.0421),
            (-0.0515, 0.0201, 0.0011),
            (0.0428, -0.0012, -0.0036),
            (0.0817, 0.0765, 0.0749),
            (-0.1264, -0.0522, -0.1103),
            (-0.0280, -0.0881, -0.0499),
            (-0.1262, -0.0982, -0.0778),
        ),
        (-0.0329, -0.0718, -0.0851),
    ),
}
"""Of Stable Diffusion 1 and 2, SDXL, Stable Diffusion 3 and Flux: the numbers of ComfyUI, comfy/latent_formats.py.

They are for latents as the network sees them, (z − shift) · scale for z of the autoencoder (scale 0.18215, 0.13025,
1.5305, 0.3611; shift 0.0609 and 0.1159 for the last two), to which its previews are applied, and give pictures in ±1.
Those of Flux have their 16 channels here, not the 64 of patches of 2 × 2.
"""
