"""What passes between two processes arrives as it was, and anything else is noticed."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
import torch

from ddpm_studio.checkpoints.families.shared.apart.framing import (
    MAX_HEADER,
    GarbledError,
    dtype_named,
    outline,
    receive,
    receive_tensor,
    send,
    shape_from,
)

DENSE = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.complex64]
WHOLE = [torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


@pytest.mark.parametrize("dtype", [*DENSE, *WHOLE])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3, 4)])
def test_tensors_of_every_type_arrive_as_they_were(ends: Ends, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = (torch.arange(24)[: max(1, torch.Size(shape).numel())] % 5).to(dtype)
    sent = tensor.reshape(shape) if 0 not in shape else torch.zeros(shape).to(dtype)
    send(ends[0], {"tensors": outline([sent])}, [sent])
    [(name, sides)] = receive(ends[1])["tensors"]
    arrived = receive_tensor(ends[1], dtype_named(name), sides)
    assert (arrived.dtype, arrived.shape) == (dtype, sent.shape)
    assert arrived.tolist() == sent.tolist() if dtype.itemsize > 1 else torch.equal(arrived.float(), sent.float())


def test_tensors_that_are_views(ends: Ends) -> None:
    sent = torch.arange(12.0).reshape(3, 4).T[1:]
    send(ends[0], {}, [sent])
    receive(ends[1])
    assert torch.equal(receive_tensor(ends[1], sent.dtype, sent.shape), sent)


@pytest.mark.parametrize("content", [b"[]", b"1", b"{", b"\xff", b"[" * 10_000])
def test_headers_that_are_none(ends: Ends, content: bytes) -> None:
    ends[0].sendall(len(content).to_bytes(4, "big") + content)
    with pytest.raises(GarbledError):
        receive(ends[1])


def test_a_header_that_is_too_long_is_not_waited_for(ends: Ends) -> None:
    ends[0].sendall((MAX_HEADER + 1).to_bytes(4, "big"))
    with pytest.raises(GarbledError):
        receive(ends[1])


@pytest.mark.parametrize("value", [None, 3, "33", [1.0], [-1], [True], [2**40, 2**40], [0, 2**60], {"a": 1}, [[1]]])
def test_shapes_that_no_tensor_has(value: object) -> None:
    with pytest.raises(GarbledError):
        shape_from(json.loads(json.dumps(value)))


def test_nobody_is_there(ends: Ends) -> None:
    ends[0].close()
    with pytest.raises(EOFError):
        receive(ends[1])
    with pytest.raises(EOFError):
        send(ends[1], {})
