"""Claims of a pickle in a TorchScript archive about the storages of its tensors, compared with the bytes that are
there.

torch's reader takes the claims for granted (2.13): whatever a storage lacks is read from the memory behind it, or ends
the process.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Mapping

_OPCODES = {
    *("PROTO", "STOP", "MARK", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET"),
    *("NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE"),
    *("EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_LIST", "APPEND", "APPENDS"),
    *("EMPTY_DICT", "SETITEM", "SETITEMS", "GLOBAL", "NEWOBJ", "BUILD", "REDUCE", "BINPERSID"),
}
"""The opcodes that torch.jit.save writes and that Python's unpickler reads as torch's does."""

_ITEM_BYTES = {
    **dict.fromkeys(("BoolStorage", "ByteStorage", "CharStorage"), 1),
    **dict.fromkeys(("HalfStorage", "BFloat16Storage", "ShortStorage"), 2),
    **dict.fromkeys(("FloatStorage", "IntStorage"), 4),
    **dict.fromkeys(("DoubleStorage", "LongStorage", "ComplexFloatStorage"), 8),
    "ComplexDoubleStorage": 16,
}


def check_claims(content: bytes, sizes: Mapping[str, int]) -> None:
    """Raise ValueError or the like if a storage is larger than its member, or if no program has such a pickle.

    `sizes` are the bytes of each member by its name.
    """
    for opcode, _, _ in pickletools.genops(content):
        if opcode.name not in _OPCODES:
            raise ValueError(f"{opcode.name} in a pickle")
    _Claims(content, sizes).load()


class _Nothing:
    """An object of any class that a pickle names: it takes what it is given, and does nothing."""

    def __init__(self, *arguments: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


class _Claims(pickle._Unpickler):
    """A pickle carried out on nothing except the storages in it."""

    def __init__(self, content: bytes, sizes: Mapping[str, int]) -> None:
        super().__init__(io.BytesIO(content))
        self._sizes = sizes

    def find_class(self, module: str, name: str) -> type[_Nothing]:
        """An empty class of this name."""
        return type(name, (_Nothing,), {})

    def persistent_load(self, claim: tuple[str, type, str, str, int]) -> _Nothing:
        """A storage no larger than its member."""
        _, kind, key, _, elements = claim
        if not 0 <= elements * _ITEM_BYTES[kind.__name__] <= self._sizes[key]:
            raise ValueError(f"{elements} elements in {self._sizes[key]} bytes")
        return _Nothing()
