"""Keys of dictionaries and elements of sets: of those kinds alone whose hashes and comparisons cost next to nothing.

The hash of a tuple is that of all that it holds, tuples in it included, each time anew; and hashes of tuples, large
integers and complex numbers are easily made to collide, which makes a dictionary slower with each of its entries. A
long key that many dictionaries share, which costs a file next to nothing, is written out in each name that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

from ddpm_studio.checkpoints.reading.callee import Callee
from ddpm_studio.checkpoints.reading.inert import Inert
from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.errors import QT_TRANSLATE_NOOP

LONGEST_TUPLE, MOST_TUPLES, LONGEST_KEY = 16, 1000, 1000

_PLAIN = frozenset({str, bytes, float, bool, type(None), torch.dtype, torch.device, Callee, Inert})


class Keys:
    """The keys of all dictionaries and sets in one file."""

    def __init__(self) -> None:
        self._tuples = 0

    def check(self, key: object) -> object:
        """`key`, if it may be one; UnusualError otherwise."""
        if _is_plain(key):
            return key
        if isinstance(key, tuple) and len(key) <= LONGEST_TUPLE and all(map(_is_plain, key)):
            self._tuples += 1
            if self._tuples <= MOST_TUPLES:
                return key
        raise UnusualError(QT_TRANSLATE_NOOP("errors", "keys other than names and numbers"))

    def checked(self, keys: object) -> list[object]:
        """All of the keys in a list, tuple or set."""
        if not isinstance(keys, Iterable):
            raise TypeError(type(keys))
        return [self.check(key) for key in keys]


def _is_plain(key: object) -> bool:
    kind = type(key)
    if kind in (str, bytes) and len(key) > LONGEST_KEY:  # type: ignore[arg-type]
        raise UnusualError(QT_TRANSLATE_NOOP("errors", "keys of more than 1,000 letters"))
    return kind in _PLAIN or (kind is int and -(2**63) <= key < 2**64)  # type: ignore[operator]
