"""Hostile files and processes: each class once as the person starts it, and as a file given to the window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.hostile.arguments import ARGUMENTS
from tests.hostile.doors import WATCHDOG_S, Ground, Server
from tests.hostile.judging import in_the_shell, of_a_process
from tests.hostile.kinds import Case
from tests.hostile.memories import MEMORIES
from tests.hostile.projects import shown
from tests.hostile.scripts import SCRIPTS
from tests.hostile.table import one_of_each

pytestmark = pytest.mark.slow

ASKED = (ARGUMENTS, MEMORIES, SCRIPTS)
"""What is no file for the window, and what leaves it with a question, such as for trust, with which it is drawn."""


@pytest.fixture
def ground() -> Iterator[Ground]:
    made = Ground()
    yield made
    made.remove()


@pytest.mark.parametrize("case", [*one_of_each()], ids=str)
def test_each_class_in_a_process_of_its_own(ground: Ground, case: Case) -> None:
    changes = ground.lay(case)
    command = [sys.executable, "-m", "ddpm_studio", *case.format.command(ground.given, ground.out)]
    done = subprocess.run(
        command, cwd=ground.case, env=ground.environment, capture_output=True, timeout=WATCHDOG_S, check=False
    )
    assert [*of_a_process(case, done), *changes(done.returncode != 0)] == []


@pytest.mark.parametrize("case", [case for case in one_of_each() if case.format not in ASKED], ids=str)
def test_each_class_as_an_argument_of_the_window(shell: Server, case: Case) -> None:
    in_a_window = replace(case, format=replace(case.format, command=shown))
    assert list(in_the_shell(shell, in_a_window)) == []
