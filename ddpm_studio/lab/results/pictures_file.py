"""File of the pictures of a point: an NPY that is written whole, and read only if it is just what was written."""

from __future__ import annotations

import hashlib
import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

TYPE = np.dtype("<f4")

MOST_BYTES = 2048 * MIB
"""Of a file; all of it is in memory when it is compared with another."""

_DAMAGED = QT_TRANSLATE_NOOP("errors", "{path} is damaged; start its sweep again, which draws these pictures anew.")


def write_pictures(path: Path, pictures: NDArray[np.float32]) -> str:
    """Write pictures as NPY; the SHA-256 of the file, in hexadecimal digits. FileError if it cannot be written."""
    content = _head(pictures.shape) + np.ascontiguousarray(pictures, TYPE).tobytes()
    with written_whole(path) as file:
        file.write(content)
    return hashlib.sha256(content).hexdigest()


def read_pictures(path: Path, shape: tuple[int, ...], digest: str) -> NDArray[np.float32]:
    """The pictures of this shape in a file with this SHA-256; FileError if it is missing or another."""
    head, size = _head(shape), size_of_pictures(shape)
    file = ForeignFile(path)
    content = file.read_at(0, size) if file.size == size <= MOST_BYTES else b""
    if not content.startswith(head) or hashlib.sha256(content).hexdigest() != digest:
        raise FileError(_DAMAGED, path=path)
    return np.frombuffer(content, TYPE, offset=len(head)).reshape(shape)


def size_of_pictures(shape: tuple[int, ...]) -> int:
    """The bytes of a file of so many pictures, (N, C, H, W)."""
    return len(_head(shape)) + TYPE.itemsize * math.prod(shape)


def _head(shape: tuple[int, ...]) -> bytes:
    """How such a file begins."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": TYPE.str, "fortran_order": False, "shape": shape})
    return head.getvalue()
