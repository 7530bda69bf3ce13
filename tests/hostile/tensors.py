"""Files of safetensors: a length, a header of JSON, and numbers."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.hostile.kinds import Format, Harm, Writer
from tests.hostile.making import EVIL, cut, file, loop, misnamed, not_a_file, nowhere
from tests.hostile.weights import inspect

NAME = "a.safetensors"


def entry(**changes: object) -> dict[str, object]:
    """The header's entry of four numbers."""
    return {"dtype": "F32", "shape": [4], "data_offsets": [0, 16], **changes}


def stored(header: object, data: bytes = bytes(16), length: int | None = None) -> bytes:
    """A file with this header, JSON or text, said to be so long."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode("utf-8", "surrogatepass")
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def _of(header: Callable[[], object]) -> Writer:
    return file(NAME, lambda: stored(header()))


def _nested(count: int) -> bytes:
    return b'{"a":' * count + b"1" + b"}" * count


def _twice() -> bytes:
    text = json.dumps(entry())
    return f'{{"a":{text},"a":{text}}}'.encode()


SAFETENSORS = Format(
    "safetensors",
    inspect,
    {
        Harm.NOT_A_FILE: not_a_file(NAME),
        Harm.ENDLESS: {"objects in objects": _of(lambda: _nested(200_000))},
        Harm.CLAIMS: {
            "header of 2⁶²": file(NAME, lambda: stored({"a": entry()}, length=2**62)),
            "header of 90 MB": file(NAME, lambda: stored({"a": entry()}, length=90_000_000)),
            "shape": _of(lambda: {"a": entry(shape=[10**12])}),
            "many of the same numbers": _of(lambda: {f"a{i}": entry() for i in range(10_000)}),
            "blank header": file(NAME, lambda: stored(b"{" + b" " * 3_000_000 + b"}")),
        },
        Harm.MANY: {
            "30 000 tensors of nothing": _of(
                lambda: {f"a{i}": entry(shape=[0], data_offsets=[0, 0]) for i in range(30_000)}
            ),
            "notes": _of(lambda: {"__metadata__": {str(i): "" for i in range(200_000)}, "a": entry()}),
            "200 000 lists": _of(lambda: b'{"a":[' + b"[]," * 199_999 + b"[]]}"),
        },
        Harm.NUMBERS: {
            "5000 digits": _of(lambda: b'{"a":{"dtype":"F32","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,16]}}'),
            "negative shape": _of(lambda: {"a": entry(shape=[-4])}),
            "shape that overflows": _of(lambda: {"a": entry(shape=[2**32, 2**32])}),
            "offsets beyond 64 bits": _of(lambda: {"a": entry(data_offsets=[2**64, 2**64 + 16])}),
            "offsets the other way": _of(lambda: {"a": entry(data_offsets=[16, 0])}),
            "infinite shape": _of(lambda: b'{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,16]}}'),
            "NaN": _of(lambda: {"a": entry(shape=[float("nan")])}),
        },
        Harm.EXECUTES: {
            "pickle behind the name": file(NAME, b"\x80\x02cos\nsystem\n(X\x0c\0\0\0touch CANARYtR."),
            "pickle as the header": file(NAME, lambda: stored(b"\x80\x02cos\nsystem\n(X\x0c\0\0\0touch CANARYtR.")),
            "type of a module": _of(lambda: {"a": entry(dtype="canary.Net")}),
        },
        Harm.ELSEWHERE: {
            "names that lead out": _of(lambda: {"../../CANARY": entry()}),
            "notes that name a file": _of(lambda: {"__metadata__": {"config": "/dev/zero"}, "a": entry()}),
        },
        Harm.DAMAGE: cut(NAME, lambda: stored({"a": entry()}))
        | {
            "overlapping": _of(lambda: {"a": entry(), "b": entry(data_offsets=[8, 24])}),
            "hole": _of(lambda: {"a": entry(data_offsets=[4, 20])}),
            "two of one name": _of(_twice),
            "no object": _of(lambda: [entry()]),
            "type of tomorrow": _of(lambda: {"a": entry(dtype="F3")}),
            "not UTF-8": _of(lambda: b'{"\xff\xfe":1}'),
        },
        Harm.TEXT: misnamed(".safetensors", b"\x09\0\0\0\0\0\0\0{nothing}")
        | {
            "name of a tensor": _of(lambda: {EVIL: entry()}),
            "name of 2 MB": _of(lambda: {EVIL * 150_000: entry()}),
            "notes": _of(lambda: {"__metadata__": {"config": EVIL, EVIL: EVIL}, "a": entry()}),
            "type": _of(lambda: {"a": entry(dtype=EVIL)}),
            "lone surrogate": _of(lambda: b'{"\\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'),
        },
        Harm.ITSELF: loop(NAME),
        Harm.NAMES: nowhere(".safetensors"),
    },
    answered=True,
)
