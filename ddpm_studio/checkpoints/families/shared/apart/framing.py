"""Framing of what passes between the program and a process apart: a header of JSON, then the bytes of tensors.

Nothing is ever unpickled: trusted code may still be wrong, and what it sends is read like any other data.
"""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.files.budget import MIB

MAX_HEADER, MOST_ELEMENTS = 4 * MIB, 2**48
_DTYPES = {str(dtype).removeprefix("torch."): dtype for dtype in vars(torch).values() if isinstance(dtype, torch.dtype)}

Message = Mapping[str, Any]
"""What is sent beside tensors: texts, numbers and lists of them."""

Wait = Callable[[], None]
"""What is called before each look for bytes, and may end the waiting with an exception."""


class GarbledError(Exception):
    """Bytes that are not what was to be sent."""


def dtype_name(dtype: torch.dtype) -> str:
    """The name of a data type: float32."""
    return str(dtype).removeprefix("torch.")


def dtype_named(name: str) -> torch.dtype:
    """The data type of this name; KeyError if there is none."""
    return _DTYPES[name]


def outline(tensors: Iterable[Tensor]) -> list[tuple[str, list[int]]]:
    """The data type and the shape of each tensor, for a header."""
    return [(dtype_name(tensor.dtype), list(tensor.shape)) for tensor in tensors]


def send(stream: socket.socket, header: Message, tensors: Sequence[Tensor] = (), wait: Wait = lambda: None) -> None:
    """Send a header and the bytes of tensors, on whichever device they are; EOFError if nobody is there."""
    text = json.dumps(header).encode()
    contents = [_bytes_of(tensor.detach().cpu().contiguous()) for tensor in tensors]
    for content in (memoryview(len(text).to_bytes(4, "big") + text), *contents):
        _send(stream, content, wait)


def receive(stream: socket.socket, wait: Wait = lambda: None) -> Message:
    """The next header; GarbledError if it is not one, EOFError if nobody is there."""
    size = int.from_bytes(_received(stream, 4, wait), "big")
    if size > MAX_HEADER:
        raise GarbledError
    try:
        header = json.loads(_received(stream, size, wait))
    except (ValueError, RecursionError) as error:
        raise GarbledError from error
    if not isinstance(header, dict):
        raise GarbledError
    return header


def shape_from(value: object) -> tuple[int, ...]:
    """The shape of a tensor in a header; GarbledError if none has such a shape."""
    if not isinstance(value, list) or not all(type(side) is int and side >= 0 for side in value):
        raise GarbledError
    if math.prod(max(1, side) for side in value) > MOST_ELEMENTS:
        raise GarbledError
    return tuple(value)


def receive_tensor(
    stream: socket.socket, dtype: torch.dtype, shape: Sequence[int], wait: Wait = lambda: None
) -> Tensor:
    """A tensor on the CPU, whose bytes follow a header; EOFError if nobody is there."""
    tensor = torch.empty(math.prod(shape), dtype=dtype)
    _receive_into(stream, _bytes_of(tensor), wait)
    return tensor.reshape(tuple(shape))


def _bytes_of(tensor: Tensor) -> memoryview:
    """The memory of a contiguous tensor on the CPU."""
    return memoryview(tensor.reshape(-1).view(torch.uint8).numpy().data) if tensor.numel() else memoryview(b"")


def _send(stream: socket.socket, rest: memoryview, wait: Wait) -> None:
    while rest:
        rest = rest[_once_ready(lambda: stream.send(rest), wait) :]  # noqa: B023  # Called at once.


def _received(stream: socket.socket, count: int, wait: Wait) -> bytes:
    content = bytearray(count)
    _receive_into(stream, memoryview(content), wait)
    return bytes(content)


def _receive_into(stream: socket.socket, rest: memoryview, wait: Wait) -> None:
    while rest:
        count = _once_ready(lambda: stream.recv_into(rest), wait)  # noqa: B023  # Called at once.
        if not count:
            raise EOFError
        rest = rest[count:]


def _once_ready(act: Callable[[], int], wait: Wait) -> int:
    """What `act` returns once the other side has taken or sent something."""
    while True:
        wait()
        try:
            return act()
        except TimeoutError:
            continue
        except OSError as error:
            raise EOFError from error
