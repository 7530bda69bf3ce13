"""Damage to bytes: other ones, fewer or more, or other numbers in the fields of a frame."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.hostile.making import EVIL, entries, patched, zipped_in_order

Mutation = st.SearchStrategy[bytes]
"""Draws changed files: each strategy changes what its format is made of, and keeps everything around it right."""

EDGES = (0, 1, -1, 2, 7, 255, 256, 65535, 2**31 - 1, 2**31, 2**32, 2**63 - 1, -(2**63), 2**64, 10**30, 10**400)
PLACES = st.floats(0, 1, exclude_max=True)


def at(place: float, things: Sequence[Any]) -> int:
    """The index of the thing at a place between 0 and 1."""
    return int(place * len(things))


Damages = list[tuple[str, float, bytes]]


def damaged(content: bytes, damages: Damages) -> bytes:
    """Cut off at a place between 0 and 1, or with other bits, or other bytes, there."""
    for kind, place, change in damages:
        i = at(place, content)
        old = content[i : i + len(change)]
        if kind == "cut":
            content = content[:i]
        elif kind == "flip":
            content = content[:i] + bytes(a ^ b for a, b in zip(old, change, strict=False)) + content[i + len(change) :]
        else:
            content = content[:i] + change + content[i + len(change) :]
    return content


CUT = st.tuples(st.just("cut"), PLACES, st.just(b""))
FLIP = st.tuples(st.just("flip"), PLACES, st.binary(min_size=1, max_size=2))
PUT = st.tuples(st.just("put"), PLACES, st.binary(max_size=6))


DAMAGES = st.lists(st.one_of(CUT, FLIP, FLIP, PUT), min_size=1, max_size=3)


def any_bytes(content: bytes) -> Mutation:
    """The bytes, cut off or with others here and there."""
    return DAMAGES.map(lambda damages: damaged(content, damages))


def numbered(content: bytes, fields: Sequence[tuple[int, int]], order: str = "<") -> Mutation:
    """The bytes with other numbers in some of these fields, each a place and a width."""
    codes = {1: "B", 2: "H", 4: "I", 8: "Q"}

    def change(changes: list[tuple[int, int]]) -> bytes:
        new = content
        for which, value in changes:
            place, width = fields[which % len(fields)]
            new = patched(new, place, struct.pack(order + codes[width], value % 256**width))
        return new

    values = st.one_of(st.sampled_from(EDGES), st.integers(0, 300))
    return st.lists(st.tuples(st.integers(0, len(fields) - 1), values), min_size=1, max_size=3).map(change)


DIRECTORY = ((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (42, 4))
LOCAL = ((6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2))
END = ((4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))


def directories(archive: bytes) -> Mutation:
    """An archive with other flags, methods, checksums, sizes, lengths and places, in its directory and its members."""
    fields = [(place + offset, width) for place in entries(archive) for offset, width in DIRECTORY]
    local = [int.from_bytes(archive[place + 42 : place + 46], "little") for place in entries(archive)]
    fields += [(place + offset, width) for place in local for offset, width in LOCAL]
    fields += [(archive.rfind(b"PK\x05\x06") + offset, width) for offset, width in END] * 3
    return numbered(archive, fields)


NAMES = ("/", "a", "a/", "../x", "/dev/zero", "a/data.pkl", "a//data.pkl", "b/data.pkl", "é" * 300, EVIL)


def renamed(archive: bytes) -> Mutation:
    """An archive whose members have other names, or each other's."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        kept = {name: opened.read(name) for name in opened.namelist()}

    def change(changes: list[tuple[float, str | float]]) -> bytes:
        names = list(kept)
        for place, name in changes:
            names[at(place, names)] = name if isinstance(name, str) else names[at(name, names)]
        return zipped_in_order(zip(names, kept.values(), strict=True))

    names = st.one_of(st.sampled_from(NAMES), PLACES)
    return st.lists(st.tuples(PLACES, names), min_size=1, max_size=3).map(change)
