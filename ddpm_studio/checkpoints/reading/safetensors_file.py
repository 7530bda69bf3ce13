"""Files of safetensors, read here: the library maps a file into memory, and the process ends if it is cut short then.

the length of the header in eight bytes   the header, JSON: dtype, shape and place of each tensor   their bytes
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.reading.leaves import Leaves
from ddpm_studio.checkpoints.reading.rebuilding import MOST_DIMENSIONS, MOST_ELEMENTS
from ddpm_studio.checkpoints.reading.storages import bytes_of, in_order, room_for
from ddpm_studio.checkpoints.reading.threaded_filling import fill_all
from ddpm_studio.files.bounded_json import JsonError, parse
from ddpm_studio.files.reading import ForeignFile

LONGEST_HEADER = 25_000_000
"""Bytes, enough for 200,000 tensors; the library has four times as many."""

_LENGTH = 8
_TENSOR_ROOM = 2000
"""The bytes that a tensor may take beside its values."""

_DTYPES = {
    "BOOL": torch.bool,
    "U8": torch.uint8,
    "I8": torch.int8,
    "F8_E5M2": torch.float8_e5m2,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2FNUZ": torch.float8_e5m2fnuz,
    "F8_E4M3FNUZ": torch.float8_e4m3fnuz,
    "F8_E8M0": torch.float8_e8m0fnu,
    "U16": torch.uint16,
    "I16": torch.int16,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "U32": torch.uint32,
    "I32": torch.int32,
    "F32": torch.float32,
    "U64": torch.uint64,
    "I64": torch.int64,
    "F64": torch.float64,
    "C64": torch.complex64,
}
_METADATA = "__metadata__"


def safetensors_leaves(file: ForeignFile) -> Leaves:
    """The tensors and texts of a file; KeyError, TypeError, ValueError or EOFError if it is broken, or too large."""
    length = int.from_bytes(file.read_at(0, _LENGTH), "little")
    begin = _LENGTH + length
    if length > LONGEST_HEADER or begin > file.size:
        raise ValueError("the length of the header")
    file.budget.spend(length)
    try:
        header = parse(file.read_at(_LENGTH, length), file.budget, file.path, unique=True)
    except JsonError as error:
        raise EOFError("a damaged header") from error
    if not isinstance(header, dict):
        raise TypeError(type(header))
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise TypeError("metadata")
    places = {name: _place(told) for name, told in header.items()}
    _check_places(places.values(), file.size - begin)
    memories = {name: _memory(file, end - start) for name, (start, end) in places.items()}
    fill_all(file, [(bytes_of(memories[name]), begin + start) for name, (start, _) in places.items()])
    return Leaves({name: _tensor(memory, header[name]) for name, memory in memories.items()}, {}, metadata)


def _check_places(places: Iterable[tuple[int, int]], size: int) -> None:
    """ValueError unless the tensors lie one behind the other and fill all that comes after the header."""
    if any(end != next_start for (_, end), (next_start, _) in pairwise([(0, 0), *sorted(places), (size, size)])):
        raise ValueError("tensors over each other, or with bytes between them")


def _place(told: Mapping[str, Any]) -> tuple[int, int]:
    start, end = _whole_numbers(told["data_offsets"])
    shape = _whole_numbers(told["shape"])
    if math.prod(number or 1 for number in shape) >= MOST_ELEMENTS:
        raise ValueError("a huge number of elements")
    if math.prod(shape) * _DTYPES[told["dtype"]].itemsize != end - start:
        raise ValueError("a tensor of another size than its shape")
    return start, end


def _whole_numbers(numbers: object) -> list[int]:
    """A few numbers from 0 on, each within what torch counts by."""
    if not isinstance(numbers, list) or len(numbers) > MOST_DIMENSIONS:
        raise TypeError(type(numbers))
    if not all(type(number) is int and 0 <= number < MOST_ELEMENTS for number in numbers):
        raise ValueError("a number that is not whole")
    return numbers


def _memory(file: ForeignFile, count: int) -> Tensor:
    file.budget.spend(_TENSOR_ROOM)
    return room_for(count, file.budget)


def _tensor(memory: Tensor, told: Mapping[str, Any]) -> Tensor:
    dtype = _DTYPES[told["dtype"]]
    in_order(memory, dtype, "little")
    return memory.view(dtype).view(told["shape"])
