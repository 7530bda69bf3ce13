"""Frames of a recording: steps in bytes, and latents beside them, to be decoded when that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddpm_studio.sampling.device_errors import on_device
from ddpm_studio.sampling.eight_bit import EightBit, as_bytes, to_eight_bit
from ddpm_studio.sampling.engine import Step

Halves = NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class LatentPair:
    """x and the estimate x0 of one step as the network sees them, (B, C, h, w), in half precision."""

    x: Halves
    x0: Halves

    @property
    def nbytes(self) -> int:
        """The memory that both take, in bytes."""
        return self.x.nbytes + self.x0.nbytes


@dataclass(frozen=True, eq=False)
class Frame:
    """One step in bytes: its place in the run, and the pictures of x and of the estimate x0.

    Where the network works in `latents`, these are kept as well, and the pictures are `previewed` until they are
    decoded.
    """

    index: int
    timestep: float
    x: EightBit
    x0: EightBit
    latents: LatentPair | None = None
    previewed: bool = False

    @property
    def nbytes(self) -> int:
        """The memory that pictures and latents take, in bytes."""
        return self.x.nbytes + self.x0.nbytes + (0 if self.latents is None else self.latents.nbytes)


def frame_of(step: Step) -> Frame:
    """The frame of a step, with previews of latents; SamplingError if its bytes do not fit into memory."""
    x, x0 = (to_eight_bit(step.previewed(one)) for one in (step.x, step.x0))
    latents = LatentPair(_halves(step.x), _halves(step.x0)) if step.is_latent else None
    return Frame(step.index, step.timestep, x, x0, latents, previewed=step.is_latent)


def decoded_frame(frame: Frame, step: Step) -> Frame:
    """The frame with decoded pictures in place of previews, by the decoder of any `step` of its run, at that step's
    own precision if it is its frame; SamplingError if the decoder fails.
    """
    if frame.latents is None or not frame.previewed:
        return frame
    own = frame.index == step.index
    x, x0 = (step.x, step.x0) if own else (_on(step.x, frame.latents.x), _on(step.x, frame.latents.x0))
    decoded = _decoded(step, x)
    return replace(frame, x=decoded, x0=decoded if torch.equal(x, x0) else _decoded(step, x0), previewed=False)


def _decoded(step: Step, latents: Tensor) -> EightBit:
    return EightBit.of_bytes(as_bytes(step.decoded(latents)))


def _on(x: Tensor, latents: Halves) -> Tensor:
    """Latents at the place and in the precision of x."""
    with on_device(len(latents), x.device):
        return torch.from_numpy(latents).to(x.device, x.dtype)


def _halves(x: Tensor) -> Halves:
    with on_device(len(x), x.device):
        return np.asarray(x.half().cpu().numpy())
