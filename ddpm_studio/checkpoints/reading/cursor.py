"""Cursor: a place in bytes that are read piece by piece from there on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

PIECE = 1 << 16


class Cursor:
    """A place in bytes, of which `read_at(start, count)` gives those from `start` on, up to `end`."""

    def __init__(self, read_at: Callable[[int, int], bytes], end: int) -> None:
        self._read_at, self._end = read_at, end
        self._piece, self._start, self._at = b"", 0, 0

    @classmethod
    def over(cls, data: bytes) -> Self:
        """The cursor at the beginning of these bytes."""
        return cls(lambda start, count: data[start : start + count], len(data))

    @property
    def place(self) -> int:
        """The number of bytes before it."""
        return self._start + self._at

    @property
    def left(self) -> int:
        """The number of bytes after it."""
        return self._end - self.place

    def next(self) -> int:
        """The next byte; EOFError at the end."""
        if self._at == len(self._piece):
            self._turn_over(1)
        self._at += 1
        return self._piece[self._at - 1]

    def take(self, count: int) -> bytes:
        """The next `count` bytes; EOFError if there are not so many, before any memory is asked for."""
        if self._at + count > len(self._piece):
            self._turn_over(count)
        self._at += count
        return self._piece[self._at - count : self._at]

    def line(self, longest: int) -> bytes:
        """The bytes before the next newline, which is taken as well; only the first `longest` if there are more."""
        if len(self._piece) - self._at < longest + 1:
            self._turn_over(min(longest + 1, self.left))
        end = self._piece.find(b"\n", self._at, self._at + longest + 1)
        return self.take(longest if end < 0 else end + 1 - self._at).removesuffix(b"\n")

    def _turn_over(self, count: int) -> None:
        """Have at least `count` bytes in the piece that is read from."""
        if not 0 <= count <= self.left:
            raise EOFError("the end")
        self._start, self._at = self.place, 0
        self._piece = self._read_at(self._start, min(max(count, PIECE), self._end - self._start))
        if len(self._piece) < count:
            raise EOFError("cut short while it was read")
