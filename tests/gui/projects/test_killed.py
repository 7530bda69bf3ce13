"""A window that is killed while it is busy: the next one goes on from a state that it had, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
KILLS = 3


def states(lines: list[str]) -> list[int]:
    """The T of each whole line that the process wrote."""
    return [int(words[0]) for line in lines if len(words := line.split()) == 2]


def test_a_killed_window_loses_no_more_than_its_last_moment(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    before: list[int] = []
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.projects.busy"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(60 + 17 * kill)]
        process.kill()
        rest, said = process.communicate()
        assert said == ""
        now = states(lines + rest.splitlines())
        assert not before or now[0] in before[1:]
        before = now
