"""Betas from a file: CSV, JSON, NPY, NPZ or a diffusers scheduler_config.json, told apart by their content."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from functools import cache

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import DEFAULT_T, Schedule
from ddpm_studio.diffusion.spec import read_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.betas_numpy import from_npy, from_npz
from ddpm_studio.files.betas_text import from_csv, from_json
from ddpm_studio.files.bounded_json import check_no_stand_in
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import NPY, NPZ
from ddpm_studio.files.logs import reading
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.files.reading import MAX_BYTES, ForeignFile
from ddpm_studio.files.stored import MAX_STORED, Stored, no_table
from ddpm_studio.interruption import check

ENCODING = ("utf-8-sig", "surrogateescape")
"""Text as it is read: UTF-8, with or without a byte order mark; other bytes only disturb where they count."""

Built = Callable[[str, int], Schedule | None]


def read_betas(path: str | os.PathLike[str]) -> Array:
    """β as stored, float64, shape (T,) with 1 ≤ T ≤ 100 000; checking their bounds is left to Schedule.

    Takes a CSV with a `betas` column (or nothing but one column of numbers), a JSON list or an object with `betas`, an
    NPY, an NPZ with `betas`, every single-schedule export of this program, and a diffusers scheduler_config.json with
    `trained_betas` or a `beta_schedule`. Nothing in the file is executed. Raises FileError if it holds no betas but,
    for instance, ᾱ, or those of several schedules.
    """
    name = os.fspath(path)
    stored = _read(ForeignFile(path), name)
    if len(stored) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds {count} schedules, but custom takes one; export one alone."),
            path=name,
            count=len(stored),
        )
    _said(stored[0], _built, name)
    return stored[0].betas


def read_schedules(path: str | os.PathLike[str]) -> list[Schedule]:
    """The schedules in a file: a custom one if it holds one, else those that an export of several names."""
    return [schedule for schedule, _ in read_named_schedules(path)]


def read_named_schedules(path: str | os.PathLike[str], most: int = MAX_STORED) -> list[tuple[Schedule, str]]:
    """The schedules in a file as `read_schedules` returns them, each with the name that it has there, or "".

    Only the first `most` are built.
    """
    name = os.fspath(path)
    with reading(name):
        stored = _read(ForeignFile(path), name)
        if len(stored) == 1:
            _said(stored[0], _built, name)
            return [(Schedule.from_betas(stored[0].betas, name), stored[0].name)]
        stored = stored[:most]
        return [(schedule, each.name) for schedule, each in zip(_described(stored, name), stored, strict=True)]


def schedules_in(text: str, name: str, most: int = MAX_STORED) -> list[Schedule]:
    """The schedules in a text that is in no file, but could be that of a CSV or JSON; sentences call it `name`.

    Only the first `most` are built.
    """
    with reading(name):
        stored = from_json(text, name) if _is_json(text) else from_csv(text, name)
        return _described(stored[:most], name)


def _read(file: ForeignFile, name: str) -> list[Stored]:
    file.check_size(MAX_BYTES)
    start = file.read_at(0, START)
    if NPY.starts(start):
        return [Stored("", from_npy(file.stream(), file.budget, name))]
    if NPZ.resembles(start):
        return from_npz(file, name)
    if b"\0" in start:
        raise no_table(name)
    text = io.TextIOWrapper(file.stream(), *ENCODING, newline="")
    if _is_json(start.decode(*ENCODING)):
        return from_json("".join(iter(lambda: text.read(MIB), "")), name, file.budget)
    check_no_stand_in(start, name)
    return from_csv(text, name)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


def _described(stored: Sequence[Stored], name: str) -> list[Schedule]:
    """Each as the schedule that its spec describes, if that gives the stored β, else as a custom one."""
    built = cache(_built)
    return [_said(each, built, name) or Schedule.from_betas(each.betas) for each in stored]


def _said(stored: Stored, built: Built, name: str) -> Schedule | None:
    """The schedule by whose formula the file has exactly these β, if it says so.

    FileError if it does not, and they are something else than β.
    """
    check()
    schedule = built(stored.spec, len(stored.betas))
    if schedule is not None and schedule.betas.tolist() == stored.betas.tolist():
        return schedule
    check_betas(stored.betas, name)
    return None


def _built(spec: str, T: int) -> Schedule | None:
    """The schedule that a text in a file describes, if it has T steps and names no other file."""
    try:
        kind, path, values = read_spec(spec)
        if kind not in KINDS or path or values.get("T", DEFAULT_T) != T:
            return None
        return Schedule.parse(spec)
    except ScheduleError:
        return None
