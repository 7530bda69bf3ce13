"""Phase of the sampling thread."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The phases of the sampling thread."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"


UNDER_WAY = (Phase.OPENING, Phase.RUNNING, Phase.PAUSED)
"""The phases in which there is something to stop."""
