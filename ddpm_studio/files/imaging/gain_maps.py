"""Gain maps: what makes a picture one of high dynamic range for those who read it, beside the plain one."""

from __future__ import annotations

from typing import BinaryIO

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import MIB
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text

_IN_JPEG = (
    b"http://ns.adobe.com/hdr-gain-map/1.0/",
    b"urn:iso:std:iso:ts:21496:-1",
    b"urn:com:apple:photo:2020:aux:hdrgainmap",
)
"""What names one: Adobe and Google, ISO 21496-1, and Apple, in the segments of the picture or of the map behind it."""

_IN_AVIF, _BRANDS = b"tmap", 256
"""The brand of an AVIF with one, and the bytes in which brands are."""

_LEFT_OUT = QT_TRANSLATE_NOOP(
    "findings",
    "Its gain map, which makes it a picture of high dynamic range, was left out: the plain one is shown.",
)


def gain_map_in(file: BinaryIO, file_format: str | None) -> tuple[Text, ...]:
    """What is to be said of a JPEG or an AVIF that has one."""
    file.seek(0)
    if file_format == "AVIF":
        start = file.read(_BRANDS)
        found = _IN_AVIF in start[8 : int.from_bytes(start[:4], "big")]
    else:
        found = file_format in ("JPEG", "MPO") and _is_named_in(file)
    return (Text(_LEFT_OUT),) if found else ()


def _is_named_in(file: BinaryIO) -> bool:
    longest, last = max(map(len, _IN_JPEG)), b""
    while piece := file.read(MIB):
        check()
        whole = last + piece
        if any(mark in whole for mark in _IN_JPEG):
            return True
        last = piece[-longest:]
    return False
