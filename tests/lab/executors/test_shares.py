"""What one process of a pool works with is its part of the cores, and a GPU that is nobody else's."""

from __future__ import annotations

import pytest
import torch

from ddpm_studio.lab.executors import share
from ddpm_studio.lab.executors.share import MOST_PROCESSES, PoolError, Share, shared_out


@pytest.fixture(autouse=True)
def _sixteen_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "cores_here", lambda: 16)


def with_gpus(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)


@pytest.mark.parametrize(
    ("workers", "threads", "shares"),
    [
        (None, None, [Share(2)] * 8),
        (None, 4, [Share(4)] * 4),
        (None, 32, [Share(32)]),
        (3, None, [Share(5)] * 3),
        (20, None, [Share(1)] * 20),
        (2, 1, [Share(1)] * 2),
    ],
)
def test_the_cores_are_shared_out(workers: int | None, threads: int | None, shares: list[Share]) -> None:
    assert shared_out(workers, threads) == shares


def test_each_gpu_has_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpus(3, monkeypatch)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert shared_out(device="auto") == [Share(5, "0"), Share(5, "1"), Share(5, "2")]
    assert shared_out(2, device="cuda") == [Share(8, "0"), Share(8, "1")]
    assert shared_out(device="cuda:1") == [Share(16, "1")]
    with pytest.raises(PoolError, match="there are 3 of them, so 4 processes are too many; have"):
        shared_out(4, device="cuda")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,GPU-a,6")
    assert [each.gpu for each in shared_out(device="cuda")] == ["4", "GPU-a", "6"]


def test_without_gpus_auto_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpus(0, monkeypatch)
    assert shared_out(device="auto") == shared_out()


def test_another_device_has_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert shared_out(device="mps") == [Share(16)]


@pytest.mark.parametrize("count", [0, -1, MOST_PROCESSES + 1])
def test_more_or_fewer_than_there_can_be(count: int) -> None:
    with pytest.raises(PoolError, match=f"1 to 256 processes, not {count}; have"):
        shared_out(count)
