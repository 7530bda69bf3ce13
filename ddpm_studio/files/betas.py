"""Betas from a file: CSV, JSON, NPY, NPZ or a diffusers scheduler_config.json, told apart by what is in them."""

from __future__ import annotations

import os
from pathlib import Path

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.betas_numpy import NPY_MAGIC, ZIP_MAGIC, from_npy, from_npz
from ddpm_studio.files.betas_text import from_csv, from_json
from ddpm_studio.files.reading import contents
from ddpm_studio.files.stored import Stored

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".npy", ".npz")
"""How files with betas are usually named."""


def read_betas(path: str | os.PathLike[str]) -> Array:
    """β as stored, float64, shape (T,) with 1 ≤ T ≤ 100 000; their bounds are for Schedule to check.

    Takes a CSV with a `betas` column (or nothing but one column of numbers), a JSON list or an object with `betas`, an
    NPY, an NPZ with `betas`, every single-schedule export of this program, and a diffusers scheduler_config.json with
    `trained_betas` or a `beta_schedule`. Nothing in the file is executed. Raises FileError where it holds no betas,
    or those of several schedules.
    """
    stored = _stored(path)
    if len(stored) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds {count} schedules, and custom takes one; export one alone."),
            path=os.fspath(path),
            count=len(stored),
        )
    return stored[0].betas


def read_schedules(path: str | os.PathLike[str]) -> list[Schedule]:
    """The schedules of a file: a custom one for a file of one, else those that an export of several names."""
    stored = _stored(path)
    if len(stored) == 1:
        return [Schedule.from_betas(stored[0].betas, os.fspath(path))]
    return [_named(each) for each in stored]


def holds_schedules(path: str | os.PathLike[str]) -> bool:
    """Whether a file is to be read as betas: by its name, or by its first bytes where that does not say."""
    return Path(path).suffix.lower() in SUFFIXES or _looks_like_betas(_start(path))


def _start(path: str | os.PathLike[str]) -> bytes:
    """The first bytes; none of a pipe, of which whoever reads it afterwards would miss them."""
    if not Path(path).is_file():
        return b""
    try:
        with Path(path).open("rb") as file:
            return file.read(512)
    except OSError:
        return b""


def _looks_like_betas(start: bytes) -> bool:
    """Whether this begins NumPy's arrays, JSON, or a CSV with a column of betas or of nothing but numbers."""
    if start.startswith((NPY_MAGIC, ZIP_MAGIC)):
        return True
    line = start.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    return b"\0" not in start and (line.startswith((b"{", b"[")) or b"betas" in line or line[:1].isdigit())


def _stored(path: str | os.PathLike[str]) -> list[Stored]:
    data = contents(path)
    name = os.fspath(path)
    if data.startswith(NPY_MAGIC):
        return [Stored("", from_npy(data, name))]
    if data.startswith(ZIP_MAGIC):
        return from_npz(data, name)
    if b"\0" in data:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds no betas: it is no CSV, JSON, NPY or NPZ file."), path=name
        )
    text = data.decode("utf-8-sig", "surrogateescape")
    return from_json(text, name) if text.lstrip().startswith(("{", "[")) else from_csv(text, name)


def _named(stored: Stored) -> Schedule:
    """The schedule that the stored spec describes, where it still gives the stored β; else a custom one of these."""
    try:
        schedule = Schedule.parse(stored.spec)
    except (ScheduleError, FileError):
        return Schedule.from_betas(stored.betas)
    return schedule if schedule.betas.tolist() == stored.betas.tolist() else Schedule.from_betas(stored.betas)
