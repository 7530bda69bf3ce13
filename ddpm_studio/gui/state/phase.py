"""Phase of the sampling thread."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The phases of the sampling thread.

    OPENING is that of a checkpoint which no run follows, TRYING a trial of its readings. A run is STARTING until torch
    and its checkpoint are there, or HELD if it is to pause as soon as they are; then it is RUNNING. It is PAUSED, as a
    trial can be, until a person resumes it, and STOPPING while the last network call of what was stopped goes on.
    """

    IDLE = "idle"
    OPENING = "opening"
    TRYING = "trying"
    STARTING = "starting"
    HELD = "held"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


PAUSABLE = (Phase.TRYING, Phase.STARTING, Phase.HELD, Phase.RUNNING, Phase.PAUSED)
"""The phases in which there is something to pause, to resume, and to step through."""

UNDER_WAY = (Phase.OPENING, *PAUSABLE)
"""The phases in which there is something to stop."""

PREPARING = (Phase.OPENING, Phase.TRYING, Phase.STARTING, Phase.HELD)
"""The phases in which nobody knows how long it will take."""

AT_REST = (Phase.HELD, Phase.PAUSED)
"""The phases in which something waits, or will wait, for a person to resume it."""
