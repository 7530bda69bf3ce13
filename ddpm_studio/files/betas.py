"""Betas from a file: CSV, JSON, NPY, NPZ or a diffusers scheduler_config.json, told apart by their content."""

from __future__ import annotations

import os

from ddpm_studio.diffusion.kinds import KINDS, Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import read_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.betas_numpy import from_npy, from_npz
from ddpm_studio.files.betas_text import from_csv, from_json
from ddpm_studio.files.filetypes import NPY, NPZ
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.files.reading import contents
from ddpm_studio.files.stored import Stored


def read_betas(path: str | os.PathLike[str]) -> Array:
    """β as stored, float64, shape (T,) with 1 ≤ T ≤ 100 000; checking their bounds is left to Schedule.

    Takes a CSV with a `betas` column (or nothing but one column of numbers), a JSON list or an object with `betas`, an
    NPY, an NPZ with `betas`, every single-schedule export of this program, and a diffusers scheduler_config.json with
    `trained_betas` or a `beta_schedule`. Nothing in the file is executed. Raises FileError if it holds no betas but,
    for instance, ᾱ, or those of several schedules.
    """
    stored = _stored(path)
    if len(stored) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds {count} schedules, but custom takes one; export one alone."),
            path=os.fspath(path),
            count=len(stored),
        )
    return stored[0].betas


def read_schedules(path: str | os.PathLike[str]) -> list[Schedule]:
    """The schedules in a file: a custom one if it holds one, else those that an export of several names."""
    return [schedule for schedule, _ in read_named_schedules(path)]


def read_named_schedules(path: str | os.PathLike[str], most: int | None = None) -> list[tuple[Schedule, str]]:
    """The schedules in a file as `read_schedules` returns them, each with the name that it has there, or "".

    Only the first `most`, if that is given, are made.
    """
    stored = _stored(path, most)
    if len(stored) == 1:
        return [(Schedule.from_betas(stored[0].betas, os.fspath(path)), stored[0].name)]
    return [(_described(each), each.name) for each in stored]


def schedules_in(text: str, name: str, most: int | None = None) -> list[Schedule]:
    """The schedules in a text that is in no file, but could be that of a CSV or JSON; sentences call it `name`.

    Only the first `most`, if that is given, are made.
    """
    return [_described(each) for each in _checked(_stored_in(text, name)[:most], name)]


def _stored(path: str | os.PathLike[str], most: int | None = None) -> list[Stored]:
    name = os.fspath(path)
    return _checked(_read(contents(path), name)[:most], name)


def _checked(stored: list[Stored], name: str) -> list[Stored]:
    """What is stored; FileError if it is something else than β."""
    for each in stored:
        if not _is_said(each):
            check_betas(each.betas, name)
    return stored


def _read(data: bytes, name: str) -> list[Stored]:
    if NPY.starts(data):
        return [Stored("", from_npy(data, name))]
    if NPZ.resembles(data):
        return from_npz(data, name)
    if b"\0" in data:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds no betas: it is not a CSV, JSON, NPY or NPZ file."), path=name
        )
    text = data.decode("utf-8-sig", "surrogateescape")
    return _stored_in(text, name)


def _stored_in(text: str, name: str) -> list[Stored]:
    return (from_json if text.lstrip().startswith(("{", "[")) else from_csv)(text, name)


def _is_said(stored: Stored) -> bool:
    """True if the file says by which formula it has exactly these β."""
    try:
        kind, path, _ = read_spec(stored.spec)
        return kind in KINDS and not path and Schedule.parse(stored.spec).betas.tolist() == stored.betas.tolist()
    except ScheduleError:
        return False


def _described(stored: Stored) -> Schedule:
    """The schedule that the stored spec describes, if it gives the stored β and names no file; else a custom one."""
    return Schedule.parse(stored.spec) if _is_said(stored) else Schedule.from_betas(stored.betas)
