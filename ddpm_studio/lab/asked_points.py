"""Points that a sweep asks for, each once: those that are compared, and the references that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import Shard
from ddpm_studio.lab.sweep import Sweep


@dataclass(frozen=True)
class AskedPoints:
    """The points of a sweep on the checkpoint of this fingerprint. A reference is a point like any other.

    >>> asked = AskedPoints(Sweep(solvers=("ddim",), counts=(5, 10), seeds=(0, 1)), "")
    >>> [(point.way.solver, point.way.count, point.seed) for point in asked.points[::2]]
    [('unipc:order=3', 100, 0), ('unipc:order=3', 200, 0), ('ddim', 5, 0), ('ddim', 10, 0)]
    """

    sweep: Sweep
    fingerprint: str

    @cached_property
    def points(self) -> tuple[SweepPoint, ...]:
        """All of them, the references first."""
        reference = self.sweep.reference
        ways = dict.fromkeys((reference, reference.finer, *self.sweep.ways))
        return tuple(self.point(way, seed, told) for way in ways for seed, told in self.sweep.cases)

    def point(self, way: Contender, seed: int, told: Conditioned) -> SweepPoint:
        """The point of a way with one seed and condition."""
        sweep = self.sweep
        return SweepPoint(
            checkpoint=self.fingerprint,
            way=way,
            seed=seed,
            pictures=sweep.pictures,
            batch=sweep.batch,
            **told._asdict(),
            clip=sweep.clip,
            precision=sweep.precision,
        )

    def of_shard(self, shard: Shard | None) -> tuple[SweepPoint, ...]:
        """Every `count`-th point from the `number`-th on; all of them for None."""
        return self.points if shard is None else self.points[shard.number - 1 :: shard.count]
