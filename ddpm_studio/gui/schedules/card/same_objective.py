"""Sentences about objectives of other lines that are the same as that of the chosen one, up to a factor."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ddpm_studio.diffusion.training.sameness import TOLERANCE, factor_between
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.state.alike_entries import member_pairs
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.numerals import brief
from ddpm_studio.texts import Readable, Text

SAME = QT_TRANSLATE_NOOP("training", "The same objective as {other}: W of {this} and of {other} are equal.")
TIMES = QT_TRANSLATE_NOOP(
    "training",
    "The same objective as {other}: W of {this} is {factor} times W of {other} at every noise level, which the "
    "learning rate and Adam hide.",
)
NAMED = {"2/π": 2 / math.pi, "π/2": math.pi / 2}
"""Factors that have a shorter name than their digits."""

EXACT = 2e-3
"""How far from 1, or from one of those, a factor may be, relative to itself."""

MOST = 8
"""Lines that are compared with the chosen one."""


def said_of_same(state: State) -> tuple[Readable, ...]:
    """A sentence for each ticked line whose objective, in all its members, is that of the chosen one up to a factor."""
    return tuple(_sentences(state))


def _sentences(state: State) -> Iterator[Readable]:
    this = state.current
    for other in [entry for entry in state.visible if entry.key != this.key][:MOST]:
        factor = _factor(this, other)
        if factor is not None:
            yield _said(state, this, other, factor)


def _factor(this: Entry, other: Entry) -> float | None:
    """W of one entry ÷ W of another, where that is the same in all members at all noise levels; otherwise None."""
    found: list[float] = []
    for mine, theirs in member_pairs(this, other):
        factor = factor_between((theirs, other.train), (mine, this.train))
        if factor is None or abs(factor / found[0] - 1 if found else 0) > TOLERANCE:
            return None
        found.append(factor)
    return found[0]


def _said(state: State, this: Entry, other: Entry, factor: float) -> Text:
    letters = {"this": state.letter(this), "other": state.letter(other)}
    if abs(factor - 1) <= EXACT:
        return Text(SAME, letters)
    named = (name for name, value in NAMED.items() if abs(factor / value - 1) <= EXACT)
    return Text(TIMES, {**letters, "factor": next(named, brief(factor))})
