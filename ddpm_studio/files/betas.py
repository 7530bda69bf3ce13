"""Betas from a file: CSV, JSON, NPY, NPZ or a diffusers scheduler_config.json, told apart by their content."""

from __future__ import annotations

import io
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple, TextIO

import numpy as np

from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.noise_levels import Array, log_snr_beyond
from ddpm_studio.diffusion.quantities import BETAS
from ddpm_studio.diffusion.schedule import DEFAULT_T, Schedule
from ddpm_studio.diffusion.spec import read_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.betas_numpy import from_npy, from_npz
from ddpm_studio.files.betas_text import from_csv, from_json, from_lists
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.columns.naming import betas_of, key_of, log_snr_of
from ddpm_studio.files.columns.other_containers import check_container
from ddpm_studio.files.columns.other_texts import check_text
from ddpm_studio.files.columns.printed_lists import printed_table
from ddpm_studio.files.columns.training_texts import LONGEST, trained_schedule
from ddpm_studio.files.columns.yaml_numbers import check_settings, yaml_lists
from ddpm_studio.files.content import START
from ddpm_studio.files.filetypes import NPY, NPZ
from ddpm_studio.files.logs import reading
from ddpm_studio.files.reading import MAX_BYTES, ForeignFile
from ddpm_studio.files.stored import MAX_STORED, Stored, no_table
from ddpm_studio.interruption import check

ENCODING = ("utf-8-sig", "surrogateescape")
"""Text as it is read: UTF-8, with or without a byte order mark; other bytes only disturb where they count."""

UTF_16 = "utf-16"

Built = Callable[[str, int], Schedule | None]


def read_betas(path: str | os.PathLike[str], quantity: str = "") -> tuple[Array, str, Array]:
    """β, float64, shape (T,) with 1 ≤ T ≤ 100 000, the key of the quantity in the file from which they follow, "" for
    plain β, and log SNR, shape (T,), if β don't tell it to the last digit, else (0,); checking their bounds is left to
    Schedule.

    Takes a CSV, a JSON object or an NPZ with a column or an entry of any of QUANTITIES, or with a single one of
    numbers; a JSON list, an NPY; every single-schedule export of this program whose curves determine β; and a diffusers
    scheduler_config.json with `trained_betas` or a `beta_schedule`. What numbers are, their name says, or that of the
    file, or their course; or `quantity`, whatever these say. Nothing in the file is executed. Raises FileError if it
    holds none, those of several schedules, what may be two things, or what contradicts itself.
    """
    name = os.fspath(path)
    stored = _read(ForeignFile(path), name, quantity)
    if len(stored) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds {count} schedules, but custom takes one; export one alone."),
            path=name,
            count=len(stored),
        )
    found = _determined(stored[0], _built, name, quantity)
    return found.betas, found.quantity, found.log_snr


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
            found = _determined(stored[0], _built, name)
            if stored[0].described and found.schedule is not None:
                return [(found.schedule, "")]
            return [(found.custom(name), stored[0].name)]
        stored = stored[:most]
        return [(schedule, each.name) for schedule, each in zip(_described(stored, name), stored, strict=True)]


def schedules_in(text: str, name: str, most: int = MAX_STORED) -> list[Schedule]:
    """The schedules in a text that is in no file, but could be that of a CSV or JSON; sentences call it `name`.

    Only the first `most` are built.
    """
    with reading(name):
        stored = from_json(text, name) if _is_json(text) else from_csv(text, name)
        return _described(stored[:most], name)


class _Determined(NamedTuple):
    """What a column determines: β, shape (T,); the quantity that it holds, "" for plain β; log SNR, if β don't tell it;
    and the schedule by whose formula it holds exactly this, if the file says so.
    """

    betas: Array
    quantity: str
    log_snr: Array
    schedule: Schedule | None = None

    def custom(self, path: str) -> Schedule:
        """The custom schedule of these numbers in the file at `path`."""
        return Schedule.from_betas(self.betas, path, (), self.quantity, self.log_snr)


def _read(file: ForeignFile, name: str, quantity: str = "") -> list[Stored]:
    file.check_size(MAX_BYTES)
    start = file.read_at(0, START)
    if NPY.starts(start):
        return [Stored("", from_npy(file.stream(), file.budget, name))]
    if NPZ.resembles(start):
        return from_npz(file, name, quantity)
    check_container(start, name)
    check_text(start, name)
    encoding = encoding_of(start)
    if encoding == ENCODING and b"\0" in start:
        raise no_table(name)
    text: TextIO = io.TextIOWrapper(file.stream(), *encoding, newline="")
    if file.size <= LONGEST:
        whole = text.read()
        if schedule := trained_schedule(whole, name):
            return [Stored(str(schedule), schedule.betas, named=(BETAS,), described=True)]
        if (printed := printed_table(whole, name)) is not None:
            return from_csv(printed, name, quantity)
        if not _is_json(whole):
            if lists := yaml_lists(whole, name):
                return from_lists(lists, name, quantity)
            check_settings(whole, name)
        text = io.StringIO(whole, newline="")
    if _is_json(start.decode(encoding[0], "ignore")):
        return from_json("".join(iter(lambda: text.read(MIB), "")), name, file.budget, quantity)
    return from_csv(text, name, quantity)


def encoding_of(start: bytes) -> tuple[str, str]:
    """The encoding of a text that begins with these bytes: UTF-16 where it has that mark, as Excel writes it."""
    return (UTF_16, ENCODING[1]) if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ENCODING


def _is_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


def _described(stored: Sequence[Stored], name: str) -> list[Schedule]:
    """Each as the schedule that its spec describes, if that gives the stored numbers, else as a custom one."""
    built = cache(_built)
    found = (_determined(each, built, name) for each in stored)
    return [each.schedule or Schedule.from_betas(each.betas, log_snr=each.log_snr) for each in found]


def _determined(stored: Stored, built: Built, name: str, quantity: str = "") -> _Determined:
    """What is stored as β. FileError where it is none, or may be two things."""
    check()
    numbers, schedule = stored.numbers, built(stored.spec, len(stored.numbers))
    for key in stored.named if schedule is not None else ():
        is_asked = quantity in ("", key) and key in CURVES
        if is_asked and schedule is not None and np.array_equal(schedule.coefficients[key], numbers):
            log_snr = log_snr_beyond(schedule.betas, schedule.coefficients.log_snr)
            return _Determined(schedule.betas, key if key != BETAS else quantity, log_snr, schedule)
    key = quantity or _key_of(stored, name)
    betas = betas_of(numbers, key, name, stored.exported)
    log_snr = stored.log_snr if key == BETAS else log_snr_of(numbers, key, betas)
    return _Determined(betas, key if key != BETAS else quantity, log_snr)


def _key_of(stored: Stored, name: str) -> str:
    agreed, counted, exported = stored.agreed, stored.counted, stored.exported
    return key_of(stored.numbers, stored.named, name, agreed=agreed, counted=counted, exported=exported)


def _built(spec: str, T: int) -> Schedule | None:
    """The schedule that a text in a file describes, if it has T steps and names no other file."""
    try:
        kind, path, values = read_spec(spec)
        if kind not in KINDS or path or values.get("T", DEFAULT_T) != T:
            return None
        return Schedule.parse(spec)
    except ScheduleError:
        return None
