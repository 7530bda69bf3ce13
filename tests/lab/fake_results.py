"""Results of a sweep in a real folder, of pictures that are made up: each solver nears the truth to an order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.outcome import Drawn, Outcome
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.points_database import PointRow
from ddpm_studio.lab.results.result_folder import folder_of_results
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.written_solver import read_solver

FINGERPRINT = "ab" * 32
SIZE = 8
CALLS = (4, 5, 6, 8, 10, 14, 20)
ORDERS = {"ddim": 1.0, "dpm-solver++": 1.6, "deis": 1.4, "heun": 2.0, "unipc": 2.0}
"""Of the error of each solver, which is FIRST at 5 calls, or 0.2; 1.2 of others, and none of "ddpm", of sets."""

FIRST = {"ddim": 0.14, "dpm-solver++": 0.105, "deis": 0.13, "heun": 0.4, "unipc": 0.1}
QUESTION = Sweep(solvers=("ddim", "dpm-solver++", "deis", "heun", "unipc:order=3"), calls=CALLS, pictures=16)


def fake_results(path: Path, sweep: Sweep = QUESTION, first: int | None = None) -> LabResults:
    """The results of a sweep, or of the first so many of its points, which are kept in a folder that is made."""
    asked = AskedPoints(sweep, FINGERPRINT)
    return LabResults.of(asked, path, kept(path, asked.points[:first]))


def kept(path: Path, points: Sequence[SweepPoint]) -> dict[str, PointRow]:
    """The rows of a folder once it has these points too."""
    with folder_of_results(path) as folder:
        for point in points:
            folder.keep(point, fake_drawn(point))
        return dict(folder.rows)


def fake_drawn(point: SweepPoint) -> Outcome:
    """What comes of a point: its pictures, at an error that falls with its calls."""
    name, _ = read_solver(point.way.solver)
    calls = solver_named(name).nfe(point.way.count or 7)
    stochastic = name == "ddpm"
    error = FIRST.get(name, 0.2) * (calls / 5) ** -ORDERS.get(name, 1.2)
    pictures = _truth(point, "another" if stochastic else "")
    for number, picture in enumerate(pictures):
        noise = _drawn_by(f"{point.way.text} {point.seed} {number}")
        hard = np.exp(0.5 * _drawn_by(f"{point.seed} {number}").standard_normal() + 0.2 * noise.standard_normal())
        picture += error * hard * noise.standard_normal(picture.shape)
    return Drawn(pictures.astype(np.float32), calls, stochastic, 0.1 * calls, 0.1 * calls + 0.02)


def _truth(point: SweepPoint, other: str) -> NDArray[np.float64]:
    """A disc on a ground for each picture, in colours of its own."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    disc = (x**2 + y**2 < (SIZE / 3) ** 2)[None]
    pictures = [
        np.where(disc, *_drawn_by(f"{other} {point.seed} {point.label} {number}").uniform(-0.9, 0.9, (2, 3, 1, 1)))
        for number in range(point.pictures)
    ]
    return np.stack(pictures)


def _drawn_by(text: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
