"""Traces of a run: the noise levels at which each of its samplers calls the network, to be shown beside schedules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import LEVEL_SCALE, NOISE_LEVELS, PER_DECADE, RELATIVE_SCALE, SIGMA_SCALE, TAU_SCALE
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.model_sigmas import taus_of_log_snr
from ddpm_studio.gui.state.run import own_number
from ddpm_studio.numerals import numeral
from ddpm_studio.run_settings import SamplerSettings

SYMBOLS = {"eta": "η"}
"""Symbols of options that have one, shorter than their key."""

ROUNDING = 1e-9
"""How far, in log SNR, a level may lie beyond a schedule's ends and still be theirs."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The log SNR `levels`, (R,), at which sampler `row` of run `run` calls the network, whatever changes afterwards.

    `schedule` had them when the run began, at its steps `times`, (R,), possibly fractional: that of the entry `along`,
    or the one that the checkpoint `name`, which is "" otherwise, was trained with. `line` is the key of the setup's
    line, `subject` what was open, and `title` says how it samples.
    """

    run: int
    row: int
    line: int
    title: str
    name: str
    subject: tuple[str, Answers | None]
    schedule: Schedule
    along: int | None
    levels: Array
    times: Array

    @property
    def nfe(self) -> int:
        """The number of network calls, R."""
        return len(self.levels)

    def times_on(self, schedule: Schedule) -> Array:
        """The steps of a schedule with these levels, (R,), possibly fractional; NaN where it does not reach one."""
        if is_same(schedule, self.schedule):
            return self.times
        return times_at(self.levels, schedule)

    def positions(self, scale: str, schedule: Schedule | None = None) -> Array:
        """Where the calls lie on the axis of a scale, (R,), beside a schedule, or else beside that of the run itself.

        Noise levels are the same whatever they lie beside; NaN where the schedule does not reach one.
        """
        if scale in NOISE_LEVELS:
            return LEVEL_POSITIONS[scale](self.levels)
        beside = schedule or self.schedule
        return self.times_on(beside) / (beside.T if scale == RELATIVE_SCALE else 1)


def _log_snr(levels: Array) -> Array:
    return -levels


def _log_sigma(levels: Array) -> Array:
    return -levels / PER_DECADE


LEVEL_POSITIONS = {LEVEL_SCALE: _log_snr, SIGMA_SCALE: _log_sigma, TAU_SCALE: taus_of_log_snr}
"""Where some log SNRs lie on the axis of each scale of NOISE_LEVELS."""


def is_same(schedule: Schedule, other: Schedule) -> bool:
    """Whether two schedules have the same β, be they read from a file or written as a spec."""
    return schedule is other or np.array_equal(schedule.betas, other.betas)


def times_at(levels: Array, schedule: Schedule) -> Array:
    """The steps of a schedule at some log SNRs, possibly fractional; NaN where it does not reach one.

    >>> times_at(Schedule("linear", 1000).coefficients.log_snr[[999, 499, 0]], Schedule("linear", 1000)).tolist()
    [1000.0, 500.0, 1.0]
    """
    own = schedule.coefficients.log_snr
    with np.errstate(invalid="ignore"):  # Pure noise is infinitely far from itself.
        near = np.where(np.abs(levels - own[0]) <= ROUNDING, own[0], levels)
        near = np.where(np.abs(near - own[-1]) <= ROUNDING, own[-1], near)
        found = np.interp(near, own[::-1], np.arange(len(own), 0.0, -1.0), left=np.nan, right=np.nan)
    return np.where(near == own[-1], float(schedule.T), found)


def settings_text(sampler: SamplerSettings) -> str:
    """A sampler in a few words: solver, options that differ from their defaults, and steps."""
    usual = {option.key: option.default for option in solver_named(sampler.solver).options}
    chosen = [(key, value) for key, value in sampler.options if value != usual[key]]
    options = "".join(f" {SYMBOLS.get(key, key)} {_short(value)}" for key, value in chosen)
    own = own_number(sampler.spacing)
    return f"{sampler.solver}{options} · {sampler.steps if own is None else own}"


def _short(value: object) -> str:
    return numeral(value) if isinstance(value, float) else str(value)
