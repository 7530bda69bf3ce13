"""Explanation of why two lists of steps differ: the smallest sets of conventions that make one of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, eq=False)
class Explained:
    """Two lists explained: `equal`, or else `explanations`, the fewest conventions first, none if nothing explains."""

    differences: StepDifferences
    equal: bool
    explanations: tuple[Explanation, ...] = ()


def explain(first: ComparedSteps, second: ComparedSteps) -> Explained:
    """Why two lists differ. One or two conventions are tried, on one list or one on each.

    A set of which a smaller one explains the lists already is left out.
    """
    apart = differences(first.levels, second.levels)
    if same(first, second):
        return Explained(apart, True)
    # What an option that is tried has no numbers for is no explanation.
    with np.errstate(all="ignore"):
        return Explained(apart, False, _explanations(first, second))


def _explanations(first: ComparedSteps, second: ComparedSteps) -> tuple[Explanation, ...]:
    forward, backward = _changed(((), first), second, SECOND), _changed(((), second), first, FIRST)
    found: dict[frozenset[str], Explanation] = {}
    _note(found, (names for names, steps in forward if same(steps, second)))
    _note(found, (names for names, steps in backward if same(steps, first)))
    _note(found, _two(forward, second, SECOND))
    _note(found, _two(backward, first, FIRST))
    _note(found, _meeting(forward, backward))
    return tuple(found.values())


def _note(found: dict[frozenset[str], Explanation], explanations: Iterator[Explanation]) -> None:
    for explanation in explanations:
        names = frozenset(each.convention.name for each in explanation)
        if not any(known <= names for known in found):
            found[names] = explanation


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


def _two(attempts: list[StepsAfter], target: ComparedSteps, side: SourceText) -> Iterator[Explanation]:
    for attempt in attempts:
        if _worth_another(attempt, target):
            yield from (names for names, steps in _changed(attempt, target, side) if same(steps, target))


def _worth_another(attempt: StepsAfter, target: ComparedSteps) -> bool:
    """Unless it is spaced as the target, whose spacing is known, is not."""
    (followed,), steps = attempt
    known = target.spaced
    return "spacing" not in followed.values or known is None or steps.spec is None or steps.spec.source == known.source


def _meeting(forward: list[StepsAfter], backward: list[StepsAfter]) -> Iterator[Explanation]:
    """One convention on each side."""
    for names, steps in forward:
        check()
        for others, other in backward:
            if names[0].convention is not others[0].convention and same(steps, other):
                yield (*names, *others)
