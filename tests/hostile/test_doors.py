"""Hostile files at the doors: each class in each format, given to the program's `main` and dropped into a window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.hostile.doors import Server
from tests.hostile.judging import draws, in_the_shell, in_the_window
from tests.hostile.kinds import Case, Format, Harm
from tests.hostile.naming import named_by_a_project
from tests.hostile.table import FORMATS, cases
from tests.tiers import repeated

WHOLE = repeated(1) > 1
"""Whether this is the slow tier."""

EVERY = 1 if WHOLE else 8
"""Of so many cells one is tried, on diagonals of the table, which cross each class and each format."""

MOST = (None if "HOSTILE_ALL" in os.environ else 2) if WHOLE else 1
"""Cases of a cell: one, or two in the slow tier, or there with HOSTILE_ALL=1 all."""

CELLS = [
    pytest.param(harm, format, id=f"{format.name}-{harm.value}".replace(" ", "_"))
    for row, harm in enumerate(Harm)
    for column, format in enumerate(FORMATS)
    if not isinstance(format.cells[harm], str) and (row + column) % EVERY == 0
]

Judge = Callable[[Server, Case], Iterator[str]]


def wrong(judge: Judge, door: Server, harm: Harm, format: Format) -> list[str]:
    """What was wrong with the cases of a cell, each with its name."""
    chosen = [case for case in cases((format,)) if case.harm is harm][:MOST]
    return [f"{case}: {what}" for case in chosen for what in judge(door, case)]


@pytest.mark.parametrize(("harm", "format"), CELLS)
def test_in_the_shell(shell: Server, harm: Harm, format: Format) -> None:
    assert wrong(in_the_shell, shell, harm, format) == []


@pytest.mark.parametrize(("harm", "format"), CELLS)
def test_in_the_window(window: Server, harm: Harm, format: Format) -> None:
    if not format.windowless:
        assert wrong(in_the_window, window, harm, format) == []


@pytest.mark.slow
@pytest.mark.parametrize("harm", Harm, ids=lambda harm: harm.value)
def test_a_project_that_names_it(window: Server, harm: Harm) -> None:
    """The checkpoint, picture and schedule of a project are the first case of each format."""
    chosen = [named_by_a_project(case) for case in first_of_each(harm)]
    assert [f"{case}: {what}" for case in chosen for what in in_the_window(window, case)] == []


@pytest.mark.parametrize("harm", Harm, ids=lambda harm: harm.value)
def test_the_bundled_model_draws_after_each_class(window: Server, harm: Harm) -> None:
    list(in_the_window(window, next(first_of_each(harm))))
    assert draws(window)


def first_of_each(harm: Harm) -> Iterator[Case]:
    """The first case of a class in each format that the window opens."""
    for format in FORMATS:
        found = [case for case in cases((format,)) if case.harm is harm]
        if found and not format.windowless:
            yield found[0]
