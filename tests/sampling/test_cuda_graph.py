"""On CUDA a step is captured once and replayed, and draws what it draws without a graph."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor

from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.sampling import run
from ddpm_studio.sampling.cuda_graph import WARM_UP, Graphed
from tests.sampling.toys import denoiser, noise, table

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
CUDA = torch.device("cuda")


def test_a_graph_replays_what_was_captured() -> None:
    counter, calls = torch.zeros(1, device=CUDA), list[int]()

    def body() -> None:
        calls.append(1)
        counter.add_(1)

    graphed = Graphed(body, CUDA)
    for _ in range(10):
        graphed()
    assert counter.item() == 10
    assert len(calls) == WARM_UP + 1


def test_what_cannot_be_captured_goes_on_as_it_is() -> None:
    counter, calls = torch.zeros(1, device=CUDA), list[float]()

    def body() -> None:
        calls.append(counter.item())
        counter.add_(1)

    graphed, current = Graphed(body, CUDA), torch.cuda.current_stream()
    for _ in range(6):
        graphed()
    assert counter.item() == 6
    assert torch.cuda.current_stream() == current


def test_what_cannot_be_captured_leaves_the_memory_as_it_was() -> None:
    """What is cached goes to whatever comes next."""
    counter = torch.zeros(1, device=CUDA)

    def body() -> None:
        counter.add_(counter.item())

    graphed = Graphed(body, CUDA)
    for _ in range(WARM_UP + 2):
        graphed()
    with at_most(2**30):
        for size in (600 * 2**20, 900 * 2**20):
            torch.empty(size, dtype=torch.uint8, device=CUDA)


def test_memory_that_a_graph_lacks_is_not_lacking_without_it() -> None:
    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        if torch.cuda.is_current_stream_capturing():
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return x

    steps = list(run(table(steps=8), denoiser(network=network), noise().float().cuda()))
    assert [step.pictures_at_once for step in steps] == [None] * 8
    torch.cuda.empty_cache()


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """The GPU as if it had so many bytes."""
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(size / torch.cuda.mem_get_info()[1])
    try:
        yield
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.empty_cache()


def test_two_threads_draw_with_one_denoiser() -> None:
    one, rows, x = denoiser(), table("unipc", 40), noise()
    pictures: dict[int, Tensor] = {}

    def draw(number: int) -> None:
        *_, last = run(rows, one, x, device=CUDA)
        pictures[number] = last.x

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pictures) == 4
    for other in pictures.values():
        torch.testing.assert_close(other, pictures[0])


@pytest.mark.parametrize("solver", SOLVERS)
def test_pictures_are_those_of_the_cpu(solver: str) -> None:
    rows, x = table(solver, 8), noise()
    here = run(rows, denoiser(), x, generator=torch.Generator().manual_seed(1), clip=1.0)
    there = run(rows, denoiser(), x, generator=torch.Generator().manual_seed(1), clip=1.0, device=CUDA)
    for one, other in zip(here, there, strict=True):
        torch.testing.assert_close(other.x.cpu().double(), one.x, rtol=1e-3, atol=1e-3)


def test_a_network_that_reads_a_value_back_runs_all_the_same() -> None:
    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        return x * float(timesteps[0] > 500)

    steps = list(run(table(steps=8), denoiser(network=network), noise().float().cuda()))
    assert len(steps) == 8
