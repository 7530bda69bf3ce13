"""Progress of a sweep: how many of its points are there, and how long the rest will take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SweepPhase(StrEnum):
    """The phases of a sweep: PREPARED while its checkpoint is opened; what was PAUSED goes on where it was."""

    IDLE = "idle"
    PREPARED = "prepared"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"


AT_WORK = (SweepPhase.PREPARED, SweepPhase.RUNNING, SweepPhase.PAUSING)
"""The phases in which a sweep is on."""


@dataclass(frozen=True)
class SweepProgress:
    """Of `total` points so many are `done`, and so many `failed`, the first of them as `failure` says; `left_s` seconds
    remain, None if nobody knows. A `total` of 0 says that it is not known how many there are.
    """

    phase: SweepPhase = SweepPhase.IDLE
    done: int = 0
    total: int = 0
    failed: int = 0
    left_s: float | None = None
    failure: str = ""
