"""Starting picture: what a run begins from in place of pure noise, as the network would have it without any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.device_errors import on_device, too_many
from ddpm_studio.sampling.devices import Network, home
from ddpm_studio.sampling.reasons import reason_of

_GRAY, _RGB = 1, 3
_LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in gray, of ITU-R BT.601 as in Pillow."""


def takes_pictures(denoiser: Denoiser) -> bool:
    """True if a run can begin from a picture: one of gray or RGB, or of latents whose decoder also encodes.

    Such a decoder has `encoded`(pictures), which turns (B, 3, H, W) in ±1 into latents as the network has them, and
    `enlargement`, how many times the sides of latents those of their pictures are.
    """
    if denoiser.decoder is None:
        return denoiser.shape[0] in (_GRAY, _RGB)
    return _encoder(denoiser.decoder) is not None


def check_takes_pictures(denoiser: Denoiser) -> None:
    """Raise SamplingError for a network whose runs can only begin from noise."""
    if takes_pictures(denoiser):
        return
    if denoiser.decoder is not None:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "This checkpoint draws latents, and has nothing that turns a picture into them; begin from noise.",
            )
        )
    raise SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "This checkpoint draws {channels} channels, into which no picture can be turned; begin from noise.",
        ),
        channels=denoiser.shape[0],
    )


def as_x0(denoiser: Denoiser, pixels: NDArray[np.float32], device: torch.device) -> Tensor:
    """A picture in ±1, (H, W, 1) or (H, W, 3), as the network would draw it, (1, *shape), float32 on the CPU.

    Its middle is cut out in the shape of the network's pictures, and brought to their size. Latents are encoded on
    `device`. Raises SamplingError if the network takes no pictures, or if its encoder fails.
    """
    check_takes_pictures(denoiser)
    channels, *sides = denoiser.shape
    height, width = sides
    picture = torch.tensor(pixels, dtype=torch.float32).permute(2, 0, 1)[None]
    if denoiser.decoder is None:
        return denoiser.values.of_pictures(_fitting(_in_colours(picture, channels), height, width))
    factor: int = getattr(denoiser.decoder, "enlargement", 1)
    return _encoded(denoiser, _fitting(_in_colours(picture, _RGB), factor * height, factor * width), device)


def noised_to_first(x0: Tensor, noise: Tensor, table: SolverTable) -> Tensor:
    """x at the first level of `table`, √ᾱ x0 + √(1 − ᾱ) ε, for `noise` ε (B, *shape) and x0 (1 or B, *shape)."""
    return noised_at([(table.sqrt_alphas_cumprod[0], table.sqrt_one_minus_alphas_cumprod[0])], x0, noise)


def noised_at(weights: Sequence[Weights], x0: Tensor, noise: Tensor) -> Tensor:
    """√ᾱ x0 + √(1 − ᾱ) ε at each of S weights (√ᾱ, √(1 − ᾱ)) in turn, (S·B, *shape), on the device of `noise`."""
    x0 = x0.to(noise)
    return torch.cat([float(of_picture) * x0 + float(of_noise) * noise for of_picture, of_noise in weights])


def _encoder(decoder: Network) -> Network | None:
    encoded: Network | None = getattr(decoder, "encoded", None)
    return encoded


def _in_colours(picture: Tensor, channels: int) -> Tensor:
    """Gray or RGB, (1, C, H, W), as gray or RGB."""
    if picture.shape[1] == channels:
        return picture
    if channels == _RGB:
        return picture.expand(-1, _RGB, -1, -1)
    return torch.einsum("bchw,c->bhw", picture, torch.tensor(_LUMA))[:, None]


def _fitting(picture: Tensor, height: int, width: int) -> Tensor:
    """The middle of a picture (1, C, H, W) in this shape, at this size."""
    found = picture.shape[2:]
    scale = max(height / found[0], width / found[1])
    rows, columns = max(1, round(height / scale)), max(1, round(width / scale))
    top, left = (found[0] - rows) // 2, (found[1] - columns) // 2
    middle = picture[:, :, top : top + rows, left : left + columns]
    if (rows, columns) == (height, width):
        return middle
    return interpolate(middle, (height, width), mode="bicubic", antialias=True).clamp(-1, 1)


def _encoded(denoiser: Denoiser, pictures: Tensor, device: torch.device) -> Tensor:
    decoder = denoiser.decoder
    assert decoder is not None, "only latents are encoded"
    dtype = home(decoder, pictures)[1]
    with on_device(1, device), torch.no_grad():
        encode = _encoder(denoiser.placements.get(decoder, device, dtype))
        assert encode is not None, "a copy has what it is a copy of"
        try:
            latents = encode(pictures.to(device, dtype))
        except StudioError:
            raise
        except Exception as error:  # The encoder is foreign code.
            if is_out_of_memory(error):
                raise too_many(1, device) from error
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "The picture cannot be encoded: {reason}."), reason=reason_of(error)
            ) from error
        return _checked(latents, denoiser).float().cpu()


def _checked(latents: object, denoiser: Denoiser) -> Tensor:
    expected = (1, *denoiser.shape)
    found = tuple(latents.shape) if isinstance(latents, Tensor) else type(latents).__name__
    if not isinstance(latents, Tensor) or found != expected:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The picture was encoded as {found}; this network takes latents {expected}."),
            found=found,
            expected=expected,
        )
    if not latents.isfinite().all():
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The encoded picture is not finite; run the autoencoder in float32.")
        )
    return latents
