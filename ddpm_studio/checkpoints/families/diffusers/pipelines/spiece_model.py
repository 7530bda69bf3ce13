"""SentencePiece model: the pieces of a vocabulary and their scores, as its protocol buffer has them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ddpm_studio.interruption import check

_PIECES, _NORMALIZER, _CHARACTERS, _TEXT, _SCORE = 1, 3, 2, 1, 2
"""Numbers of the fields of ModelProto, of its NormalizerSpec, and of each SentencePiece."""

_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5
_SIZES = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}

_LONGEST = 10
"""Bytes of the longest number of 64 bits, 7 in each."""


def read_spiece(content: bytes) -> tuple[list[tuple[str, float]], bytes]:
    """Each piece with its score, in order, and the table of the characters that are replaced by others, b"" for none.

    ValueError for bytes that are no such model.
    """
    pieces: list[tuple[str, float]] = []
    characters = b""
    for number, value in _fields(content):
        if number == _PIECES:
            pieces.append(_piece(value))
        elif number == _NORMALIZER:
            characters = dict(_fields(value)).get(_CHARACTERS, b"")
    return pieces, characters


def _piece(content: bytes) -> tuple[str, float]:
    fields = dict(_fields(content))
    score_bytes = fields.get(_SCORE, bytes(4))
    if len(score_bytes) != _SIZES[_FOUR_BYTES]:
        raise ValueError("a score has another size")
    (score,) = struct.unpack("<f", score_bytes)
    return fields.get(_TEXT, b"").decode(), score


def _fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The number of each field in a message, and its bytes; none for a number, which no field has that is read here."""
    place = 0
    while place < len(content):
        check()
        key, place = _number(content, place)
        kind, size = key & 7, 0
        if kind in (_VARINT, _COUNTED):
            size, place = _number(content, place)
        elif kind not in _SIZES:
            raise ValueError(f"field of kind {kind}")
        size = 0 if kind == _VARINT else _SIZES.get(kind, size)
        if place + size > len(content):
            raise ValueError("it ends too early")
        yield key >> 3, content[place : place + size]
        place += size


def _number(content: bytes, place: int) -> tuple[int, int]:
    """The number that begins at a place, 7 bits a byte, the least first, and where it ends."""
    value = 0
    for shift, byte in enumerate(content[place : place + _LONGEST]):
        value |= (byte & 127) << (7 * shift)
        if byte < 128:
            return value, place + shift + 1
    raise ValueError("it ends too early")
