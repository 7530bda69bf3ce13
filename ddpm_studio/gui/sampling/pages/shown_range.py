"""Range in which the pictures of a run are shown, and the channels of latents in their place."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.gui.state.run import RunFrame

if TYPE_CHECKING:
    from ddpm_studio.sampling.eight_bit import EightBit
    from ddpm_studio.sampling.recorded_frame import Halves

GAP = 1
"""Pixels between two channels."""


class ShownRange(StrEnum):
    """−1 … 1 for all, each picture's own, or of latents each channel in its own."""

    FIXED = "fixed"
    OWN = "own"
    CHANNELS = "channels"


def x_in(shown: ShownRange, frame: RunFrame) -> NDArray[np.uint8]:
    """x of a step as it is shown, (B, H, W, C); without latents there are no channels to show."""
    return _seen(shown, frame.x, None if frame.latents is None else frame.latents.x)


def x0_in(shown: ShownRange, frame: RunFrame) -> NDArray[np.uint8]:
    """The estimate x0 of a step, likewise."""
    return _seen(shown, frame.x0, None if frame.latents is None else frame.latents.x0)


def _seen(shown: ShownRange, drawn: EightBit, latents: Halves | None) -> NDArray[np.uint8]:
    if shown is ShownRange.CHANNELS and latents is not None:
        return channels_of(latents)
    return drawn.own() if shown is ShownRange.OWN else drawn.fixed()


def channels_of(latents: Halves) -> NDArray[np.uint8]:
    """The channels of latents (B, C, h, w) as one gray picture for each, (B, H, W, 1): side by side in rows, nearly
    square, each from its least value in black to its largest in white.
    """
    count, channels, height, width = latents.shape
    columns = math.ceil(math.sqrt(channels))
    rows = math.ceil(channels / columns)
    values = latents.astype(np.float32)
    low, high = values.min(axis=(2, 3), keepdims=True), values.max(axis=(2, 3), keepdims=True)
    gray = ((values - low) * (255 / np.maximum(high - low, 1e-9))).round().astype(np.uint8)
    sheet = np.zeros((count, rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 1), np.uint8)
    for number in range(channels):
        top, left = number // columns * (height + GAP), number % columns * (width + GAP)
        sheet[:, top : top + height, left : left + width, 0] = gray[:, number]
    return sheet
