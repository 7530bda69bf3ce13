"""Edits of single steps, which are moved, added or taken out, and the list that lays out what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ddpm_studio.diffusion.levels import log_snr_at, timestep_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import (
    ModelSigmas,
    log_snr_of_sigmas,
    log_snr_of_taus,
    sigmas_of_log_snr,
    taus_of_log_snr,
)
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import Applied, StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError

MARGIN = 0.01
"""The share of the way between the steps beside it that a step keeps away from each of them."""


def listed(levels: StepLevels, number: int | None = None, reach: float = 0.0) -> StepsSpec:
    """The list that lays out the same levels in full precision: of σ, or of τ for a flow and from pure noise on.

    A step of this `number`, 0 being the first, may lie up to `reach` beside its log SNR, but within the schedule and
    between the steps beside it, so that it needs fewer digits. An end that is not clean, a reversal and two experts
    stand behind the list. StepsError for what no list has.

    >>> from ddpm_studio.diffusion.schedule import Schedule
    >>> print(listed(StepsSpec.parse("sigmas:14.6,3,1,0 | start=0.7 | above=0.5").levels(Schedule("linear", 1000))))
    sigmas:3,1,0 | above=0.5
    """
    rises = bool(levels.log_snr[0] > levels.log_snr[-1])
    falling = levels.log_snr[::-1] if rises else levels.log_snr
    with np.errstate(invalid="ignore"):
        flat = np.flatnonzero(~(np.diff(levels.log_snr) * (-1 if rises else 1) > 0))
    if len(flat):
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "These steps have no list: from σ = {sigma:.6g} of step {step} their noise neither falls nor rises on, "
                "but goes to {after:.6g}; take that step out.",
            ),
            step=int(flat[0]) + 1,
            sigma=float(levels.sigmas[flat[0]]),
            after=float(levels.sigmas[flat[0] + 1]),
        )
    of_tau = ModelSigmas(levels.schedule).flow or np.isneginf(falling[0])
    if number is not None:
        place = levels.count - number if rises else number
        falling = _shortened(levels.schedule, falling, place, reach, of_tau and place < levels.count)
    numbers = (*numbers_of(falling[:-1], of_tau), 0.0)
    made = StepsSpec("taus" if of_tau else "sigmas", numbers=numbers, applied=tuple(_behind(levels, falling, rises)))
    return StepsSpec.parse(str(made))  # What could not be read again is refused now.


def numbers_of(log_snr: Array, of_tau: bool) -> list[float]:
    """τ or σ of levels: those of 15 digits, such as a person may have typed, wherever they are the same levels.

    >>> numbers_of(log_snr_of_sigmas(np.array([3.0])), of_tau=False)
    [3.0]
    """
    numbers = taus_of_log_snr(log_snr) if of_tau else sigmas_of_log_snr(log_snr)
    short = np.array([float(f"{number:.15g}") for number in numbers.tolist()])
    with np.errstate(divide="ignore"):
        again = log_snr_of_taus(short) if of_tau else log_snr_of_sigmas(short)
    return list(np.where(again == log_snr, short, numbers).tolist())


def _shortened(schedule: Schedule, falling: Array, place: int, reach: float, of_tau: bool) -> Array:
    """The levels with that at a place where σ, or τ, has the fewest digits within reach; else as they are."""
    level, known = falling[place], schedule.coefficients.log_snr
    least = max(level - reach, known[-1], falling[place - 1] if place else -np.inf)
    most = min(level + reach, known[0], falling[place + 1] if place + 1 < len(falling) else np.inf)
    high, number, low = numbers_of(np.array([least, level, most]), of_tau)
    candidates = (float(f"{number:.{digits}g}") for digits in range(1, 16))
    short = next((each for each in candidates if low < each < high), None)
    if short is None:
        return falling
    changed, level_of = falling.copy(), log_snr_of_taus if of_tau else log_snr_of_sigmas
    changed[place] = level_of(np.array(short))
    return changed


def _behind(levels: StepLevels, falling: Array, rises: bool) -> Iterator[Applied]:
    """What is done with a list of levels so that it ends where they do, goes their way, and has their experts."""
    if np.isfinite(falling[-1]):
        yield Applied("above", numbers_of(falling[-1:], of_tau=False)[0])
    if rises:
        yield Applied("reverse")
    if levels.boundary is not None:
        yield Applied("experts", levels.boundary)


def with_level(levels: StepLevels, number: int, log_snr: float) -> StepLevels:
    """The same steps with another level of one of them, kept within the schedule and between the steps beside it."""
    low, high = _room(levels, number)
    timestep = np.clip(timestep_at(levels.schedule, np.array([log_snr])), low, high)
    changed = levels.log_snr.copy()
    changed[number] = log_snr_at(levels.schedule, timestep)[0]
    return levels.through(changed)


def _room(levels: StepLevels, number: int) -> tuple[float, float]:
    """The least and the greatest timestep that a step can have."""
    low, high = 0.0, levels.schedule.T - 1.0
    bounds = [False, False]
    for other in (number - 1, number + 1):
        if other >= 0 and not np.isposinf(levels.log_snr[other]):
            there = float(timestep_at(levels.schedule, levels.log_snr[other : other + 1])[0])
            cleaner = levels.log_snr[other] > levels.log_snr[number]
            low, high = (there, high) if cleaner else (low, there)
            bounds[0 if cleaner else 1] = True
    margin = MARGIN * max(high - low, 0.0)
    return low + margin * bounds[0], high - margin * bounds[1]


def with_another(levels: StepLevels, log_snr: float) -> StepLevels:
    """The same steps and one more at a level, kept within the schedule, at its place among them."""
    schedule = levels.schedule
    level = log_snr_at(schedule, timestep_at(schedule, np.array([log_snr])))
    rises = bool(levels.log_snr[0] > levels.log_snr[-1])
    place = int(np.searchsorted(-levels.log_snr if rises else levels.log_snr, -level if rises else level)[0])
    return levels.through(np.insert(levels.log_snr, min(place, levels.count), level))


def without(levels: StepLevels, number: int) -> StepLevels:
    """The same steps but for one. StepsError for the only one."""
    if levels.count == 1:
        raise StepsError(QT_TRANSLATE_NOOP("errors", "There is only one step; remove the line of steps as a whole."))
    return levels.through(np.delete(levels.log_snr, number))
