"""Mutations of good files of each format: whatever is changed, one is read, or refused in one sentence.

A thousand of each format in the slow tier; `python -m tests.hostile.mutations` has any number tried by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.mutations.good_files import GOOD, Good
from tests.hostile.mutations.trial import Trial
from tests.tiers import repeated

MUTATED = settings(suppress_health_check=list(HealthCheck), database=None)
MOST = 100
"""Examples of a format, ten times as many in the slow tier."""

AT_THE_DOOR = 3
"""Examples of a file that are opened for good, which may take a process."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("m"))


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_what_is_changed_was_good(tmp_path: Path, good: Good) -> None:
    assert good.read(good.lay(tmp_path, good.around(good.content())))


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_whatever_is_changed_it_is_read_or_refused(trial: Trial, good: Good) -> None:
    shared = sum(each.format == good.format for each in GOOD)

    @settings(MUTATED, max_examples=-(-repeated(MOST) // shared))
    @given(content=good.mutations())
    def check(content: bytes) -> None:
        assert list(trial.wrong(good, good.read, content)) == []

    check()


@pytest.mark.slow
@pytest.mark.parametrize("good", [good for good in GOOD if good.door], ids=lambda good: good.name)
def test_whatever_is_changed_it_opens_or_says_why_not(trial: Trial, good: Good) -> None:
    @settings(MUTATED, max_examples=AT_THE_DOOR)
    @given(content=good.mutations())
    def check(content: bytes) -> None:
        assert good.door is not None
        assert list(trial.wrong(good, good.door, content)) == []

    check()
