"""A sweep against the bare network, and two processes that draw against one, each with one thread.

The two sides take turns, and a figure is the median of the ratios of neighbours.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

import torch

from ddpm_studio.checkpoints import DEFAULT
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.driver import carry_out
from ddpm_studio.lab.executors.inline_executor import InlineExecutor
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import Share, cores_here
from ddpm_studio.lab.model_place import ModelPlace, opened_at, place_of
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import ResultFolder, folder_of_results
from tests.benchmarks.figure import Figure

BATCH, STEPS, ROUNDS = 16, 20, 9
POINTS = 4
"""That two processes share out among them in a round."""


def benchmark() -> list[Figure]:
    """What the lab takes beside the network, and, where there are two cores, what a second process brings."""
    place = place_of(DEFAULT)
    with tempfile.TemporaryDirectory() as path, folder_of_results(Path(path)) as folder:
        points = (_point(place, seed) for seed in itertools.count())
        rows = [_overhead(folder, place, points)]
        if cores_here() > 1:
            rows.append(_second_process(folder, place, points))
    return rows


def _point(place: ModelPlace, seed: int) -> SweepPoint:
    way = Contender("dpm-solver++", "trailing", STEPS)
    return SweepPoint(checkpoint=place.fingerprint, way=way, seed=seed, pictures=BATCH, batch=BATCH)


def _overhead(folder: ResultFolder, place: ModelPlace, points: Iterator[SweepPoint]) -> Figure:
    """A point, drawn and kept ÷ as many calls of its network, in turn."""
    denoiser = opened_at(place)
    x = denoiser.starting_noise(BATCH, torch.Generator().manual_seed(0)).to(memory_format=torch.channels_last)
    timesteps = torch.full((BATCH,), 500.0)

    @torch.inference_mode()
    def network() -> None:
        for _ in range(STEPS):
            denoiser.network(x, timesteps)

    def lab() -> None:
        carry_out(folder, [next(points)], place, InlineExecutor(), device="cpu")

    return Figure(f"lab ÷ network, batch {BATCH}, CPU", _ratio(lab, network), 1.05)


def _second_process(folder: ResultFolder, place: ModelPlace, points: Iterator[SweepPoint]) -> Figure:
    """Points by two processes ÷ as many by one, which have opened the checkpoint before."""
    with ProcessPool([Share(1)]) as one, ProcessPool([Share(1)] * 2) as two:

        def draw(executor: Executor, processes: int) -> None:
            carry_out(folder, [*itertools.islice(points, POINTS)], place, executor, device="cpu", at_once=processes + 1)

        ratio = _ratio(lambda: draw(two, 2), lambda: draw(one, 1))
        return Figure("two processes ÷ one, a thread each", ratio, 1 / 1.6)


def _ratio(first: Callable[[], object], second: Callable[[], object]) -> float:
    """The median of how much longer the first takes, once both are warm."""
    first()
    second()
    return statistics.median(_seconds(first) / _seconds(second) for _ in range(ROUNDS))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
