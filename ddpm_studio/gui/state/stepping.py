"""Steps that stand below a schedule: what each lays out, and how many there may be."""

from __future__ import annotations

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError, StudioError

LaidOut = StepLevels | StudioError

MAX_STEPS = 8
"""Most lines of steps below one schedule."""


def laid_out(spec: StepsSpec, schedule: Schedule) -> LaidOut:
    """The levels of steps over a schedule, or why it does not have them."""
    try:
        return spec.levels(schedule)
    except StudioError as error:
        return error


def checked_steps(steps: tuple[StepsSpec, ...]) -> tuple[StepsSpec, ...]:
    """The steps of one schedule. StepsError if there are more than MAX_STEPS."""
    if len(steps) > MAX_STEPS:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "There are {most} lines of steps already; remove one to add another."),
            most=MAX_STEPS,
        )
    return steps
