"""Pickles that no training leaves behind, each with what the refusal says of it; made by hand, small, and never run."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

MAGIC = 0x1950A86A20F9469CFC6C
DAMAGED, HUGE, NO_TENSORS = "damaged or cut short", "would take more than", "holds no tensors"


@dataclass(frozen=True)
class Stored:
    """A storage by its key, as a pickle names it."""

    kind: type
    key: str
    count: int
    view: tuple[object, ...] | None = None


class Call:
    """What is pickled as a call of this function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> Any:
        return self.reduced


class Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        if not isinstance(value, Stored):
            return None
        name = ("storage", value.kind, value.key, "cpu", value.count)
        return (*name, value.view)


def pickled(content: object) -> bytes:
    stream = io.BytesIO()
    Pickler(stream, 2).dump(content)
    return stream.getvalue()


def tensor(storage: object, offset: object, size: object, stride: object) -> Call:
    return Call(torch._utils._rebuild_tensor_v2, storage, offset, size, stride, False, OrderedDict())


def archive(path: Path, content: bytes, storage: bytes = b"", compression: int = zipfile.ZIP_STORED) -> Path:
    """An archive as torch writes it, with one storage, whose key is 0."""
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr("a/data.pkl", content)
        file.writestr("a/byteorder", "little")
        file.writestr("a/data/0", storage)
    return path


def row(path: Path, content: bytes, storage: bytes = b"") -> Path:
    """A legacy file with one storage, of float32, whose key is 0."""
    head = pickle.dumps(MAGIC, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    keys = ["0"] if storage else []
    path.write_bytes(head + content + pickle.dumps(keys, 2) + struct.pack("<q", len(storage) // 4) + storage)
    return path


def body(code: bytes) -> bytes:
    return b"\x80\x02" + code + b"."


def repeated_call(name: bytes, argument: bytes, times: int) -> bytes:
    """A list of what the function makes of the same argument, time and again."""
    again = b"h\0h\1\x85R"
    return body(b"](c" + name + b"\nq\0" + argument + b"q\1\x85R" + again * times + b"e")


def numbers(count: int, between: bytes = b"", code: bytes = b"J") -> bytes:
    """What the code for a number of four bytes makes of 0, 1, 2 …, each followed by what is `between`."""
    rows = np.tile(np.frombuffer(code + bytes(4) + between, np.uint8), (count, 1))
    rows[:, 1:5] = np.arange(count, dtype="<i4").view(np.uint8).reshape(count, 4)
    return rows.tobytes()


def listed(count: int) -> bytes:
    return b"](" + numbers(count) + b"e"


PAIRS = b"](" + numbers(10_000, b"N\x86") + b"e"
KEYS, NAMES, INTEGERS, DEEP = (
    "keys other than",
    "names of more than 200",
    "integers of more than 64 bits",
    "in each other",
)

PICKLES: dict[str, tuple[bytes, str]] = {
    "tuples in tuples as a key": (body(b"}K\1" + b"".join(b"q%ch%c\x86" % (i, i) for i in range(40)) + b"Ns"), KEYS),
    "a list as a key": (body(b"}]Ns"), KEYS),
    "a large integer as a key": (body(b"}\x8a\x0a" + b"\1" * 10 + b"Ns"), KEYS),
    "a complex key": (body(b"}c__builtin__\ncomplex\nG" + b"\0" * 8 + b"G" + b"\0" * 8 + b"\x86RNs"), KEYS),
    "many tuples as keys": (body(b"}(" + numbers(1001, b"N\x86N") + b"u"), KEYS),
    "tuples in tuples in a set": (body(b"c__builtin__\nset\n](K\1\x85\x85e\x85R"), KEYS),
    "a long name": (body(b"c" + b"a" * 20_000 + b"\nb\n"), NAMES),
    "a long name from the stack": (body(b"X" + struct.pack("<I", 20_000) + b"a" * 20_000 + b"X\1\0\0\0b\x93"), NAMES),
    "zeros by their number": (body(b"c__builtin__\nbytearray\nJ\0\xca\x9a;\x85R"), DAMAGED),
    "bytes by their number": (body(b"c__builtin__\nbytes\nJ\0\xca\x9a;\x85R"), DAMAGED),
    "a text times a thousand": (
        repeated_call(b"_codecs\nencode", b"X" + struct.pack("<I", 10**6) + b"a" * 10**6, 1000),
        HUGE,
    ),
    "sets times a thousand": (repeated_call(b"__builtin__\nset", listed(10_000), 1000), HUGE),
    "frozen sets times a thousand": (repeated_call(b"__builtin__\nfrozenset", listed(10_000), 1000), HUGE),
    "ordered dictionaries times a thousand": (repeated_call(b"collections\nOrderedDict", PAIRS, 1000), HUGE),
    "counters times a thousand": (repeated_call(b"collections\nCounter", PAIRS, 1000), HUGE),
    "many times nothing": (body(b"](" + b"N" * 3_000_000 + b"e"), HUGE),
    "many small entries": (body(b"}(" + numbers(400_000, b"N") + b"u"), HUGE),
    "many small lists": (body(b"](" + b"]" * 2_000_000 + b"e"), HUGE),
    "many small calls": (body(b"](ccollections\nOrderedDict\nq\0" + b")Rh\0" * 400_000 + b"e"), HUGE),
    "many notes": (body(b"N" + numbers(700_000, code=b"r")), HUGE),
    "a thousand marks": (body(b"(" * 1001), DEEP),
    "tuples in tuples": (body(b")" + b"\x85" * 200_000), NO_TENSORS),
    "lists in lists": (body(b"]" * 200_000 + b"a" * 199_999), NO_TENSORS),
    "a list in itself": (body(b"]q\0h\0a"), NO_TENSORS),
    "a long integer": (body(b"\x8b" + struct.pack("<i", 10**6) + b"\1" * 10**6), INTEGERS),
    "a longer integer than any": (body(b"\x8a\x0b" + b"\1" * 11), INTEGERS),
    "a text that claims to go on": (body(b"X\xff\xff\xff\xff"), DAMAGED),
    "bytes that claim to go on": (body(b"\x8e" + struct.pack("<Q", 2**62)), DAMAGED),
    "an instance": (body(b"(ios\nsystem\n"), "calls os.system"),
    "a name from the stack": (body(b"\x8c\x02os\x8c\x06system\x93"), "calls os.system"),
    "an attribute of what is known": (body(b"ctorch._utils\n_rebuild_tensor_v2.__globals__\n"), "calls torch._utils"),
    "a call of a dtype": (body(b"ctorch\nfloat32\n)R"), DAMAGED),
    "a new tensor": (body(b"ctorch\nTensor\n)\x81"), DAMAGED),
    "an attribute of a dictionary": (body(b"}}b"), DAMAGED),
    "a persistent id of something else": (body(b"X\6\0\0\0module\x85Q"), DAMAGED),
    "a persistent id of nothing": (body(b")Q"), DAMAGED),
    "an extension": (body(b"\x82\1"), DAMAGED),
    "a buffer from outside": (body(b"\x97"), DAMAGED),
    "nothing on the stack": (body(b"a"), DAMAGED),
    "no mark": (body(b"e"), DAMAGED),
    "half an entry": (body(b"}(Nu"), DAMAGED),
    "a note that nobody took": (body(b"h\7"), DAMAGED),
    "a device of a long name": (body(b"ctorch\ndevice\nX" + struct.pack("<I", 9999) + b"a" * 9999 + b"\x85R"), DAMAGED),
    "a device that there is not": (pickled(Call(torch.device, "abc")), DAMAGED),
}
"""(pickle, words of the refusal)."""

FLOATS = bytes(40)
STORED = Stored(torch.FloatStorage, "0", 10)
TENSORS: dict[str, tuple[object, str]] = {
    "more elements than its storage": (tensor(STORED, 0, (11,), (1,)), DAMAGED),
    "strides beyond its storage": (tensor(STORED, 0, (2, 2), (9, 1)), DAMAGED),
    "an offset beyond its storage": (tensor(STORED, 10, (1,), (1,)), DAMAGED),
    "an empty one beyond its storage": (tensor(STORED, 11, (0,), (1,)), DAMAGED),
    "a negative stride": (tensor(STORED, 9, (2,), (-1,)), DAMAGED),
    "a negative size": (tensor(STORED, 0, (-1,), (1,)), DAMAGED),
    "a negative offset": (tensor(STORED, -1, (1,), (1,)), DAMAGED),
    "a product that overflows": (tensor(STORED, 0, (2**32, 2**32), (0, 0)), DAMAGED),
    "an empty product that overflows": (tensor(STORED, 0, (0, 2**50, 2**50), (1, 1, 1)), DAMAGED),
    "a stride that overflows": (tensor(STORED, 0, (2,), (2**63 - 1,)), DAMAGED),
    "an element without end": (tensor(STORED, 0, (2**40,), (0,)), "a tensor larger than its file"),
    "many dimensions": (tensor(STORED, 0, (1,) * 65, (1,) * 65), DAMAGED),
    "more sizes than strides": (tensor(STORED, 0, (1, 1), (1,)), DAMAGED),
    "a size in halves": (tensor(STORED, 0, (1.5,), (1,)), DAMAGED),
    "a truth as a size": (tensor(STORED, 0, (True,), (1,)), DAMAGED),
    "no storage": (tensor("0", 0, (1,), (1,)), DAMAGED),
    "a larger storage than its member": (tensor(Stored(torch.FloatStorage, "0", 2**40), 0, (11,), (1,)), DAMAGED),
    "a storage of less than nothing": (tensor(Stored(torch.FloatStorage, "0", -1), 0, (0,), (1,)), DAMAGED),
    "a storage that is not there": (tensor(Stored(torch.FloatStorage, "7", 10), 0, (1,), (1,)), DAMAGED),
    "one storage of two types": (
        [tensor(STORED, 0, (1,), (1,)), tensor(Stored(torch.IntStorage, "0", 10), 0, (1,), (1,))],
        DAMAGED,
    ),
    "a part outside of its storage": (
        tensor(Stored(torch.FloatStorage, "0", 10, ("1", 9, 2)), 0, (1,), (1,)),
        DAMAGED,
    ),
    "a gradient of whole numbers": (
        Call(torch._utils._rebuild_tensor_v2, Stored(torch.IntStorage, "0", 10), 0, (1,), (1,), True, OrderedDict()),
        DAMAGED,
    ),
    "a parameter of nothing": (Call(torch._utils._rebuild_parameter, None, False, OrderedDict()), DAMAGED),
    "a size of letters": (Call(torch.Size, ("a",)), DAMAGED),
    "a dictionary of a dictionary's length": (Call(Counter, 10**9), DAMAGED),
    "a call of the system": (Call(os.system, "true"), "calls posix.system"),
}
"""(content, words of the refusal) of files with ten float32 under the key 0."""
