"""File of a kept run: an NPZ with its recipe, what else is known of it, a thumbnail, and its pictures."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.betas_numpy import npy_array, npy_header
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.kept.kept_run import KeptPictures, KeptRun
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.recipes.carriers import MEMBER, recipe_in
from ddpm_studio.files.zipped import DAMAGE, archive_in, member_in

VERSION = 1

ABOUT, THUMBNAIL, SEEN, X = "about", "thumbnail", "samples", "x"
"""The arrays beside the recipe."""

MOST_IN_THUMBNAIL, THUMBNAIL_SIDE = 6, 48
"""Pictures of a thumbnail, and the most pixels along a side of one."""

_MAX_ABOUT = 10_000
_LONGEST_DEVICE = 300

_DAMAGED = QT_TRANSLATE_NOOP("errors", "The kept run {path} cannot be read; forget it, or draw it again.")
_NEWER = QT_TRANSLATE_NOOP("errors", "The kept run {path} was written by a newer version of this program; update it.")


def write_kept(path: Path, recipe: str, about: Mapping[str, object], pictures: KeptPictures) -> None:
    """Write a run, whole or not at all; `about` has the calls, total, seconds and device. FileError if that fails."""
    text = json.dumps({"version": VERSION, **about}, allow_nan=False)
    with written_whole(path) as file:
        np.savez(
            file,
            allow_pickle=False,
            **{
                MEMBER: np.array(recipe.encode()),
                ABOUT: np.array(text.encode()),
                THUMBNAIL: thumbnail_of(pictures.seen),
                SEEN: np.ascontiguousarray(pictures.seen),
                X: np.ascontiguousarray(pictures.x),
            },
        )


def thumbnail_of(seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The first few of some pictures, every k-th of their pixels, (N, H, W, C)."""
    every = math.ceil(max(seen.shape[1:3]) / THUMBNAIL_SIDE)
    return np.ascontiguousarray(seen[:MOST_IN_THUMBNAIL, ::every, ::every])


def read_kept(path: Path) -> KeptRun:
    """What the file of a run says, without its pictures in full; FileError if it is damaged or was made by others."""
    recipe = recipe_in(path)
    if recipe is None or recipe.run is None:
        raise FileError(_DAMAGED, path=path)
    file = ForeignFile(path)
    try:
        with archive_in(file) as archive:
            about = _about(archive, file)
            with member_in(archive, f"{X}.npy") as stream:
                shape = npy_header(stream, str(path)).shape
            thumbnail = _pictures(archive, THUMBNAIL, file)
            calls, total = int(about["calls"]), int(about["total"])
            seconds, device = float(about["seconds"]), str(about["device"])[:_LONGEST_DEVICE]
    except FileError:
        raise
    except (*DAMAGE, KeyError, TypeError, ValueError) as error:
        raise FileError(_DAMAGED, path=path) from error
    if not (0 < calls <= total and 0 <= seconds < math.inf and len(shape) == 4):
        raise FileError(_DAMAGED, path=path)
    return KeptRun(path.stem, recipe, calls, total, seconds, device, shape[1:], thumbnail, nbytes=file.size)


def read_pictures(path: Path) -> KeptPictures:
    """All pictures of the file of a run; FileError."""
    file = ForeignFile(path)
    try:
        with archive_in(file) as archive:
            seen = _pictures(archive, SEEN, file)
            with member_in(archive, f"{X}.npy") as stream:
                header = npy_header(stream, str(path))
                x = npy_array(stream, header, file.budget, str(path)).astype(np.float32).reshape(header.shape)
    except FileError:
        raise
    except (*DAMAGE, KeyError, ValueError) as error:
        raise FileError(_DAMAGED, path=path) from error
    if x.ndim != 4 or len(x) != len(seen):
        raise FileError(_DAMAGED, path=path)
    return KeptPictures(seen, x)


def _about(archive: zipfile.ZipFile, file: ForeignFile) -> dict[str, float]:
    with member_in(archive, f"{ABOUT}.npy") as stream:
        npy_header(stream, str(file.path))
        text = stream.read(_MAX_ABOUT)
    about = parse(text, file.budget, file.path)
    if not isinstance(about, dict) or type(about.get("version")) is not int:
        raise FileError(_DAMAGED, path=file.path)
    if about["version"] > VERSION:
        raise FileError(_NEWER, path=file.path)
    return about


def _pictures(archive: zipfile.ZipFile, name: str, file: ForeignFile) -> NDArray[np.uint8]:
    """Some pictures, bytes (N, H, W, C) of at least one pixel."""
    with member_in(archive, f"{name}.npy") as stream:
        header = npy_header(stream, str(file.path))
        if header.dtype != np.uint8 or len(header.shape) != 4 or not header.size:
            raise FileError(_DAMAGED, path=file.path)
        pixels: NDArray[np.uint8] = npy_array(stream, header, file.budget, str(file.path)).view(np.uint8)
    return pixels.reshape(header.shape)
