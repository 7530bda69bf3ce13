"""Operations of pickles: others, more, fewer, or in another order."""

from __future__ import annotations

import pickletools

from hypothesis import strategies as st

from tests.hostile.making import EVIL
from tests.hostile.mutations.damage import EDGES, PLACES, Mutation, at
from tests.hostile.pickling import PROTOCOL, STOP, called, name, number, several, text


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
