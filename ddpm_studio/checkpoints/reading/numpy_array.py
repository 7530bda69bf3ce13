"""NumPy's arrays, types and scalars in pickles: kept as data, of which NumPy sees the bytes of numbers alone."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from ddpm_studio.checkpoints.reading.inert import Inert
from ddpm_studio.diffusion.noise_levels import Array

_REAL = re.compile(r"[fiu][1248]")


class NumberType(Inert):
    """A dtype; `dtype` is None for any that is not of real numbers."""

    def __init__(self, name: object = "", *_: object) -> None:
        self.dtype = np.dtype(name) if isinstance(name, str) and _REAL.fullmatch(name) and name != "f1" else None

    def attach(self, state: object) -> None:
        """Take the byte order, which a pickle says afterwards."""
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else "="
        if self.dtype is not None and order in ("<", ">"):
            self.dtype = self.dtype.newbyteorder("<" if order == "<" else ">")


class NumberArray(Inert):
    """An array; `numbers` are none for any that is not one list of real numbers."""

    def __init__(self, *_: object) -> None:
        self.numbers: Array = np.empty(0)

    def attach(self, state: Any) -> None:
        """Take shape, dtype and bytes, which a pickle says afterwards."""
        if isinstance(state, tuple) and len(state) == 5:
            _, shape, kind, _, content = state
            self.numbers = _numbers(content, kind, shape)


def from_buffer(content: object = b"", kind: object = None, shape: object = (), *_: object) -> NumberArray:
    """The array of bytes that stand before what is said of them, as protocol 5 has it."""
    array = NumberArray()
    array.numbers = _numbers(content, kind, shape)
    return array


def scalar(kind: object = None, content: object = b"", *_: object) -> float | int | Inert:
    """The number of these bytes; an Inert where they are none."""
    numbers = _numbers(content, kind, (1,), whole=True)
    number: float | int = numbers[0].item() if len(numbers) else 0
    return number if len(numbers) else Inert()


def _numbers(content: object, kind: object, shape: object, whole: bool = False) -> Array:
    """One list of numbers, shape (n,), float64 or, as `whole`, as it is kept; (0,) for all else."""
    dtype = kind.dtype if isinstance(kind, NumberType) else None
    if dtype is None or not isinstance(content, bytes | bytearray) or not isinstance(shape, tuple):
        return np.empty(0)
    is_list = all(type(side) is int and side >= 0 for side in shape) and sum(side != 1 for side in shape) <= 1
    if not is_list or len(content) != math.prod(shape) * dtype.itemsize:
        return np.empty(0)
    numbers: Array = np.frombuffer(content, dtype)
    return numbers if whole else numbers.astype(np.float64)
