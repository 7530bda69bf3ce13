"""Preparation of a sweep: what is looked at before anything is drawn, wherever it was asked for."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, LabError
from ddpm_studio.files.budget import MIB
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.driver import left_of
from ddpm_studio.lab.model_place import ModelPlace, opened_at, picture_shape_at
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.pictures_file import MOST_BYTES, size_of_pictures
from ddpm_studio.lab.results.points_database import AskedSweep
from ddpm_studio.lab.results.result_folder import ResultFolder
from ddpm_studio.lab.sweep import Sweep, placed
from ddpm_studio.lab.sweep_toml import sweep_text

_TOO_LARGE = QT_TRANSLATE_NOOP(
    "errors", "The pictures of a point take {size} MiB; the most are {most}; draw fewer of each seed, and more seeds."
)


def check_drawable(sweep: Sweep, place: ModelPlace, *, here: bool = True) -> None:
    """Raise LabError for a condition that the checkpoint does not know, and SamplingError for a device that is not
    here, where it is to be drawn `here`.
    """
    from ddpm_studio.sampling import device_named

    denoiser = opened_at(place)
    for number, told in enumerate(sweep.conditions, 1):
        with placed("conditions", number):
            denoiser.conditioned(*told)
    if here:
        device_named(sweep.device)


def _size(points: Sequence[SweepPoint], shape: tuple[int, ...]) -> int:
    """The bytes that the pictures of points take on the disk, each picture of this shape, (C, H, W)."""
    return sum(size_of_pictures((point.pictures, *shape)) for point in points)


def begin_asking(folder: ResultFolder, asked: AskedPoints, points: Sequence[SweepPoint], place: ModelPlace) -> None:
    """Note in a folder which sweep this is, of which these points are to be drawn there.

    FileError if the pictures that are still to be drawn do not fit on the disk, LabError if those of a point are too
    many for the memory.
    """
    shape = picture_shape_at(place)
    _check_room(folder, left_of(folder, points), shape)
    folder.database.ask(AskedSweep(sweep_text(asked.sweep), place.fingerprint, shape))


def _check_room(folder: ResultFolder, left: Sequence[SweepPoint], shape: tuple[int, ...]) -> None:
    largest = max((_size([point], shape) for point in left), default=0)
    if largest > MOST_BYTES:
        raise LabError(_TOO_LARGE, size=largest >> 20, most=MOST_BYTES >> 20)
    size, free = _size(left, shape), shutil.disk_usage(folder.path).free
    if size > free:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} has room for {free} MiB, but this sweep takes {size} MiB; choose another disk."
            ),
            path=folder.path,
            free=f"{free / MIB:.1f}",
            size=f"{size / MIB + 0.05:.1f}",
        )
