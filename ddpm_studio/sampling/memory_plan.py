"""Memory plan: what a run of latents takes on its device, told beforehand where that is more than is free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import home
from ddpm_studio.sampling.live_memory import live_memory_of, weights_of
from ddpm_studio.sampling.room import Room, room_on
from ddpm_studio.texts import SourceText, Text

_GIB = 2**30
_TOO_MUCH = QT_TRANSLATE_NOOP(
    "errors",
    "This run takes about {needed:.1f} GiB on {device} (network {network:.1f}, its calls {calls:.1f}, decoder "
    "{decoder:.1f}), of which {free:.1f} are free; {remedy}.",
)
_REMEDIES: Mapping[tuple[bool, bool], SourceText] = {
    (False, False): QT_TRANSLATE_NOOP("errors", "draw a smaller picture, or close other programs"),
    (False, True): QT_TRANSLATE_NOOP("errors", "draw a smaller picture, or compute in bfloat16"),
    (True, False): QT_TRANSLATE_NOOP("errors", "draw fewer pictures at once, or smaller ones"),
    (True, True): QT_TRANSLATE_NOOP("errors", "draw fewer pictures at once or smaller ones, or compute in bfloat16"),
}
"""What to do, by whether there are several pictures, and whether they are in full precision."""


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes that a run takes beside what is on its device already.

    `network` and `decoder_weights` are for weights, `calls` for the results of a call of the network for all pictures
    and conditions, `one_call` for one picture under one of them, `decoding` for those of the decoder for one picture,
    since pictures are decoded one by one if memory asks for it.
    """

    network: int
    calls: int
    one_call: int
    decoder_weights: int
    decoding: int

    @property
    def needed(self) -> int:
        """What a run takes that calls the network for all pictures at once."""
        return self.network + max(self.calls, self.decoder_weights + self.decoding)

    @property
    def least(self) -> int:
        """What no splitting of the batch and no tiles of the decoder can spare."""
        return self.network + max(self.one_call, self.decoder_weights)


def plan_memory(
    denoiser: Denoiser, pictures: int, device: torch.device, dtype: torch.dtype | None
) -> MemoryPlan | None:
    """The plan of a run in `dtype`, None for the network's own; None where x is no latent, or nothing tells it."""
    network, decoder = denoiser.network, denoiser.decoder
    if not isinstance(network, nn.Module) or not isinstance(decoder, nn.Module):
        return None
    x = torch.empty((1, *denoiser.shape))
    own = home(network, x)
    dtype = own[1] if dtype is None else dtype
    terms = [one.dealt(range(1)) for one in denoiser.terms]
    rows = pictures * (len(terms) if len({one.outline for one in terms}) == 1 else 1)
    call = live_memory_of(network, dtype, x, torch.empty(1), *terms[0].tensors, **terms[0].keywords)
    at, precision = home(decoder, x)
    decoding = live_memory_of(decoder, precision, x)
    if call is None or decoding is None:
        return None
    return MemoryPlan(
        network=0 if own == (device, dtype) else weights_of(network, dtype),
        calls=rows * call,
        one_call=call,
        decoder_weights=0 if at == device else weights_of(decoder, precision),
        decoding=decoding,
    )


def check_memory(
    denoiser: Denoiser, pictures: int, device: torch.device, dtype: torch.dtype | None, room: Room | None = None
) -> Text | None:
    """What to say of the memory of a run before it, None where it fits, or nothing tells that.

    `room` is what the device has, by default as it says. SamplingError for one picture that it could never hold.
    """
    room = room or room_on(device)
    plan = None if room is None else plan_memory(denoiser, pictures, device, dtype)
    if room is None or plan is None or plan.needed <= room.free:
        return None
    if plan.least > room.total:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "One picture takes {least:.1f} GiB on {device}, which has {total:.1f}; draw a smaller one, or choose "
                "another device.",
            ),
            least=plan.least / _GIB,
            device=device,
            total=room.total / _GIB,
        )
    full = dtype in (None, torch.float32) and home(denoiser.network, torch.empty(0))[1] == torch.float32
    return Text(
        _TOO_MUCH,
        {
            "needed": plan.needed / _GIB,
            "device": str(device),
            "network": plan.network / _GIB,
            "calls": plan.calls / _GIB,
            "decoder": (plan.decoder_weights + plan.decoding) / _GIB,
            "free": room.free / _GIB,
            "remedy": _REMEDIES[pictures > 1, full],
        },
    )
