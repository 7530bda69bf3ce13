"""A sampled batch out: as one picture, as an animation of its run, or as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.animation import write_animation
from ddpm_studio.files.atomic import check_writable, written_whole
from ddpm_studio.files.pictures import image_of, seen, write_picture
from ddpm_studio.files.recipes.carriers import MEMBER

if TYPE_CHECKING:
    from ddpm_studio.sampling.recorded_frame import Frame
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
    .gif   x from noise to picture, also .webp; ends with what .png shows, and has previews of latents before that
    .npz   samples (B, H, W, C) uint8 as in .png; x (B, C, H, W) float32 of the last step, which is a latent where
           there is a decoder, and otherwise of the range that the network was trained on; and of each step kept steps,
           timesteps (F,), frames_x, frames_x0 (F, B, H, W, C) uint8, or in place of these, where there is a decoder,
           latents_x, latents_x0 (F, B, C, h, w) float16; and recipe, bytes of JSON, if there is one

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


def sheets_of(recording: Recording, frames: Sequence[Frame]) -> Iterator[Image.Image]:
    """x of each of these frames as a contact sheet, the last one as the pictures of the run, all of one size."""
    pictures = pictures_of(recording)
    for frame in frames[:-1]:
        yield contact_sheet(_as_large_as(pictures, frame.x.fixed()))
    yield contact_sheet(pictures)


def _as_large_as(pictures: Pictures, smaller: Pictures) -> Pictures:
    """Previews at the size of the pictures themselves."""
    height, width = pictures.shape[1:3]
    if smaller.shape[1:3] == (height, width):
        return smaller
    enlarged = [image_of(seen(each)).resize((width, height), Image.Resampling.NEAREST) for each in smaller]
    return np.stack([np.asarray(each).reshape(height, width, -1) for each in enlarged])


def _write_png(path: str, recording: Recording, recipe: str) -> None:
    write_picture(path, contact_sheet(pictures_of(recording)), recipe=recipe)


def _write_animation(path: str, recording: Recording, recipe: str) -> None:
    frames, size = recording.frames, contact_sheet(pictures_of(recording)).size
    durations = chain(repeat(FRAME_MS, len(frames) - 1), [LAST_FRAME_MS])
    write_animation(path, size, zip(sheets_of(recording, frames), durations, strict=True), recipe=recipe)


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
            allow_pickle=False,
            **_moving(frames),
            **carried,
        )


def _moving(frames: Sequence[Frame]) -> dict[str, NDArray[Any]]:
    """The arrays of all steps kept: their latents, or else their pictures."""
    latents = [frame.latents for frame in frames if frame.latents is not None]
    if latents:
        x, x0 = [each.x for each in latents], [each.x0 for each in latents]
        return {"latents_x": np.stack(x), "latents_x0": np.stack(x0)}
    return {
        "frames_x": np.stack([frame.x.fixed() for frame in frames]),
        "frames_x0": np.stack([frame.x0.fixed() for frame in frames]),
    }


WRITERS: dict[str, Callable[[str, Recording, str], None]] = {
    ".png": _write_png,
    ".gif": _write_animation,
    ".webp": _write_animation,
    ".npz": _write_npz,
}
