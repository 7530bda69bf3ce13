"""Sweep: one question, of which solvers, steps and schedules are to be compared on which checkpoint."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ddpm_studio.checkpoints.location import DEFAULT
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError, StudioError
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender, checked_along, checked_steps, most_steps
from ddpm_studio.lab.written_solver import read_solver
from ddpm_studio.run_settings import SETTINGS, check_whole
from ddpm_studio.texts import Text

MOST_POINTS = 10_000
"""Points of the largest sweep."""

AT = QT_TRANSLATE_NOOP("errors", "“{key}” {number}: {reason}.")
"""Why an entry of a list is refused."""

IN = QT_TRANSLATE_NOOP("errors", "“{key}”: {reason}.")
"""Why a table is refused."""

_TOO_MANY = QT_TRANSLATE_NOOP("errors", "This sweep has {count} points; the most are {most}; compare less.")
_NOTHING = QT_TRANSLATE_NOOP("errors", "There is nothing to compare; name “solvers” or “pairs”.")
EMPTY = QT_TRANSLATE_NOOP("errors", "“{key}” is empty; name at least one, or leave it out.")
"""Why a list of nothing is refused."""

_NO_CHECKPOINT = QT_TRANSLATE_NOOP("errors", "“checkpoint” is empty; name a file or folder, or leave it out.")
_BOTH = QT_TRANSLATE_NOOP("errors", "Both “counts” and “calls” are given; keep one of them.")
_DEVICES = ("auto", "cpu", "cuda", "mps")
_NO_DEVICE = QT_TRANSLATE_NOOP("errors", "There is no device “{name}”; {remedy}")
_CLIP = QT_TRANSLATE_NOOP("errors", "clip is {value}; it must be a number above 0, or inf for none.")
_TOO_FEW = QT_TRANSLATE_NOOP(
    "errors", "None of the solvers does with as few as {calls} calls; allow more, or name other solvers."
)
_TOO_FEW_CALLS = QT_TRANSLATE_NOOP("errors", "{solver} is left out at {calls} calls: its fewest steps take more.")

T = TypeVar("T")


REFERENCE = Contender("unipc:order=3", "trailing", 100)
"""What others are compared with unless a sweep says something else."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What is compared: every solver with all steps, counts and schedules to go `along`, and the `pairs` besides.

    Of `counts` of steps and `calls` of the network one is given; neither is as 20 steps. Steps that say how many they
    are have no other number. Each way draws `pictures` for every seed under every condition, and its distance is that
    from `reference`, which is checked against one twice as fine. Raises a StudioError, with the place, for what means
    nothing, and LabError for more than MOST_POINTS points.

    >>> sweep = Sweep(solvers=("ddim", "heun"), calls=(5, 10))
    >>> [way.text for way in sweep.ways]
    ['ddim · trailing · 5', 'ddim · trailing · 10', 'heun · trailing · 3', 'heun · trailing · 5']
    """

    checkpoint: str = DEFAULT
    solvers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ("trailing",)
    counts: tuple[int, ...] = ()
    calls: tuple[int, ...] = ()
    along: tuple[str, ...] = ("",)
    pairs: tuple[Contender, ...] = ()
    seeds: tuple[int, ...] = (0,)
    conditions: tuple[Conditioned, ...] = (Conditioned(),)
    pictures: int = 64
    batch: int = 16
    clip: float | None = None
    device: str = "auto"
    precision: str = "auto"
    reference: Contender = REFERENCE

    def __post_init__(self) -> None:
        if not (self.solvers or self.pairs):
            raise LabError(_NOTHING)
        if self.counts and self.calls:
            raise LabError(_BOTH)
        if not self.checkpoint.strip():
            raise LabError(_NO_CHECKPOINT)
        for key in ("steps", "along", "seeds", "conditions"):
            if not getattr(self, key):
                raise LabError(EMPTY, key=key)
        self._check_size()
        self._check_settings()
        self._check_entries()
        if not self.ways:
            raise LabError(_TOO_FEW, calls=max(self.calls))
        with placed("reference"):
            _ = self.reference.finer

    @property
    def size(self) -> int:
        """The number of its points at most: those of the product and the pairs, and two references for each case."""
        numbers = len(self.counts) or len(self.calls) or 1
        product = len(self.solvers) * len(self.steps) * len(self.along) * numbers
        return (product + len(self.pairs) + 2) * len(self.seeds) * len(self.conditions)

    @property
    def cases(self) -> tuple[tuple[int, Conditioned], ...]:
        """Every seed under every condition."""
        return tuple(dict.fromkeys(itertools.product(self.seeds, self.conditions)))

    @cached_property
    def ways(self) -> tuple[Contender, ...]:
        """All that are compared, each once, in the order in which they are said."""
        return tuple(dict.fromkeys((*filter(None, self._product()), *self.pairs)))

    @property
    def left_out(self) -> tuple[Text, ...]:
        """Solvers that cannot do with as few calls as are asked for."""
        every = itertools.product(self.solvers, self.calls)
        return tuple(
            Text(_TOO_FEW_CALLS, {"solver": solver, "calls": calls})
            for solver, calls in every
            if not most_steps(solver, calls)
        )

    def _product(self) -> Iterator[Contender | None]:
        numbers = self.counts or self.calls or (DEFAULT_STEPS,)
        for solver, steps, along, number in itertools.product(self.solvers, self.steps, self.along, numbers):
            if checked_steps(steps).has_number:
                yield Contender(solver, steps, None, along)
            else:
                count = most_steps(solver, number) if self.calls else number
                yield Contender(solver, steps, count, along) if count else None

    def _check_size(self) -> None:
        if self.size > MOST_POINTS:
            raise LabError(_TOO_MANY, count=self.size, most=MOST_POINTS)

    def _check_settings(self) -> None:
        for name in ("pictures", "precision"):
            SETTINGS[name].check(name, getattr(self, name))
        SETTINGS["pictures"].check("batch", self.batch)
        check_named(self.device.partition(":")[0], _DEVICES, _NO_DEVICE, LabError)
        if self.clip is not None and not self.clip > 0:
            raise LabError(_CLIP, value=self.clip)

    def _check_entries(self) -> None:
        _each("solvers", self.solvers, read_solver)
        _each("steps", self.steps, checked_steps)
        _each("along", self.along, checked_along)
        _each("counts", self.counts, lambda count: check_whole("count", count, 1, MAX_T))
        _each("calls", self.calls, lambda calls: check_whole("calls", calls, 1, MAX_T))
        _each("seeds", self.seeds, lambda seed: SETTINGS["seed"].check("seed", seed))
        _each("conditions", self.conditions, Conditioned.check)


@contextmanager
def placed(key: str, number: int | None = None) -> Iterator[None]:
    """Give the place, the number of an entry from 1 on if it is one of several, to whatever is wrong with it."""
    try:
        yield
    except StudioError as error:
        if number is None:
            raise LabError(IN, key=key, reason=error) from error
        raise LabError(AT, key=key, number=number, reason=error) from error


def _each(key: str, entries: Sequence[T], check: Callable[[T], object]) -> None:
    for number, entry in enumerate(entries, 1):
        with placed(key, number):
            check(entry)
