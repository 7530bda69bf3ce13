"""Explanation of why two lists of steps differ: the smallest sets of conventions that make one of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps, StepDifferences, differences, same
from ddpm_studio.diffusion.steps.differences.conventions import CONVENTIONS, Convention
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.interruption import check
from ddpm_studio.texts import SourceText, Text

FIRST = QT_TRANSLATE_NOOP("conventions", "The first list")
SECOND = QT_TRANSLATE_NOOP("conventions", "The second list")


@dataclass(frozen=True)
class Followed:
    """A convention that one of two lists follows and the other does not; `side` says which."""

    convention: Convention
    side: SourceText
    values: Mapping[str, object]

    @property
    def sentence(self) -> Text:
        """What is said of it."""
        return Text(self.convention.sentence, {"side": self.side, **self.values})


Explanation = tuple[Followed, ...]
StepsAfter = tuple[Explanation, ComparedSteps]
Attempted = tuple[Explanation, ComparedSteps, ComparedSteps]
"""An explanation that is tried, and the steps that are one if it is right."""


@dataclass(frozen=True, eq=False)
class Explained:
    """Two lists explained: `equal`, or else `explanations`, the fewest conventions first, none if nothing explains.

    `remaining` is the largest difference in log SNR that each of them leaves. Where there is none, `nearest` is the one
    convention that leaves the least, and what that is, if it is less than a quarter of what differs.
    """

    differences: StepDifferences
    equal: bool
    explanations: tuple[Explanation, ...] = ()
    remaining: tuple[float, ...] = ()
    nearest: tuple[Explanation, float] | None = None


def explain(first: ComparedSteps, second: ComparedSteps) -> Explained:
    """Why two lists differ. One or two conventions are tried, on one list or one on each.

    A set of which a smaller one explains the lists already is left out.
    """
    apart = differences(first.levels, second.levels)
    if same(first, second):
        return Explained(apart, True)
    # What an option that is tried has no numbers for is no explanation.
    with np.errstate(all="ignore"):
        return _explained(first, second, apart)


def _explained(first: ComparedSteps, second: ComparedSteps, apart: StepDifferences) -> Explained:
    forward, backward = _changed(((), first), second, SECOND), _changed(((), second), first, FIRST)
    found: dict[frozenset[str], tuple[Explanation, float]] = {}
    singles = [*_toward(second, forward), *_toward(first, backward)]
    _note(found, singles)
    _note(found, _two(forward, second, SECOND))
    _note(found, _two(backward, first, FIRST))
    _note(found, _meeting(forward, backward))
    if found:
        explanations, remaining = zip(*found.values(), strict=True)
        return Explained(apart, False, explanations, remaining)
    singles = [(names, steps, second) for names, steps in forward] + [
        (names, steps, first) for names, steps in backward
    ]
    return Explained(apart, False, nearest=_nearest(singles, apart))


def _toward(target: ComparedSteps, attempts: Iterable[StepsAfter]) -> Iterator[Attempted]:
    return ((names, steps, target) for names, steps in attempts)


def _note(found: dict[frozenset[str], tuple[Explanation, float]], attempts: Iterable[Attempted]) -> None:
    for explanation, steps, target in attempts:
        if same(steps, target):
            names = frozenset(each.convention.name for each in explanation)
            if not any(known <= names for known in found):
                found[names] = explanation, differences(steps.levels, target.levels).largest


def _nearest(attempts: Iterable[Attempted], apart: StepDifferences) -> tuple[Explanation, float] | None:
    """The attempt that leaves the least of a difference, if that is less than a quarter, and what it leaves.

    A difference without end, where one list is clean and the other is not, is no measure of that.
    """
    left = [
        (explanation, differences(steps.levels, target.levels).largest)
        for explanation, steps, target in attempts
        if steps.levels.count == target.levels.count
    ]
    nearest = min(left, key=lambda each: each[1], default=None)
    finite = np.abs(apart.log_snr[np.isfinite(apart.log_snr)])
    return nearest if nearest is not None and nearest[1] < finite.max(initial=0.0) / 4 else None


def _changed(attempt: StepsAfter, target: ComparedSteps, side: SourceText) -> list[StepsAfter]:
    """The steps after each convention that comes later than those followed already."""
    before, steps = attempt
    names = list(CONVENTIONS)
    # Only to a list itself is more than one change made, in whichever order.
    start = names.index(before[-1].convention.name) + 1 if before and steps.spec is not None else 0
    made: list[StepsAfter] = []
    for name in names[start:]:
        if any(each.convention.name == name for each in before):
            continue
        check()
        convention = CONVENTIONS[name]
        made += (
            ((*before, Followed(convention, side, values)), changed)
            for values, changed in convention.changes(steps, target)
        )
    return made


def _two(attempts: list[StepsAfter], target: ComparedSteps, side: SourceText) -> Iterator[Attempted]:
    for attempt in attempts:
        if _worth_another(attempt, target):
            yield from _toward(target, _changed(attempt, target, side))


def _worth_another(attempt: StepsAfter, target: ComparedSteps) -> bool:
    """Unless it is spaced as the target, whose spacing is known, is not."""
    (followed,), steps = attempt
    known = target.spaced
    return "spacing" not in followed.values or known is None or steps.spec is None or steps.spec.source == known.source


def _meeting(forward: list[StepsAfter], backward: list[StepsAfter]) -> Iterator[Attempted]:
    """One convention on each side."""
    for names, steps in forward:
        check()
        for others, other in backward:
            if names[0].convention is not others[0].convention:
                yield (*names, *others), steps, other
