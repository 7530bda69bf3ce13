"""Pixels of a pipeline's pictures, as people say sizes, and the latents that these are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import MAX_SIDE, TITLES, Answers, shape_text
from ddpm_studio.checkpoints.checkpoint import Fact
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Text

_PIXELS = QT_TRANSLATE_NOOP("card", "{width} × {height} pixels")


def in_latents(said: Answers, factor: int, path: Path) -> Answers:
    """The answers with the shape of latents where a size in pixels was `said`, of which each latent is `factor` wide.

    CheckpointError with the two sizes next to it for one that is no whole number of latents.
    """
    if said.size is None:
        return said
    if any(side % factor for side in said.size):
        raise _between(said.size, factor, path)
    width, height = (side // factor for side in said.size)
    return replace(said, size=None, shape=(height, width))


def size_fact(shape: tuple[int, int, int], factor: int) -> Fact:
    """The size of pictures whose latents have this shape, (C, h, w)."""
    width, height = factor * shape[2], factor * shape[1]
    return Fact("size", TITLES["size"], (width, height), Text(_PIXELS, {"width": width, "height": height}))


def _between(size: tuple[int, ...], factor: int, path: Path) -> CheckpointError:
    """The error for sides that are no multiples of `factor`; below the least or above the largest there is one side."""
    below = [max(factor, side // factor * factor) for side in size]
    above = [min(MAX_SIDE // factor * factor, -(-side // factor) * factor) for side in size]
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The size is {size}, but sides of pictures of {path} are multiples of {factor} pixels; use {below} or "
            "{above}.",
        )
        if below != above
        else QT_TRANSLATE_NOOP(
            "errors",
            "The size is {size}, but sides of pictures of {path} are multiples of {factor} pixels; use {below}.",
        ),
        size=shape_text(size),
        path=path,
        factor=factor,
        below=shape_text(below),
        above=shape_text(above),
    )
