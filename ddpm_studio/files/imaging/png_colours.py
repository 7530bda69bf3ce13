"""Colours of a PNG as its chunks tell them: by a profile, by code points of video, or by a gamma and primaries."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.files.imaging.png_chunks import chunks_of, profile_in

_Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""What is linear light of a level, both from 0 to 1."""

_Points = tuple[float, ...]
"""x and y of white, red, green and blue."""

_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
"""Cone responses of XYZ, in which whites are adapted: ICC.1:2022, annex E."""

_D65 = (0.3127, 0.3290)
_SRGB = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_SAMPLES = 4096
_AS_SRGB = 0.0005
"""How far gAMA may be from 1/2.2, which stands for the curve of sRGB: the specification has writers of sRGB say it."""

_LEAST, _MOST = 0.05, 20.0
"""Gammas that say something of a picture."""


def _srgb(level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def _bt709(level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(level < 0.081, level / 4.5, ((level + 0.099) / 1.099) ** (1 / 0.45))


def _power(exponent: float) -> _Curve:
    return lambda level: level**exponent


_PRIMARIES: dict[int, tuple[str, _Points]] = {
    1: ("BT.709", _SRGB),
    5: ("BT.601 (625 lines)", (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06)),
    6: ("BT.601 (525 lines)", (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070)),
    9: ("BT.2020", (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046)),
    11: ("DCI-P3", (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
    12: ("Display P3", (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)),
}
_CURVES: dict[int, _Curve] = {
    **dict.fromkeys((1, 6, 14, 15), _bt709),
    4: _power(2.2),
    5: _power(2.8),
    8: _power(1.0),
    13: _srgb,
}
"""By the code points of ITU-T H.273, tables 2 and 3, without those of high dynamic range."""


def profile_of_png(file: BinaryIO) -> bytes | None:
    """The ICC profile of a PNG's colours, b"" if what it says of them is unsound, None for sRGB or if it says nothing.

    Of several chunks the first that is known counts, in the order of the specification: cICP, iCCP, sRGB, gAMA, cHRM.
    """
    found: dict[bytes, bytes] = {}
    for chunk in chunks_of(file):
        if chunk.name == b"IDAT":
            break
        if chunk.name in (b"cICP", b"sRGB", b"gAMA", b"cHRM"):
            found.setdefault(chunk.name, chunk.content(file, 64))
    of_video = _of_code_points(found[b"cICP"]) if b"cICP" in found else None
    if of_video:
        return of_video
    embedded = profile_in(file)
    if embedded is not None or b"sRGB" in found:
        return embedded
    if b"gAMA" in found or b"cHRM" in found:
        return _of_gamma(found.get(b"gAMA"), found.get(b"cHRM"))
    return of_video


def _of_code_points(content: bytes) -> bytes:
    """The profile of primaries, transfer, matrix and range as a cICP chunk has them; b"" where they are not known."""
    known = len(content) == 4 and content[0] in _PRIMARIES and content[1] in _CURVES and content[2:] == b"\0\1"
    if not known:
        return b""
    name, chromaticities = _PRIMARIES[content[0]]
    return _profile(name, chromaticities, _CURVES[content[1]])


def _of_gamma(gamma: bytes | None, chromaticities: bytes | None) -> bytes:
    """The profile of the contents of gAMA and cHRM, one of which may be missing; b"" where they are damaged."""
    try:
        power = 1 / 2.2 if gamma is None else struct.unpack(">I", gamma)[0] / 100_000
        hundred_thousandths = () if chromaticities is None else struct.unpack(">8I", chromaticities)
        points = tuple(each / 100_000 for each in hundred_thousandths) or _SRGB
        if not _LEAST <= power <= _MOST:
            return b""
        names = [f"gAMA {power:g}" if gamma else "", "cHRM" if chromaticities else ""]
        curve = _srgb if abs(power - 1 / 2.2) < _AS_SRGB else _power(1 / power)
        with np.errstate(all="ignore"):  # What becomes of points far out is refused as it is packed.
            return _profile(", ".join(filter(None, names)), points, curve)
    except (struct.error, ArithmeticError, ValueError):
        return b""


def _profile(name: str, chromaticities: _Points, curve: _Curve) -> bytes:
    """A profile of version 2 by a matrix and a curve, as ICC.1:2001-04 lays it out."""
    levels = np.rint(65535 * curve(np.linspace(0, 1, _SAMPLES))).astype(">u2").tobytes()
    light = b"curv" + struct.pack(">II", 0, _SAMPLES) + levels
    text = name.encode("ascii") + b"\0"
    described = b"desc" + struct.pack(">II", 0, len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    columns = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), map(_xyz, _to_d50(chromaticities).T), strict=True))
    tags = {b"desc": described, b"wtpt": _xyz(_D50), **columns}
    return _laid_out(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), light))


def _to_d50(chromaticities: _Points) -> NDArray[np.float64]:
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
