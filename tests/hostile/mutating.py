"""Mutating good files: each strategy changes what its format is made of, and keeps everything around it right."""

from __future__ import annotations

import json
import pickletools
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.hostile.images import chunk
from tests.hostile.making import EVIL, entries, patched
from tests.hostile.pickles import PROTOCOL, STOP, called, name, number, several, text

Mutation = st.SearchStrategy[bytes]

EDGES = (0, 1, -1, 2, 7, 255, 256, 65535, 2**31 - 1, 2**31, 2**32, 2**63 - 1, -(2**63), 2**64, 10**30, 10**400)
VALUES: tuple[object, ...] = (
    *EDGES,
    0.5,
    1e308,
    float("inf"),
    float("nan"),
    True,
    None,
    "",
    "x",
    EVIL,
    "../../x",
    "/dev/zero",
    [],
    {},
    [[]],
    [1],
)
"""What stands for any value of JSON."""

PLACES = st.floats(0, 1, exclude_max=True)


def at(place: float, things: Sequence[Any]) -> int:
    """The index of the thing at a place between 0 and 1."""
    return int(place * len(things))


# bytes


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


# numbers in a frame


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


# pickles


def _operations(pickled: bytes) -> list[bytes]:
    places = [place for _, _, place in pickletools.genops(pickled)]
    return [pickled[a:b] for a, b in zip(places, [*places[1:], len(pickled)], strict=True)]


POOL = (
    *(bytes([code]) for code in b"(.012NtlQRabdeos]})\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x95"),
    *map(number, EDGES),
    *map(text, ("", "storage", "0", "cpu", "/dev/zero", EVIL, "a.b", "\ud800")),
    *(b"q%c" % i for i in range(6)),
    *(b"h%c" % i for i in range(6)),
    b"r\xff\xff\xff\x7f",
    b"j\xff\xff\xff\x7f",
    b"G\x7f\xf0\0\0\0\0\0\0",
    b"C\4abcd",
    b"\x8e\xff\xff\xff\xff\0\0\0\0",
    b"I01\n",
    b"L9999999999999999999L\n",
    b"Pa\n",
    b"\x82\1",
    name("torch", "FloatStorage"),
    name("torch", "DoubleStorage"),
    name("torch", "float32"),
    name("torch", "device"),
    name("torch", "Size"),
    name("torch._utils", "_rebuild_tensor_v2"),
    name("torch._utils", "_rebuild_parameter"),
    name("collections", "OrderedDict"),
    name("builtins", "set"),
    name("builtins", "bytearray"),
    name("_codecs", "encode"),
    name("os", "system"),
    name("canary", "Net"),
    called(name("builtins", "bytearray"), number(10**9)),
    called(name("torch", "Size"), several(number(2**40))),
)
"""Operations, each with an argument that it may have."""


def operations(pickled: bytes) -> Mutation:
    """A pickle in which operations are others, more, fewer, or in another order."""
    kept = _operations(pickled)[1:-1]

    def change(changes: list[tuple[str, float, float, bytes]]) -> bytes:
        new = list(kept)
        for kind, place, other, operation in changes:
            i, j = at(place, new), at(other, new)
            if kind == "insert":
                new.insert(i, operation)
            elif kind == "replace":
                new[i] = operation
            elif kind == "repeat":
                new[i:i] = [new[j]] * 3
            elif kind == "swap":
                new[i], new[j] = new[j], new[i]
            elif len(new) > 1:
                del new[i]
        return PROTOCOL + b"".join(new) + STOP

    kinds = st.sampled_from(("insert", "replace", "repeat", "swap", "remove"))
    changes = st.tuples(kinds, PLACES, PLACES, st.sampled_from(POOL))
    return st.lists(changes, min_size=1, max_size=4).map(change)


# JSON


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [each for key, inner in items for each in _paths(inner, (*path, key))]


def _put(value: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy in which only what is on the path is new, changed at its end."""
    new = value.copy()
    if len(path) == 1:
        change(new, path[0])
    else:
        new[path[0]] = _put(value[path[0]], path[1:], change)
    return new


def _one_change(kind: str, new: object) -> Callable[[Any, Any], None]:
    def change(holder: Any, key: Any) -> None:
        if kind == "remove":
            del holder[key]
        elif kind == "rename" and isinstance(holder, dict):
            holder[str(new)] = holder.pop(key)
        elif kind == "repeat" and isinstance(holder, list):
            holder[key:key] = [holder[key]] * 20
        elif kind == "nest":
            holder[key] = [holder[key]]
        else:
            holder[key] = new

    return change


def values(good: bytes) -> Mutation:
    """JSON in which values are huge, negative, of another type, more, fewer, or called something else."""
    tree = json.loads(good)
    paths = _paths(tree)

    def change(changes: list[tuple[str, float, object]]) -> bytes:
        new = tree
        for kind, place, value in changes:
            try:
                new = _put(new, paths[at(place, paths)], _one_change(kind, value))
            except (KeyError, IndexError, TypeError, AttributeError):
                continue  # What was changed before has taken it away.
        return json.dumps(new).encode()

    kinds = st.sampled_from(("replace", "replace", "replace", "remove", "rename", "repeat", "nest"))
    return st.lists(st.tuples(kinds, PLACES, st.sampled_from(VALUES)), min_size=1, max_size=3).map(change)


# text

WORDS = (
    "",
    "0",
    "-1",
    "9" * 400,
    "9" * 5000,
    "1e999",
    "nan",
    "True",
    "None",
    "(",
    ")",
    "[",
    "'",
    '"',
    ",",
    ";",
    "\n",
    "\t",
    "\0",
    "é",
    EVIL,
)


def words(good: bytes) -> Mutation:
    """A text in which words and signs are others, more or fewer."""
    kept = re.findall(r"[\w.]+|\s|[^\w\s]", good.decode())

    def change(changes: list[tuple[str, float, str]]) -> bytes:
        new = list(kept)
        for kind, place, word in changes:
            i = at(place, new)
            new[i : i + (kind != "insert")] = [new[i]] * 20 if kind == "repeat" else [word]
        return "".join(new).encode()

    kinds = st.sampled_from(("insert", "replace", "replace", "repeat"))
    return st.lists(st.tuples(kinds, PLACES, st.sampled_from(WORDS)), min_size=1, max_size=3).map(change)


# chunks


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
