"""Notes of steps: where the steps of a line below a schedule lie on an axis, and what comes of moving one along it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, partial

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.levels import log_snr_at, timestep_at
from ddpm_studio.diffusion.moment import LEVEL_SCALE, NOISE_LEVELS, PER_DECADE, RELATIVE_SCALE, SIGMA_SCALE
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.edited_steps import listed, with_another, with_level, without
from ddpm_studio.diffusion.steps.model_sigmas import (
    log_snr_of_sigmas,
    log_snr_of_taus,
    sigmas_of_log_snr,
    taus_of_log_snr,
)
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.traces import LEVEL_POSITIONS
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import glyph
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import DIGITS, brief, numeral
from ddpm_studio.texts import Text

STEP = QT_TRANSLATE_NOOP("steps", "Step {step} of {count}: t = {t}, σ {sigma}, log SNR {level}")

END = QT_TRANSLATE_NOOP("steps", "After this step they end at σ {sigma}")

_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?")

LONGEST = 60
"""Letters of a text of steps in a tip, of which the middle of a longer one is left out."""


_ROUND_DIGITS, _ROUNDING = 2, 1e-6
"""Digits of σ or τ of a step that snaps to a round level, and the log SNR that rounding may come to."""


class Snap(Enum):
    """What a step that is dragged goes to, near where it is: nothing, a whole t, or σ, τ of a flow, of two digits."""

    NOTHING = auto()
    WHOLE_T = auto()
    ROUND_LEVEL = auto()


@dataclass(frozen=True, eq=False)
class StepNotes:
    """The notes of the line of steps at a `place` below the schedule of the entry `key`, one for each of its N steps.

    `spec` lays out `levels`. What is moved, added or taken out gives other steps, and None where that cannot be.
    """

    key: int
    place: int
    spec: StepsSpec
    levels: StepLevels

    @property
    def schedule(self) -> Schedule:
        """The schedule that the steps go down."""
        return self.levels.schedule

    @cached_property
    def log_snr(self) -> Array:
        """The levels of the notes, (N,), no further out than the schedule's own."""
        known = self.schedule.coefficients.log_snr
        return np.clip(self.levels.log_snr[:-1], known[-1], known[0])

    @cached_property
    def times(self) -> Array:
        """The steps 1 … T of the schedule at these levels, (N,), possibly fractional."""
        return timestep_at(self.schedule, self.log_snr) + 1

    def positions(self, scale: str) -> Array:
        """Where the notes lie on the axis of a scale, (N,)."""
        if scale in NOISE_LEVELS:
            return LEVEL_POSITIONS[scale](self.log_snr)
        return self.times / (self.schedule.T if scale == RELATIVE_SCALE else 1)

    def moved(
        self, number: int, scale: str, position: float, pixel: float, snap: Snap = Snap.NOTHING
    ) -> StepsSpec | None:
        """The steps with the one of this number, 0 being the first, where a position is, or what it snaps to near that,
        if there is room.

        It gets no more digits than a `pixel` of the scale resolves.
        """
        level, reach = self._level_at(scale, position), self._reach(scale, position, pixel)
        if snap is Snap.WHOLE_T:
            t = np.round(timestep_at(self.schedule, np.array([level])))
            level, reach = float(log_snr_at(self.schedule, t)[0]), 0.0
        elif snap is Snap.ROUND_LEVEL:
            level, reach = self._round(level), _ROUNDING
        return self._listed(partial(with_level, self.levels, number, level), number, reach)

    def added(self, scale: str, position: float, pixel: float) -> StepsSpec | None:
        """The steps with one more at a position, with the digits that a pixel resolves."""
        level, reach = self._level_at(scale, position), self._reach(scale, position, pixel)
        rises = self.levels.log_snr[0] > self.levels.log_snr[-1]
        before = self.log_snr > level if rises else self.log_snr < level
        return self._listed(partial(with_another, self.levels, level), int(np.count_nonzero(before)), reach)

    def without(self, number: int) -> StepsSpec | None:
        """The steps but for one, unless there is no other."""
        return self._listed(partial(without, self.levels, number))

    @staticmethod
    def _listed(change: Callable[[], StepLevels], number: int | None = None, reach: float = 0.0) -> StepsSpec | None:
        try:
            return listed(change(), number, reach)
        except StudioError:
            return None

    def _round(self, level: float) -> float:
        """The log SNR near another at which σ, or τ of a flow, has but two digits."""
        of_tau = self.schedule.is_flow
        number = (taus_of_log_snr if of_tau else sigmas_of_log_snr)(np.array([level]))
        rounded = np.array([float(f"{float(number[0]):.{_ROUND_DIGITS}g}")])
        return float((log_snr_of_taus if of_tau else log_snr_of_sigmas)(rounded)[0])

    def _reach(self, scale: str, position: float, pixel: float) -> float:
        """Half of what log SNR changes over a pixel about a position."""
        half = pixel / 2
        return abs(self._level_at(scale, position + half) - self._level_at(scale, position - half)) / 2

    def _level_at(self, scale: str, position: float) -> float:
        """The log SNR at a position, within the range of the schedule."""
        if scale == LEVEL_SCALE:
            return -position
        if scale == SIGMA_SCALE:
            return -position * PER_DECADE
        if scale in NOISE_LEVELS:
            return float(log_snr_of_taus(np.clip(position, 0.0, 1.0)))
        T = self.schedule.T
        t = np.clip(position * (T if scale == RELATIVE_SCALE else 1), 1, T)
        return float(log_snr_at(self.schedule, np.array([t - 1]))[0])

    def tip(self, number: int) -> str:
        """Which steps these are, where the one of this number is, and behind the last one where they end."""
        level = float(self.levels.log_snr[number])
        values = {
            "step": number + 1,
            "count": self.levels.count,
            "t": numeral(float(self.times[number]), 6),
            "sigma": brief(float(sigmas_of_log_snr(np.array(level)))),
            "level": brief(level),
        }
        said = [f"{glyph(self.place)} {at_a_glance(self.spec)}", translated(Text(STEP, values))]
        if number == self.levels.count - 1:
            end = brief(float(sigmas_of_log_snr(self.levels.log_snr[-1:])[0]))
            said.append(translated(Text(END, {"sigma": end})))
        return "\n".join(said)


def notes_of(entry: Entry) -> list[StepNotes]:
    """The notes of the lines of steps below an entry's schedule that it has."""
    lines = enumerate(zip(entry.steps, entry.laid_out, strict=True))
    return [
        StepNotes(entry.key, place, spec, levels) for place, (spec, levels) in lines if isinstance(levels, StepLevels)
    ]


def at_a_glance(spec: StepsSpec) -> str:
    """The text of steps for a tip or a message: its numbers have five digits, and its middle may be left out.

    >>> at_a_glance(StepsSpec.parse("sigmas:14.614641229333636,1e-05,0 | above=5e-06"))
    'sigmas:14.615,1e-05,0 | above=5e-06'
    """
    text = _NUMBER.sub(lambda number: min(f"{float(number[0]):.{DIGITS}g}", number[0], key=len), str(spec))
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}…{text[-half:]}"


class HeldStep:
    """A step in somebody's hand: all that happens to it until it is let go is one change of its line.

    `replaced` takes a key, a place and what the steps there become, `adjusting` whether they are going to change, and
    `take_back` has all that undone as if it had never been.
    """

    def __init__(
        self,
        notes: StepNotes,
        number: int,
        replaced: Callable[[int, int, StepsSpec], None],
        adjusting: Callable[[bool], None],
        take_back: Callable[[], None],
    ) -> None:
        self.notes, self.number = notes, number
        self._replaced, self._adjusting, self._take_back = replaced, adjusting, take_back
        self._last: StepsSpec | None = None

    def move(self, scale: str, position: float, pixel: float, snap: Snap = Snap.NOTHING) -> None:
        """Take it to a position on the axis of a scale, as far as there is room, or to what it snaps to near that.

        A `pixel` of the axis says how many digits it gets.
        """
        spec = self.notes.moved(self.number, scale, position, pixel, snap)
        if spec is None or spec == self._last:
            return
        if self._last is None:
            self._adjusting(True)
        self._last = spec
        self._replaced(self.notes.key, self.notes.place, spec)

    def let_go(self) -> None:
        """Leave it where it is."""
        if self._last is not None:
            self._adjusting(False)

    def take_back(self) -> None:
        """Leave it where it was."""
        if self._last is not None:
            self._take_back()
            self._adjusting(False)
