"""Replaced characters: SentencePiece's table of them, and whether it can be followed without leaving it."""

from __future__ import annotations

import numpy as np

_LEAF, _BLOCK, _VALUE = 31, 255, 2**31 - 1
_OFFSET, _IS_WIDE, _WIDE_BY, _HAS_VALUE = 10, 512, 6, 256


def is_sound(table: bytes) -> bool:
    """Whether a table is one that tokenizers, which checks no index, can look anything up in.

    It is the size of a trie in bytes, the trie, and texts that end with 0. The trie is a double array (Aoe 1989) as
    darts-clone writes it: from the unit at i, a byte c leads to the unit at i ^ offset ^ c.
    """
    size = int.from_bytes(table[:4], "little")
    if not 4 <= size < len(table) - 4 or size % 4:
        return False
    try:
        table[4 + size :].decode()
    except UnicodeDecodeError:
        return False
    texts = np.frombuffer(table, np.uint8, offset=4 + size)
    units = np.frombuffer(table, "<u4", size // 4, 4).astype(np.int64)
    inner = units >> _LEAF == 0
    next_units = np.arange(len(units)) ^ (units >> _OFFSET) << ((units & _IS_WIDE) >> _WIDE_BY)
    if not inner[0] or np.any((next_units[inner] | _BLOCK) >= len(units)):
        return False
    starts = units[next_units[inner & (units & _HAS_VALUE > 0)]] & _VALUE
    return bool(np.all(starts < len(texts)) and np.all(texts[starts] & 0xC0 != 0x80))
