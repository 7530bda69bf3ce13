"""Chunks of a PNG: others, more, fewer or damaged ones, whose checksums are right."""

from __future__ import annotations

import struct

from hypothesis import strategies as st

from tests.hostile.images import chunk
from tests.hostile.mutations.damage import DAMAGES, PLACES, Damages, Mutation, at, damaged


def _chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], 8
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        found.append((picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


KINDS = (
    b"IHDR",
    b"PLTE",
    b"tRNS",
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"iCCP",
    b"eXIf",
    b"gAMA",
    b"pHYs",
    b"acTL",
    b"fcTL",
    b"fdAT",
    b"IDAT",
    b"IEND",
    b"\x1b[2J",
)


def chunks(picture: bytes) -> Mutation:
    """A PNG with chunks that are others, more, fewer or damaged, whose checksums are right."""
    kept = _chunks(picture)

    def change(changes: list[tuple[str, float, bytes, Damages]]) -> bytes:
        new = list(kept)
        for how, place, kind, damages in changes:
            i = at(place, new)
            if how == "insert":
                new.insert(i, (kind, damaged(bytes(30), damages)))
            elif how == "repeat":
                new[i:i] = [new[i]] * 3
            elif how == "rename":
                new[i] = kind, new[i][1]
            else:
                new[i] = new[i][0], damaged(new[i][1], damages)
        return picture[:8] + b"".join(chunk(kind, content) for kind, content in new)

    hows = st.sampled_from(("insert", "repeat", "rename", "damage", "damage"))
    return st.lists(st.tuples(hows, PLACES, st.sampled_from(KINDS), DAMAGES), min_size=1, max_size=3).map(change)
