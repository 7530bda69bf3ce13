"""Latents: what a network works in that has a decoder, and the pictures that they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.device_errors import on_device, too_many
from ddpm_studio.sampling.devices import Network, Placements, home
from ddpm_studio.sampling.parts import Parts
from ddpm_studio.sampling.reasons import reason_of


@dataclass(frozen=True, eq=False)
class Decoding:
    """A decoder at the place of what it decodes, called with as many latents at a time as memory holds.

    `decoder(latents)` turns (B, *shape) into pictures (B, C, H, W) in ±1, and computes in its own precision. `preview`
    turns them into smaller and coarser ones at next to no cost.
    """

    decoder: Network
    placements: Placements
    preview: Network | None = None

    def __call__(self, latents: Tensor) -> Tensor:
        """The pictures of these latents, float32 on their device.

        Raises SamplingError if the decoder fails, returns something else than pictures, or has no memory for one.
        """
        with on_device(len(latents), latents.device), torch.inference_mode():
            dtype = home(self.decoder, latents)[1]
            decoder = self.placements.get(self.decoder, latents.device, dtype)
            try:
                pictures = Parts(len(latents))(lambda part: _checked(decoder(part.clone()), part), latents.to(dtype))
            except StudioError:
                raise
            except Exception as error:  # The decoder is foreign code.
                if is_out_of_memory(error):
                    raise too_many(len(latents), latents.device) from error
                raise SamplingError(
                    QT_TRANSLATE_NOOP("errors", "The decoder failed: {reason}."), reason=reason_of(error)
                ) from error
        return pictures.float()


def _checked(pictures: object, latents: Tensor) -> Tensor:
    if not isinstance(pictures, Tensor) or pictures.ndim != 4 or len(pictures) != len(latents):
        found = tuple(pictures.shape) if isinstance(pictures, Tensor) else type(pictures).__name__
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "The decoder turned {shape} into {other}; it must return pictures (B, C, H, W)."
            ),
            shape=tuple(latents.shape),
            other=found,
        )
    if not pictures.isfinite().all():
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "The decoder's pictures are not finite; run it in float32, or clip the latents."
            )
        )
    return pictures
