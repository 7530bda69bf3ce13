"""Points that are drawn without a network, in no time, and a driver of them that can be killed."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.checkpoints import Answers
from ddpm_studio.lab import driver
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.executors.inline_executor import InlineExecutor
from ddpm_studio.lab.model_place import ModelPlace
from ddpm_studio.lab.outcome import Drawn, Failed, Outcome
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import folder_of_results

PLACE = ModelPlace("nowhere", Answers(), "ab" * 32)
SHAPE = (3, 8, 8)


def points(count: int = 12) -> list[SweepPoint]:
    """So many points, of 5 pictures each."""
    return [SweepPoint(checkpoint="ab" * 32, way=Contender("ddim", count=n), pictures=5) for n in range(1, count + 1)]


def pictures_of(point: SweepPoint) -> NDArray[np.float32]:
    """What stands for the pictures of a point."""
    seed = int.from_bytes(hashlib.sha256(point.text.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal((point.pictures, *SHAPE), np.float32)


def drawn(place: ModelPlace, point: SweepPoint, device: str) -> Outcome:
    """What comes of a point; that of 7 steps fails."""
    if point.way.count == 7:
        return Failed("seven steps are too many")
    return Drawn(pictures_of(point), point.way.count or 0, False, 0.25, 0.5)


def drive(folder: Path, log: Path) -> None:
    """Draw all points, and log the key of each that is begun."""

    def logged(place: ModelPlace, point: SweepPoint, device: str) -> Outcome:
        with log.open("a") as file:
            file.write(f"{point.key}\n")
        time.sleep(0.01)  # Something has to take time for a kill to come in its midst.
        return drawn(place, point, device)

    setattr(driver, "draw_point", logged)  # noqa: B010  # It is only imported there.
    with folder_of_results(folder) as results:
        driver.carry_out(results, points(40), PLACE, InlineExecutor())


if __name__ == "__main__":
    drive(Path(sys.argv[1]), Path(sys.argv[2]))
