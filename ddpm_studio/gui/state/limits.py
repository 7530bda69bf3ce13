"""Limits of the list of schedules: why, at either of them, none can be added or removed."""

from __future__ import annotations

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.window import State

MAX_SCHEDULES = 200


def why_not_add(state: State, count: int = 1) -> StudioError | None:
    """The reason why no schedule, or not so many, can be added; None if there is room."""
    if len(state.entries) + count <= MAX_SCHEDULES:
        return None
    if len(state.entries) < MAX_SCHEDULES:
        return StudioError(
            QT_TRANSLATE_NOOP("errors", "The list has room for {most} schedules; remove {count} to add these."),
            most=MAX_SCHEDULES,
            count=len(state.entries) + count - MAX_SCHEDULES,
        )
    return StudioError(
        QT_TRANSLATE_NOOP("errors", "There are {count} schedules already; remove one to add another."),
        count=MAX_SCHEDULES,
    )


def why_not_remove(state: State) -> StudioError | None:
    """The reason why no schedule can be removed; None if there are others."""
    if len(state.entries) > 1:
        return None
    return StudioError(QT_TRANSLATE_NOOP("errors", "The last schedule stays; change it, or add another first."))
