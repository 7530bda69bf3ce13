"""Pickling: the operations of pickles, put together one by one, in torch's archive and in its row of pickles."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

from tests.hostile.making import zipped

PROTOCOL, STOP, MARK, TUPLE, REDUCE, DICT, ITEMS = b"\x80\x02", b".", b"(", b"t", b"R", b"}", b"u"


def text(of: str) -> bytes:
    """A text; one with lone surrogates too."""
    data = of.encode("utf-8", "surrogatepass")
    return b"X" + len(data).to_bytes(4, "little") + data


def number(of: int) -> bytes:
    """A whole number of any length."""
    data = of.to_bytes(of.bit_length() // 8 + 1, "little", signed=True)
    head = b"\x8a" + bytes([len(data)]) if len(data) < 256 else b"\x8b" + len(data).to_bytes(4, "little")
    return head + data


def name(module: str, attribute: str) -> bytes:
    """A global."""
    return f"c{module}\n{attribute}\n".encode()


def several(*items: bytes) -> bytes:
    """A tuple."""
    return MARK + b"".join(items) + TUPLE


def called(function: bytes, *arguments: bytes) -> bytes:
    """A call."""
    return function + several(*arguments) + REDUCE


def dictionary(items: Mapping[str, bytes]) -> bytes:
    """A dictionary."""
    return DICT + MARK + b"".join(text(key) + value for key, value in items.items()) + ITEMS


def whole(value: bytes) -> bytes:
    """A pickle of a state dict whose entry `a` is this."""
    return PROTOCOL + dictionary({"a": value}) + STOP


def tensor(
    size: tuple[int, ...] = (4,),
    stride: tuple[int, ...] = (1,),
    *,
    offset: int = 0,
    numel: int = 4,
    kind: str = "FloatStorage",
    key: str = "0",
    row: bool = False,
) -> bytes:
    """A tensor as torch writes it, of a storage of the archive, or, with `row`, of one that follows."""
    view = [b"N"] if row else []
    storage = several(text("storage"), name("torch", kind), text(key), text("cpu"), number(numel), *view) + b"Q"
    sizes, strides = several(*map(number, size)), several(*map(number, stride))
    hooks = called(name("collections", "OrderedDict"))
    return called(name("torch._utils", "_rebuild_tensor_v2"), storage, number(offset), sizes, strides, b"\x89", hooks)


def members(pickled: bytes, data: bytes = bytes(16), byteorder: bytes = b"little") -> dict[str, bytes]:
    """The members of torch's archive."""
    rest = {"byteorder": byteorder, "data/0": data, "version": b"3\n"}
    return {f"a/{each}": content for each, content in {"data.pkl": pickled, **rest}.items()}


def archived(pickled: bytes) -> bytes:
    """A pickle in torch's archive."""
    return zipped(members(pickled))


def in_a_row(pickled: bytes, keys: tuple[str, ...] = ("0",), numel: int = 4) -> bytes:
    """A pickle in torch's row of pickles of before 1.6."""
    heads = (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}})
    row = b"".join(pickle.dumps(head, 2) for head in heads)
    return row + pickled + pickle.dumps(list(keys), 2) + numel.to_bytes(8, "little") + bytes(16)
