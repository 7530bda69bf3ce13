"""Steps that stand below a schedule: what each lays out, and how many there may be."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.bare_lists import with_its_name
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, sigmas_of_log_snr
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


def typed_steps(text: str, schedule: Schedule) -> StepsSpec:
    """The steps of a text, or of a bare list, that may name files, which are read once it is finished; StepsError.

    Without a file they are laid out, so that it is known whether the schedule has them.
    """
    spec = StepsSpec.parse(with_its_name(text, schedule))
    return spec if spec.files else read_steps(text, schedule)


def read_steps(text: str, schedule: Schedule) -> StepsSpec:
    """The steps of a text, or of a bare list, below a schedule. StepsError if it describes none that this one has.

    What a bare list of numbers is, σ or τ, the schedule tells. Lists in files have to be read before.
    """
    spec = StepsSpec.parse(with_its_name(text, schedule))
    spec.levels(schedule)
    return spec


def own_values(schedule: Schedule) -> dict[str, float]:
    """What options of spacings are over a schedule if they are not given: its least and largest finite σ, its shift."""
    model = ModelSigmas(schedule)
    sigmas = sigmas_of_log_snr(schedule.coefficients.log_snr)
    reached = sigmas[np.isfinite(sigmas)]
    ends = {"sigma_min": float(reached[0]), "sigma_max": float(reached[-1])} if len(reached) else {}
    return {**ends, "shift": model.shift}


def checked_steps(steps: tuple[StepsSpec, ...]) -> tuple[StepsSpec, ...]:
    """The steps of one schedule. StepsError if there are more than MAX_STEPS."""
    if len(steps) > MAX_STEPS:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "There are {most} lines of steps already; remove one to add another."),
            most=MAX_STEPS,
        )
    return steps
