"""Buffers filled by several threads: each has its own bytes, and what one thread meets ends the reading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints.reading import threaded_filling
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.reading.threaded_filling import fill_all
from ddpm_studio.errors import CheckpointError
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.interruption import interruptible


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of which even a small file has many."""
    monkeypatch.setattr(threaded_filling, "FEWEST_BYTES", 0)
    monkeypatch.setattr(threaded_filling, "PIECE", 1000)


@pytest.fixture(params=[1, 2, 3])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(torch, "get_num_threads", lambda: request.param)
    return int(request.param)


def tensors() -> dict[str, Tensor]:
    """Of less than a piece, of a piece, of many, and of nothing."""
    torch.manual_seed(0)
    return {f"w{count}": torch.randn(count) for count in (0, 1, 250, 251, 7001, 3)}


def test_each_tensor_has_its_own_bytes(tmp_path: Path, threads: int) -> None:
    path = tmp_path / "model.safetensors"
    save_file(tensors(), path)
    read = StoredFile(path).tensors
    assert read.keys() == tensors().keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors().items())


def test_a_file_that_is_cut_short_meanwhile(tmp_path: Path, threads: int) -> None:
    path = tmp_path / "model.safetensors"
    save_file(tensors(), path)
    source = StoredFile(path)
    assert source.file.size > 20_000
    os.truncate(path, 20_000)
    with pytest.raises(CheckpointError, match="damaged or cut short"):
        _ = source.tensors


def test_whoever_waits_ends_every_thread(tmp_path: Path, threads: int) -> None:
    class Ended(BaseException):
        pass

    def end() -> None:
        raise Ended

    path = tmp_path / "numbers"
    path.write_bytes(bytes(50_000))
    file, buffer = ForeignFile(path), memoryview(bytearray(b"1" * 50_000))
    with interruptible(end), pytest.raises(Ended):
        fill_all(file, [(buffer, 0)])
    assert bytes(buffer) == b"1" * 50_000
