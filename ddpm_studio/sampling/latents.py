"""Latents: what a network works in that has a decoder, and the pictures that they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.device_errors import on_device, too_many
from ddpm_studio.sampling.devices import Network, Placements, home
from ddpm_studio.sampling.live_memory import live_memory_of
from ddpm_studio.sampling.parts import Parts
from ddpm_studio.sampling.reasons import reason_of
from ddpm_studio.sampling.room import room_on


@dataclass(frozen=True, eq=False)
class Decoding:
    """A decoder at the place of what it decodes, called with as many latents at a time as memory holds.

    `decoder(latents)` turns (B, *shape) into pictures (B, C, H, W) in ±1, and computes in its own precision. One with a
    method `in_tiles` does that tile by tile where not even one picture fits, and is not kept on a device where memory
    is so short. `preview` turns latents into smaller and coarser ones at next to no cost.
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
                pictures = self._decoded(decoder, latents.to(dtype))
            except StudioError:
                raise
            except Exception as error:  # The decoder is foreign code.
                if is_out_of_memory(error):
                    raise too_many(len(latents), latents.device) from error
                raise SamplingError(
                    QT_TRANSLATE_NOOP("errors", "The decoder failed: {reason}."), reason=reason_of(error)
                ) from error
        return pictures.float()

    def _decoded(self, decoder: Network, latents: Tensor) -> Tensor:
        """The pictures, all at once, in parts, or in tiles, whichever memory holds."""
        in_tiles: Network | None = getattr(decoder, "in_tiles", None)
        fitting = len(latents) if in_tiles is None else _fitting(decoder, latents)
        if fitting < len(latents):
            self.placements.let_go(self.decoder, latents.device)  # Once this is done: nobody else has it.
        try:
            if fitting or in_tiles is None:
                return _in_parts(decoder, latents, fitting)
        except SamplingError as error:
            if in_tiles is None or not _has_no_room(error):
                raise
        return _in_parts(in_tiles, latents, 1)


def _has_no_room(error: SamplingError) -> bool:
    return isinstance(error.__cause__, Exception) and is_out_of_memory(error.__cause__)


def _in_parts(decoder: Network, latents: Tensor, at_once: int) -> Tensor:
    parts = Parts(len(latents))
    parts.size = min(parts.whole, at_once)
    return parts(lambda part: _checked(decoder(part.clone()), part), latents)


def _fitting(decoder: Network, latents: Tensor) -> int:
    """How many pictures there is memory for at a time, 0 for less than one; all where that is not known."""
    room = room_on(latents.device)
    of_one = live_memory_of(decoder, latents.dtype, latents[:1]) if isinstance(decoder, nn.Module) else None
    return len(latents) if room is None or not of_one else room.free // of_one


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
