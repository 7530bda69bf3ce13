"""Betas from NumPy's NPY and NPZ files."""

from __future__ import annotations

import io
import zipfile
import zlib
from itertools import count, takewhile

import numpy as np

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.reading import MAX_BYTES
from ddpm_studio.files.stored import Stored, no_betas, too_many


def from_npy(data: bytes, path: str) -> Array:
    """The single array of real numbers in an NPY file, as float64 of shape (T,)."""
    array = _load(data, path)
    if not (isinstance(array, np.ndarray) and array.dtype.kind in "fiu" and array.squeeze().ndim <= 1):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds {dtype} of shape {shape}; betas are one list of real numbers."),
            path=path,
            dtype=array.dtype,
            shape=array.shape,
        )
    if array.size > MAX_T:
        raise too_many(path)
    if not array.size:
        raise no_betas(path)
    return array.astype(np.float64).reshape(-1)


def from_npz(data: bytes, path: str) -> list[Stored]:
    """The entry `betas` of an NPZ file, or `betas_0`, `betas_1`, … of an export of several schedules."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "betas.npy" in names:
                return [_entry(archive, "", path)]
            suffixes = takewhile(lambda suffix: f"betas{suffix}.npy" in names, (f"_{i}" for i in count()))
            stored = [_entry(archive, suffix, path) for suffix in suffixes]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _broken(path) from error
    if not stored:
        raise no_betas(path, sorted(name.removesuffix(".npy") for name in names))
    return stored


def _entry(archive: zipfile.ZipFile, suffix: str, path: str) -> Stored:
    spec, name = (_text(archive, f"{entry}{suffix}.npy", path) for entry in ("schedule", "name"))
    return Stored(spec, from_npy(_member(archive, f"betas{suffix}.npy", path), path), name)


def _text(archive: zipfile.ZipFile, name: str, path: str) -> str:
    return str(_load(_member(archive, name, path), path)) if name in archive.namelist() else ""


def _member(archive: zipfile.ZipFile, name: str, path: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_BYTES:
        raise too_many(path)
    return archive.read(name)


def _load(data: bytes, path: str) -> Array:
    try:
        array: Array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError) as error:
        raise _broken(path) from error
    return array


def _broken(path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors", "{path} is not a readable NPY or NPZ file of numbers; it may be cut off, or hold objects."
        ),
        path=path,
    )
