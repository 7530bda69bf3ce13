"""A sampled batch out: as one picture, as an animation of its run, or as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.animation import write_animation
from ddpm_studio.files.atomic import check_writable, written_whole
from ddpm_studio.files.pictures import image_of, seen, write_picture
from ddpm_studio.files.recipes.carriers import MEMBER

if TYPE_CHECKING:
    from ddpm_studio.sampling.recording import Recording

SHOWN_SIDE = 64
"""Smaller pictures are enlarged by a whole factor, pixel by pixel, up to this side."""
GAP = 4
WHITE = 255
FRAME_MS, LAST_FRAME_MS = 80, 2000

Pictures = NDArray[np.uint8]


def check_target(path: str, suffixes: Collection[str] = ()) -> None:
    """FileError, before any work is done, if `path` cannot be written or has none of the `suffixes`, by default those
    of a run.
    """
    check_suffix(path, suffixes or WRITERS)
    check_writable(path)


def check_suffix(path: str, suffixes: Collection[str]) -> None:
    """FileError if `path` has none of these suffixes, in upper or lower case."""
    if Path(path).suffix.lower() not in suffixes:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} does not end in one of {known}; choose one of these formats."),
            path=path,
            known=", ".join(suffixes),
        )


def write_run(path: str, recording: Recording, recipe: str = "") -> None:
    """Write a run of at least one step, whole or not at all, in the format of the suffix, with the text of its recipe.

    .png   the pictures side by side, in rows; of a stopped run the network's last estimates
    .gif   x from noise to picture, also .webp; ends with what .png shows
    .npz   samples (B, H, W, C) uint8 as in .png; x (B, C, H, W) float32 of the last step, which is a latent where
           there is a decoder, and otherwise of the range that the network was trained on; and of each step kept steps,
           timesteps (F,), frames_x, frames_x0 (F, B, H, W, C) uint8; and recipe, bytes of JSON, if there is one

    FileError if it cannot be written.
    """
    WRITERS[Path(path).suffix.lower()](path, recording, recipe)


def pictures_of(recording: Recording) -> Pictures:
    """The result of a run of at least one step, (B, H, W, C): its x, or if it was stopped the last estimate of x0."""
    return recording.pictures


def contact_sheet(pictures: Pictures, columns: int | None = None) -> Image.Image:
    """(B, H, W, C) side by side in rows of `columns` pictures, or nearly square, small pictures enlarged: RGB of C ≥ 3
    channels, else L.
    """
    pictures = seen(pictures)
    count, height, width, channels = pictures.shape
    factor = max(1, SHOWN_SIDE // max(height, width))
    pictures = pictures.repeat(factor, axis=1).repeat(factor, axis=2)
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cell = (height * factor + GAP, width * factor + GAP)
    sheet = np.full((rows * cell[0] - GAP, columns * cell[1] - GAP, channels), WHITE, np.uint8)
    for i, picture in enumerate(pictures):
        top, left = i // columns * cell[0], i % columns * cell[1]
        sheet[top : top + cell[0] - GAP, left : left + cell[1] - GAP] = picture
    return image_of(sheet)


def _write_png(path: str, recording: Recording, recipe: str) -> None:
    write_picture(path, contact_sheet(pictures_of(recording)), recipe=recipe)


def _write_animation(path: str, recording: Recording, recipe: str) -> None:
    last = contact_sheet(pictures_of(recording))
    moving = ((contact_sheet(frame.x.fixed()), FRAME_MS) for frame in recording.frames[:-1])
    write_animation(path, last.size, chain(moving, [(last, LAST_FRAME_MS)]), recipe=recipe)


def _write_npz(path: str, recording: Recording, recipe: str) -> None:
    frames, last = recording.frames, recording.last
    assert last is not None, "a run that is written has at least one step"
    carried = {MEMBER: np.array(recipe.encode())} if recipe else {}
    with written_whole(path) as file:
        np.savez_compressed(
            file,
            samples=pictures_of(recording),
            x=last.x.float().cpu().numpy(),
            steps=np.array([frame.index for frame in frames]),
            timesteps=np.array([frame.timestep for frame in frames]),
            frames_x=np.stack([frame.x.fixed() for frame in frames]),
            frames_x0=np.stack([frame.x0.fixed() for frame in frames]),
            allow_pickle=False,
            **carried,
        )


WRITERS: dict[str, Callable[[str, Recording, str], None]] = {
    ".png": _write_png,
    ".gif": _write_animation,
    ".webp": _write_animation,
    ".npz": _write_npz,
}
