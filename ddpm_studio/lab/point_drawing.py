"""Drawing of a point, the work of a sweep: its pictures, chunk by chunk, each from noise of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import check
from ddpm_studio.lab.model_place import ModelPlace, opened_at
from ddpm_studio.lab.outcome import Drawn, Failed, Outcome
from ddpm_studio.lab.points import SweepPoint

if TYPE_CHECKING:
    from ddpm_studio.diffusion import SolverTable
    from ddpm_studio.sampling import Denoiser

T = TypeVar("T")


def draw_point(place: ModelPlace, point: SweepPoint, device: str) -> Outcome:
    """What comes of a point with the checkpoint at a place, drawn on `device`; a failure is told, not raised."""
    try:
        return drawn_point(opened_at(place), point, device)
    except StudioError as error:
        return Failed(str(error))


def drawn_point(denoiser: Denoiser, point: SweepPoint, device: str = "auto") -> Drawn:
    """The pictures of a point, the same in whatever process; raises a StudioError where they cannot be drawn."""
    begun = perf_counter()
    conditioned = denoiser.conditioned(*point.told)
    table = point.way.table(denoiser.schedule, denoiser.variance)
    parts, seconds = [], 0.0
    for numbers in point.chunks:
        pictures, took = _chunk(conditioned, table, point, numbers, device)
        parts.append(pictures)
        seconds += took
    whole = np.concatenate(parts)
    return Drawn(whole, table.nfe, bool((table.C > 0).any()), seconds, perf_counter() - begun)


def _chunk(
    denoiser: Denoiser, table: SolverTable, point: SweepPoint, numbers: Sequence[int], device: str
) -> tuple[NDArray[np.float32], float]:
    """The pictures of these numbers, (B, C, H, W), and the seconds within the steps."""
    from ddpm_studio.sampling import PictureNoise, device_named, run

    place = device_named(device)
    noise = PictureNoise(point.seed, numbers)
    steps = run(
        table,
        denoiser,
        denoiser.starting_noise(len(numbers), noise),
        generator=noise,
        clip=point.clip,
        device=place,
        dtype=denoiser.precision(point.precision, place),
    )
    seconds, last = 0.0, None
    for step, took in _timed(steps):
        seconds, last = seconds + took, step
        check()
    assert last is not None  # A table has a row at least.
    return last.decoded(last.x).float().cpu().numpy(), seconds


def _timed(steps: Iterator[T]) -> Iterator[tuple[T, float]]:
    """Each with the seconds that it took to come."""
    begun = perf_counter()
    for step in steps:
        yield step, perf_counter() - begun
        begun = perf_counter()
