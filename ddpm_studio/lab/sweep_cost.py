"""Cost of a sweep before it is drawn: its points, the work of the network, and the room on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.errors import StudioError
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.pictures_file import size_of_pictures
from ddpm_studio.lab.written_solver import read_solver


@dataclass(frozen=True)
class SweepCost:
    """What some points take: `calls` of the network, one for each picture and evaluation, and bytes of pictures."""

    points: int
    calls: int
    size: int


def cost_of(points: Iterable[SweepPoint], schedule: Schedule, shape: tuple[int, ...]) -> SweepCost:
    """The cost of points on a network that was trained with `schedule` and draws pictures of `shape`, (C, H, W).

    A solver that has too few steps costs nothing; of other ways that turn out to lead nowhere it is not known yet.
    """
    known: dict[Contender, int] = {}
    count = calls = size = 0
    for point in points:
        if point.way not in known:
            known[point.way] = calls_of(point.way, schedule)
        count += 1
        calls += known[point.way] * point.pictures
        size += size_of_pictures((point.pictures, *shape))
    return SweepCost(count, calls, size)


def calls_of(way: Contender, schedule: Schedule) -> int:
    """Calls of the network for one picture, 0 for steps that cannot be laid out to be counted, or are too few."""
    solver = solver_named(read_solver(way.solver)[0])
    try:
        count = way.count_along(schedule)
    except StudioError:
        return 0
    return solver.nfe(count) if count >= solver.least else 0
