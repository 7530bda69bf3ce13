"""Measured rows: how far the pictures of each way are from those of the reference, over all of its seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.measures import Spread, covariance_error, mean_error, rms_per_picture, sliced_wasserstein
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.points_database import PointRow
from ddpm_studio.lab.results.result_folder import pictures_of_row
from ddpm_studio.texts import Readable, Text

_KEPT = 8
"""Sets of pictures that are kept in memory: those of references, which are asked for again and again."""

_NOT_DRAWN = QT_TRANSLATE_NOOP("lab", "not drawn yet")

Pictures = NDArray[np.float32]


@dataclass(frozen=True)
class MeasuredRow:
    """What one way under one condition comes to, over all seeds.

    `calls` of the network for a picture, `network_s` and `whole_s` seconds in all. `distance` is the RMS distance of
    each picture to that of the reference, in ±1, and `distances` are all of these, (N,); of a way that adds fresh noise
    there is `sliced` instead, the sliced Wasserstein distance of all pictures to all of the reference, with the errors
    of their mean and covariance. What is not there yet, or failed, has a `sentence` and none of these.
    """

    way: Contender
    told: Conditioned
    calls: int | None = None
    distance: Spread | None = None
    sliced: float | None = None
    mean: float | None = None
    covariance: float | None = None
    network_s: float = 0.0
    whole_s: float = 0.0
    sentence: Readable = ""
    distances: Array | None = field(default=None, repr=False, compare=False)

    @property
    def error(self) -> float | None:
        """The number by which ways are compared: the median distance, or else the sliced one."""
        return self.sliced if self.distance is None else self.distance.median


class Measurement:
    """The rows of the points of a sweep as far as they are in a folder, which may be written meanwhile."""

    def __init__(self, asked: AskedPoints, path: Path, rows: Mapping[str, PointRow]) -> None:
        self._asked, self._rows = asked, rows
        self._kept: Callable[[str], Pictures] = lru_cache(_KEPT)(lambda key: pictures_of_row(path, rows[key]))
        self._path = path

    @property
    def rows(self) -> Iterator[MeasuredRow]:
        """A row for each way under each condition, in the order of the sweep."""
        for told in dict.fromkeys(self._asked.sweep.conditions):
            for way in self._asked.sweep.ways:
                yield self._measured(way, told)

    @property
    def remaining(self) -> Iterator[MeasuredRow]:
        """How far the reference still is from one twice as fine, under each condition: the least that can be told."""
        reference = self._asked.sweep.reference
        for told in dict.fromkeys(self._asked.sweep.conditions):
            yield self._measured(reference, told, reference.finer)

    def _measured(self, way: Contender, told: Conditioned, other: Contender | None = None) -> MeasuredRow:
        points, others = self._points(way, told), self._points(other or self._asked.sweep.reference, told)
        sentence = next((self._sentence(point) for point in (*points, *others) if self._sentence(point)), "")
        if sentence:
            return MeasuredRow(way, told, sentence=sentence)
        rows = [self._rows[point.key] for point in points]
        try:
            measures = self._measures(points, others)
        except StudioError as error:
            return MeasuredRow(way, told, sentence=Text(error.template, error.values))
        network_s, whole_s = sum(row.network_s for row in rows), sum(row.whole_s for row in rows)
        return MeasuredRow(way, told, rows[0].nfe, network_s=network_s, whole_s=whole_s, **measures)

    def _points(self, way: Contender, told: Conditioned) -> list[SweepPoint]:
        return [self._asked.point(way, seed, told) for seed in dict.fromkeys(self._asked.sweep.seeds)]

    def _sentence(self, point: SweepPoint) -> str:
        """Why there is nothing to measure at a point, "" where there is."""
        row = self._rows.get(point.key)
        return _NOT_DRAWN if row is None else row.sentence

    def _measures(self, points: Sequence[SweepPoint], others: Sequence[SweepPoint]) -> dict[str, Any]:
        pairs = [(self._pictures(one), self._kept(other.key)) for one, other in zip(points, others, strict=True)]
        if not any(self._rows[point.key].stochastic for point in (*points, *others)):
            distances = np.concatenate([rms_per_picture(one, other) for one, other in pairs])
            return {"distance": Spread.of(distances), "distances": distances}
        one, other = (np.concatenate(each) for each in zip(*pairs, strict=True))
        measures = {"sliced": sliced_wasserstein(one, other), "mean": mean_error(one, other)}
        return measures | ({"covariance": covariance_error(one, other)} if len(one) > 1 else {})

    def _pictures(self, point: SweepPoint) -> Pictures:
        return pictures_of_row(self._path, self._rows[point.key])
