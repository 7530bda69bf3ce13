"""Colours of an AVIF as its code points tell them, which the decoder leaves as they are."""

from __future__ import annotations

from typing import BinaryIO

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.imaging.code_points import clipped, is_of_more_than_srgb, profile_of_code_points
from ddpm_studio.texts import Text

_COLOURS = b"colrnclx"
_LENGTH = 4
"""Bytes of primaries and transfer, behind the name of their box."""


def profile_of_avif(file: BinaryIO) -> tuple[bytes | None, tuple[Text, ...]]:
    """The profile of an AVIF without one of its own, and what is to be said of it besides.

    None where it says no more than sRGB, and for several pictures in it that say different things.
    """
    file.seek(0)
    head = file.read(MIB).partition(b"mdat")[0]
    told = {part[:_LENGTH] for part in head.split(_COLOURS)[1:]}
    if len(told) != 1:
        return None, ()
    primaries, transfer = (int.from_bytes(each, "big") for each in _halves(told.pop()))
    if not is_of_more_than_srgb(primaries, transfer):
        return None, ()
    return profile_of_code_points(primaries, transfer), clipped(primaries, transfer)


def _halves(content: bytes) -> tuple[bytes, bytes]:
    return content[: _LENGTH // 2], content[_LENGTH // 2 :]
