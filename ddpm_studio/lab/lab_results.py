"""Results of a sweep at a moment: its ways beside each other, how much of it is there, and the pictures of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.compared_rows import ComparedRow, WayTold, compared
from ddpm_studio.lab.measured_rows import MeasuredRow, Measurement
from ddpm_studio.lab.results.points_database import PointRow
from ddpm_studio.lab.results.result_folder import pictures_of_row


@dataclass(frozen=True, eq=False)
class LabResults:
    """What of a sweep is in a folder: `rows` by the key of their point, of this and perhaps of other sweeps.

    `found` are the ways that are compared, each with what can be said of it so far, and `remaining` the rows of the
    reference, how far it is from one twice as fine, under each condition.
    """

    asked: AskedPoints
    path: Path
    rows: Mapping[str, PointRow]
    found: tuple[ComparedRow, ...]
    remaining: tuple[MeasuredRow, ...]

    @classmethod
    def of(cls, asked: AskedPoints, path: Path, rows: Mapping[str, PointRow]) -> Self:
        """The rows of a folder as far as they are of a sweep, measured."""
        measurement = Measurement(asked, path, rows)
        remaining = tuple(measurement.remaining)
        return cls(asked, path, rows, tuple(compared(measurement.rows, remaining, asked.sweep.calls)), remaining)

    @cached_property
    def done(self) -> int:
        """How many of its points have pictures."""
        return sum(point.key in self.rows and self.rows[point.key].done for point in self.asked.points)

    def row_of(self, chosen: WayTold) -> ComparedRow | None:
        """The row of a way, None if the sweep does not ask for it."""
        return next((each for each in self.found if each.way_told == chosen), None)

    def pictures_of(self, chosen: WayTold, seed: int) -> NDArray[np.float32]:
        """The pictures of one seed that a way, or the reference, has drawn, in ±1, (N, C, H, W).

        KeyError if they are not drawn yet, FileError if their file is missing or damaged.
        """
        return pictures_of_row(self.path, self.rows[self.asked.point(chosen.way, seed, chosen.told).key])
