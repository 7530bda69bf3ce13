"""Tags of the first picture in a TIFF, found without decoding it."""

from __future__ import annotations

import struct
from typing import BinaryIO

XMP = 700
"""The tag of the metadata in XML."""

_SIGNATURES = {b"II*\0": "<", b"MM\0*": ">"}
"""How numbers are written, by the first four bytes."""

_ENTRY = 12
_BYTES = (1, 7)
"""Types of values that are bytes."""


def bytes_of_tag(file: BinaryIO, tag: int, most: int) -> bytes:
    """The bytes of a tag, up to `most`; b"" where it has none, or what is there is no TIFF of that kind.

    No more than the 65 535 tags of one directory are looked at, whatever it says of their lengths.
    """
    file.seek(0)
    order, place = _SIGNATURES.get(file.read(4)), file.read(4)
    if order is None or len(place) < 4:
        return b""
    file.seek(*struct.unpack(f"{order}I", place))
    directory = _directory(file, order)
    for start in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        name, kind, count = struct.unpack_from(f"{order}HHI", directory, start)
        if name == tag and kind in _BYTES:
            value = directory[start + _ENTRY - 4 : start + _ENTRY]
            return value[:count] if count <= len(value) else _there(file, order, value, min(count, most))
    return b""


def _directory(file: BinaryIO, order: str) -> bytes:
    count = file.read(2)
    return file.read(_ENTRY * struct.unpack(f"{order}H", count)[0]) if len(count) == 2 else b""


def _there(file: BinaryIO, order: str, place: bytes, count: int) -> bytes:
    file.seek(*struct.unpack(f"{order}I", place))
    return file.read(count)
