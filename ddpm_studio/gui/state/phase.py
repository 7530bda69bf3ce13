"""Phase: what the thread that samples is at."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """What the thread that samples is at."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"


UNDER_WAY = (Phase.OPENING, Phase.RUNNING, Phase.PAUSED)
"""The phases in which there is something to stop."""
