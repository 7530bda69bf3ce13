"""Matrix profiles: bytes of an ICC profile made of a curve of light and the chromaticities of white and primaries."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LightCurve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""What is linear light of a level, both from 0 to 1."""

Chromaticities = tuple[float, ...]
"""x and y of white, red, green and blue."""

_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""Cone responses of XYZ, in which whites are adapted: ICC.1:2022, annex E."""

_SAMPLES = 4096


def matrix_profile(name: str, chromaticities: Chromaticities, curve: LightCurve) -> bytes:
    """A profile of version 2 by a matrix and a curve, as ICC.1:2001-04 lays it out."""
    levels = np.rint(65535 * curve(np.linspace(0, 1, _SAMPLES))).astype(">u2").tobytes()
    light = b"curv" + struct.pack(">II", 0, _SAMPLES) + levels
    text = name.encode("ascii") + b"\0"
    described = b"desc" + struct.pack(">II", 0, len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    columns = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, _to_d50(chromaticities).T), strict=True))
    tags = {b"desc": described, b"wtpt": _xyz(_D50), **columns}
    return _laid_out(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), light))


def _to_d50(chromaticities: Chromaticities) -> NDArray[np.float64]:
    """The matrix (3, 3) from linear RGB to XYZ under D50; ValueError or ZeroDivisionError for points without one."""
    points = np.array(chromaticities, float).reshape(4, 2)
    white, *primaries = (np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in points.tolist())
    columns = np.stack(primaries, axis=1)
    matrix = columns * np.linalg.solve(columns, white)
    cones = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    return np.linalg.solve(_BRADFORD, cones[:, None] * (_BRADFORD @ matrix))


def _xyz(values: NDArray[np.float64]) -> bytes:
    return b"XYZ " + struct.pack(">4i", 0, *(round(value * 65536) for value in values.tolist()))


def _laid_out(tags: dict[bytes, bytes]) -> bytes:
    """The tags with their table and a header, those that are equal once."""
    start, places, content = 128 + 4 + 12 * len(tags), dict[bytes, int](), b""
    for tag in tags.values():
        if tag not in places:
            places[tag] = start + len(content)
            content += tag + bytes(-len(tag) % 4)
    table = b"".join(name + struct.pack(">II", places[tag], len(tag)) for name, tag in tags.items())
    head = struct.pack(">I4xI12s", start + len(content), 0x02400000, b"mntrRGB XYZ ")
    rest = bytes(12) + b"acsp" + bytes(28) + _xyz(_D50)[8:]
    return head + rest + bytes(128 - len(head) - len(rest)) + struct.pack(">I", len(tags)) + table + content
