"""Forked processes apart are seen by the tests that show that none is left, as those that began by themselves are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.checkpoints.families.shared.apart.child import Child
from tests.checkpoints.families.shared.apart.processes import apart_from, lives


@pytest.mark.usefixtures("forked")
def test_one_is_there_until_it_ends() -> None:
    child = Child(Path("mine.pt"))
    number = child._process.pid
    assert number in apart_from()
    child.end()
    assert not lives(number)
    assert number not in apart_from()
