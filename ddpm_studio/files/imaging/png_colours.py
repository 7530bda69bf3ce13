"""Colours of a PNG as its chunks tell them: by a profile, by code points of video, or by a gamma and primaries."""

from __future__ import annotations

import struct
from typing import BinaryIO

import numpy as np

from ddpm_studio.files.imaging.code_points import SRGB, clipped, power_curve, profile_of_code_points, srgb_light
from ddpm_studio.files.imaging.matrix_profiles import matrix_profile
from ddpm_studio.files.imaging.png_chunks import chunks_of, profile_in
from ddpm_studio.texts import Text

_AS_SRGB = 0.0005
"""How far gAMA may be from 1/2.2, which stands for the curve of sRGB: the specification has writers of sRGB say it."""

_LEAST, _MOST = 0.05, 20.0
"""Gammas that say something of a picture."""


def profile_of_png(file: BinaryIO) -> tuple[bytes | None, tuple[Text, ...]]:
    """The ICC profile of a PNG's colours, b"" if what it says of them is unsound, None for sRGB or if it says nothing;
    and what is to be said of it besides.

    Of several chunks the first that is known counts, in the order of the specification: cICP, iCCP, sRGB, gAMA, cHRM.
    """
    found: dict[bytes, bytes] = {}
    for chunk in chunks_of(file):
        if chunk.name == b"IDAT":
            break
        if chunk.name in (b"cICP", b"sRGB", b"gAMA", b"cHRM"):
            found.setdefault(chunk.name, chunk.content(file, 64))
    of_video, said = _of_video(found.get(b"cICP"))
    if of_video:
        return of_video, said
    embedded = profile_in(file)
    if embedded is not None or b"sRGB" in found:
        return embedded, ()
    if b"gAMA" in found or b"cHRM" in found:
        return _of_gamma(found.get(b"gAMA"), found.get(b"cHRM")), ()
    return of_video, ()


def _of_video(content: bytes | None) -> tuple[bytes | None, tuple[Text, ...]]:
    """The profile of primaries, transfer, matrix and range as a cICP chunk has them; b"" where they are not known."""
    if content is None:
        return None, ()
    if len(content) != 4 or content[2:] != b"\0\1":
        return b"", ()
    return profile_of_code_points(*content[:2]), clipped(*content[:2])


def _of_gamma(gamma: bytes | None, chromaticities: bytes | None) -> bytes:
    """The profile of the contents of gAMA and cHRM, one of which may be missing; b"" where they are damaged."""
    try:
        power = 1 / 2.2 if gamma is None else struct.unpack(">I", gamma)[0] / 100_000
        hundred_thousandths = () if chromaticities is None else struct.unpack(">8I", chromaticities)
        points = tuple(each / 100_000 for each in hundred_thousandths) or SRGB
        if not _LEAST <= power <= _MOST:
            return b""
        names = [f"gAMA {power:g}" if gamma else "", "cHRM" if chromaticities else ""]
        curve = srgb_light if abs(power - 1 / 2.2) < _AS_SRGB else power_curve(1 / power)
        with np.errstate(all="ignore"):  # What becomes of points far out is refused as it is packed.
            return matrix_profile(", ".join(filter(None, names)), points, curve)
    except (struct.error, ArithmeticError, ValueError):
        return b""
