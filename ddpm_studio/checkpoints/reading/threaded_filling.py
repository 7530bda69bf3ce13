"""Filling of many buffers from one file, shared out among threads: fresh memory costs more to touch than to copy into,
and each thread touches its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import torch

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

MOST_THREADS = 4
FEWEST_BYTES, PIECE = 16 * MIB, 4 * MIB
"""Bytes below which one thread is done before another has begun, and those that a thread takes at a time."""

_Place = tuple[memoryview, int]
"""A buffer of bytes, and where those that belong into it begin."""


def fill_all(file: ForeignFile, places: Sequence[_Place]) -> None:
    """Fill each buffer from its place on; EOFError if the file has not so many bytes."""
    size = sum(len(buffer) for buffer, _ in places)
    threads = min(torch.get_num_threads(), MOST_THREADS) if size >= FEWEST_BYTES else 1
    pieces = [piece for place in places for piece in _pieces(*place)]
    with ThreadPoolExecutor(threads) as pool:  # Which begins a thread only for what it is given.
        others = [pool.submit(copy_context().run, _fill, file, pieces[i::threads]) for i in range(1, threads)]
        _fill(file, pieces[::threads])
        for other in others:
            other.result()


def _fill(file: ForeignFile, pieces: Sequence[_Place]) -> None:
    for buffer, start in pieces:
        file.fill(buffer, start)


def _pieces(buffer: memoryview, start: int) -> Iterator[_Place]:
    for at in range(0, len(buffer), PIECE):
        yield buffer[at : at + PIECE], start + at
