"""Colours of an AVIF as its code points tell them, which the decoder leaves as they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.imaging.code_points import clipped, is_of_more_than_srgb, profile_of_code_points
from ddpm_studio.texts import Text

_VIDEO = b"nclx"
"""What code points of video begin with in a box of colours."""

_HEADER, _VERSION = 8, 4
"""Bytes of a box before its content, and of version and flags, with which the content of some begins."""


def profile_of_avif(file: BinaryIO) -> tuple[bytes | None, tuple[Text, ...]]:
    """The profile of an AVIF without one of its own, and what is to be said of it besides.

    None where its primary picture says no more than sRGB. An animation has several, of which all say the same.
    """
    file.seek(0)
    head = file.read(MIB)
    told = _of_primary(head) or {part[:4] for part in head.partition(b"mdat")[0].split(b"colr" + _VIDEO)[1:]}
    if len(told) != 1:
        return None, ()
    both = told.pop()
    primaries, transfer = int.from_bytes(both[:2], "big"), int.from_bytes(both[2:], "big")
    if not is_of_more_than_srgb(primaries, transfer):
        return None, ()
    return profile_of_code_points(primaries, transfer), clipped(primaries, transfer)


def _of_primary(head: bytes) -> set[bytes]:
    """Primaries and transfer, 2 bytes each, of the primary item in the boxes of ISO/IEC 23008-12; empty without any."""
    meta = dict(_boxes(dict(_boxes(head)).get(b"meta", b"")[_VERSION:]))
    told, parts = meta.get(b"pitm", b""), dict(_boxes(meta.get(b"iprp", b"")))
    item = told[_VERSION : _VERSION + _width(told)]
    properties = [*_boxes(parts.get(b"ipco", b""))]
    owned = [properties[place - 1] for place in _places(parts.get(b"ipma", b""), item) if 0 < place <= len(properties)]
    return {content[4:8] for name, content in owned if name == b"colr" and content.startswith(_VIDEO)}


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name and content of each box, as far as they say how long they are."""
    place = 0
    while (length := int.from_bytes(content[place : place + 4], "big")) >= _HEADER:
        yield content[place + 4 : place + _HEADER], content[place + _HEADER : place + length]
        place += length


def _places(content: bytes, item: bytes) -> Iterator[int]:
    """The places, from 1 on, of the properties of an item, by the box that associates both."""
    each = 2 if content[3:_VERSION] == b"\1" else 1
    stream = io.BytesIO(content[_VERSION + 4 :])
    while owner := stream.read(_width(content)):
        places = stream.read(each * int.from_bytes(stream.read(1), "big"))
        if owner == item:
            # The first bit says whether it is essential.
            most = 2 ** (8 * each - 1)
            yield from (int.from_bytes(places[at : at + each], "big") % most for at in range(0, len(places), each))


def _width(content: bytes) -> int:
    """Bytes of an item's number in a box: of its first version, or a later one."""
    return 4 if content[:1] > b"\0" else 2
