"""Betas from NumPy's NPY and NPZ files, whose headers are read as text: nothing in them is evaluated or believed."""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import IO

import numpy as np

from ddpm_studio.diffusion.names import listed
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.budget import Budget
from ddpm_studio.files.columns.choosing import Chosen, check_units, chosen_of
from ddpm_studio.files.columns.contradictions import compared_names, stored_with
from ddpm_studio.files.columns.other_containers import check_archive
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.stored import MAX_STORED, Stored, no_betas, too_many, too_many_schedules
from ddpm_studio.files.zipped import DAMAGE, archive_in, member_in
from ddpm_studio.interruption import check

MAX_HEADER, MAX_TEXT = 10_000, 100_000
"""Bytes of the longest header that is read, as NumPy has it, and of the longest text."""

_DTYPE = re.compile(r"""["']descr["']\s*:\s*["']([<>|=]?[biufcmMSUV]\d{1,6})["']""")
_SHAPE = re.compile(r"""["']shape["']\s*:\s*\(([\d, ]{0,99})\)""")


_FIELDS = re.compile(r"""\(["'](\w{1,60})["'],\s*["'][<>|=]?[biufcmMSUV]\d{1,6}["']""")
_WITH_FIELDS = QT_TRANSLATE_NOOP(
    "errors",
    "{path} holds a table with the fields {names}, not a list; save the one you mean by itself, as in "
    'numpy.save("{counts}.npy", table["{counts}"]).',
)


@dataclass(frozen=True)
class NpyHeader:
    """What an NPY says of its array, which follows."""

    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)


def from_npy(stream: IO[bytes], budget: Budget, path: str) -> Array:
    """The single array of real numbers in an NPY file, as float64 of shape (T,)."""
    header = npy_header(stream, path)
    if header.dtype.kind not in "fiu" or sum(side != 1 for side in header.shape) > 1:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} holds {dtype} of shape {shape}; only one list of real numbers is read, so save that by itself.",
            ),
            path=path,
            dtype=str(header.dtype),
            shape=str(header.shape),
        )
    if header.size > MAX_T:
        raise too_many(path)
    if not header.size:
        raise no_betas(path)
    with np.errstate(all="ignore"):  # What becomes infinite is refused as such.
        return npy_array(stream, header, budget, path).astype(np.float64)


def from_npz(file: ForeignFile, path: str, wanted: str = "") -> list[Stored]:
    """The array of an NPZ file from which β follow, or `betas_0`, `betas_1`, … of an export of several schedules.

    `wanted` is the key of the quantity to read, "" for the one that says most.
    """
    try:
        with archive_in(file) as archive:
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            if not names:
                check_archive(archive.namelist(), path)
            alone = chosen_of(names, wanted)
            if alone is not None:
                check_units(alone, names, path)
                compared = compared_names(names, names[alone.place], wanted)
                return [_entry(archive, names[alone.place], "", alone, compared, file.budget, path)]
            firsts = [name.removesuffix("_0") for name in names if name.endswith("_0")]
            first = chosen_of(firsts, wanted)
            if first is None or not first.named:
                check_units(None, names, path)
                raise no_betas(path, sorted(names), may_be_steps=False)  # Which no list of steps is read from.
            array = firsts[first.place]
            suffixes = list(takewhile(lambda suffix: f"{array}{suffix}" in names, (f"_{i}" for i in count())))
            if len(suffixes) > MAX_STORED:
                raise too_many_schedules(path, MAX_STORED)
            compared = compared_names(firsts, array, wanted)
            return [_entry(archive, array, suffix, first, compared, file.budget, path) for suffix in suffixes]
    except FileError:
        raise
    except (*DAMAGE, ValueError) as error:
        raise _broken(path) from error


def _entry(
    archive: zipfile.ZipFile,
    array: str,
    suffix: str,
    chosen: Chosen,
    compared: Mapping[str, str],
    budget: Budget,
    path: str,
) -> Stored:
    check()
    spec, name = (_text(archive, f"{entry}{suffix}.npy", budget, path) for entry in ("schedule", "name"))
    with member_in(archive, f"{array}{suffix}.npy") as stream:
        numbers = from_npy(stream, budget, path)
    others = {
        key: _again(archive, f"{entry}{suffix}.npy", len(numbers), budget, path) for key, entry in compared.items()
    }
    return stored_with(spec, numbers, name, chosen, others, path)


def _again(archive: zipfile.ZipFile, name: str, count: int, budget: Budget, path: str) -> Array:
    """The real numbers in a member, shape (count,); (0,) if it is not there or holds anything else."""
    if name not in archive.NameToInfo:
        return np.empty(0)
    with member_in(archive, name) as stream:
        header = npy_header(stream, path)
        if header.dtype.kind not in "fiu" or header.size != count or max(header.shape, default=0) != count:
            return np.empty(0)
        with np.errstate(all="ignore"):
            return npy_array(stream, header, budget, path).astype(np.float64)


def _text(archive: zipfile.ZipFile, name: str, budget: Budget, path: str) -> str:
    """The text in a member, or "" if there is none."""
    if name not in archive.NameToInfo:
        return ""
    with member_in(archive, name) as stream:
        header = npy_header(stream, path)
        if header.dtype.kind != "U" or header.size != 1 or header.dtype.itemsize > MAX_TEXT:
            raise _broken(path)
        return str(npy_array(stream, header, budget, path)[0])


def npy_header(stream: IO[bytes], path: str) -> NpyHeader:
    """The header, after which the stream is at the array."""
    start = stream.read(8)
    width = 2 if start[6:7] == b"\x01" else 4
    length = int.from_bytes(stream.read(width), "little")
    text = stream.read(min(length, MAX_HEADER + 1)).decode("latin-1")
    dtype, shape = _DTYPE.search(text), _SHAPE.search(text)
    if found := _FIELDS.findall(text) if start.startswith(b"\x93NUMPY") and not dtype else ():
        chosen = chosen_of(found)
        counts = found[-1 if chosen is None else chosen.place]
        raise FileError(_WITH_FIELDS, path=path, names=listed(found), counts=counts)
    if not start.startswith(b"\x93NUMPY") or len(text) != length or length > MAX_HEADER or not (dtype and shape):
        raise _broken(path)
    try:
        return NpyHeader(np.dtype(dtype[1]), tuple(int(side) for side in re.findall(r"\d+", shape[1])))
    except (TypeError, ValueError) as error:
        raise _broken(path) from error


def npy_array(stream: IO[bytes], header: NpyHeader, budget: Budget, path: str) -> Array:
    """The numbers after a header, in one dimension."""
    length = header.size * header.dtype.itemsize
    budget.spend(2 * length)  # As bytes, and as what is made of them.
    try:
        data = stream.read(length)
        array: Array = np.frombuffer(data, header.dtype)
    except ValueError as error:
        raise _broken(path) from error
    if len(array) < header.size:
        raise _broken(path)
    return array


def _broken(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is not a readable NPY or NPZ file of numbers; it may be cut off, or hold objects; save it "
            "again as plain numbers.",
        ),
        path=path,
    )
