"""A process that is begun ahead is the one that is taken, waits without company, and is never left behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ddpm_studio.apart import ahead
from ddpm_studio.apart.ahead import begin_ahead, end_ahead
from ddpm_studio.checkpoints.families.shared.apart.apart_program import opened
from ddpm_studio.checkpoints.families.shared.apart.child import started
from tests.checkpoints.families.shared.apart.processes import lives, wait_for
from tests.checkpoints.families.small import Table

FILE = Path("mine.pt")

PARENT = """
import sys
from ddpm_studio.apart import ahead
ahead.begin_ahead()
assert "torch" not in sys.modules
print(ahead._waiting[0].begun.process.pid, flush=True)
sys.stdin.read()
"""


def waiting() -> int:
    """The number of the process that waits."""
    (only,) = ahead._waiting
    return only.begun.process.pid


def test_the_one_that_waits_is_taken() -> None:
    begin_ahead()
    first = waiting()
    begin_ahead()
    assert waiting() == first
    with started(FILE) as child:
        assert child._process.pid == first
        assert ahead._waiting == []
        assert opened(child, Table).name == "Table"
    child.end()
    assert not lives(first)


def test_another_is_taken_where_it_would_find_other_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[Callable[[], None]] = [
        lambda: monkeypatch.chdir(tmp_path),
        lambda: monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)]),
        lambda: monkeypatch.setenv("OF_THE_CODE", "1"),
    ]
    for change in changes:
        begin_ahead()
        first = waiting()
        change()
        with started(FILE) as child:
            assert child._process.pid != first
            assert not lives(first)
        child.end()


def test_another_is_taken_where_it_has_died() -> None:
    begin_ahead()
    first = ahead._waiting[0].begun.process
    first.kill()
    first.wait()
    with started(FILE) as child:
        assert child._process.pid != first.pid
    child.end()


def test_nobody_has_to_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "IDLE_S", 0.0)
    begin_ahead()
    wait_for(lambda: ahead._waiting == [])


def test_it_can_be_sent_away() -> None:
    begin_ahead()
    first = waiting()
    end_ahead()
    assert not lives(first)


def test_where_there_can_be_none_whoever_needs_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    begin_ahead()
    assert ahead._waiting == []


@pytest.mark.parametrize("way", ["killed", "in order"])
def test_it_ends_with_the_program(way: str) -> None:
    """Which has not imported torch for it."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout
        number = int(parent.stdout.readline())
        assert lives(number)
        if way == "killed":
            parent.kill()
    wait_for(lambda: not lives(number))


COMMAND = """
import sys
from ddpm_studio import __main__
from ddpm_studio.apart import ahead
ahead.begin_ahead = lambda: print("ddpm_studio.cli" in sys.modules)
__main__.main()
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--network", "mine:Net"], "False"), (["--network=mine:Net"], "False"), (["--trust"], "False"), ([], "")],
)
def test_a_command_begins_it_before_all_else(options: list[str], said: str) -> None:
    command = [sys.executable, "-c", COMMAND, "inspect", "gone.pt", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == said
    assert "gone.pt" in done.stderr
