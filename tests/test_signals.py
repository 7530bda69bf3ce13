"""Signals at the door of the shell: at any moment the program ends, silently, without leftovers, with their code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.checkpoints.tiny import save_pipeline
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs the signals of POSIX")

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}

INTERRUPTED = """
import os, sys
from ddpm_studio.__main__ import main

folder, event_awaited, number, moment, *arguments = sys.argv[1:]
moments = 0

def interrupt(event, values):
    global moments
    if event.startswith(event_awaited) and (event == "import" or any(folder in str(value) for value in values)):
        moments += 1
        if moments == int(moment):
            os.kill(os.getpid(), int(number))

sys.addaudithook(interrupt)
sys.argv = ["ddpm-studio", *arguments]
sys.exit(main())
"""
"""The program, which sends itself a signal the so-manieth time that it imports something or changes the folder."""

COMMANDS = {
    "export": ("export", "--schedule", "cosine:T=1000", "-o", "a.csv"),
    "noise": ("noise", "picture.png", "--schedule", "linear", "--t", "5", "-o", "a.png"),
    "sample": ("sample", "--steps", "2", "--batch", "1", "-o", "a.png"),
    "inspect": ("inspect", "pixel-portraits"),
    "--screenshot": ("--screenshot", "a.png"),
}


def interrupted(
    folder: Path, number: signal.Signals, moment: int, *arguments: str, event: str = "import"
) -> subprocess.CompletedProcess[bytes]:
    words = map(str, (folder, event, int(number), moment, *arguments))
    return subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words], cwd=folder, capture_output=True, timeout=PATIENCE_S, check=False
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("number", CODES)
def test_a_signal_during_the_first_imports(number: signal.Signals, tmp_path: Path) -> None:
    for moment in (1, 30, 200):
        done = interrupted(tmp_path, number, moment, *COMMANDS["export"])
        assert (done.returncode, done.stdout, done.stderr) == (CODES[number], b"", b"")
        assert names(tmp_path) == set()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_signal_during_any_import(command: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (8, 8)).save(tmp_path / "picture.png")
    # Each begins at another, since the first imports are the same.
    moment, ends = 5 + list(COMMANDS).index(command), set()
    while (code := _code(tmp_path, moment, command)) != 0:
        ends.add(code)
        moment *= 2
    assert ends == {130}
    assert moment > 200, "it is still importing then"
    assert names(tmp_path) <= {"picture.png", "a.csv", "a.png"}


def _code(folder: Path, moment: int, command: str) -> int:
    done = interrupted(folder, signal.SIGINT, moment, *COMMANDS[command])
    assert b"Traceback" not in done.stderr
    if done.returncode:
        assert (done.stdout, done.stderr) == (b"", b"")
        assert names(folder) == {"picture.png"}
    return done.returncode


@pytest.mark.parametrize("event", ["open", "os.", "shutil."])
def test_a_signal_while_a_file_is_written(event: str, tmp_path: Path) -> None:
    """It is there whole, or as it was, and there is nothing beside it."""
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    ends, moment = [], 1
    while (done := interrupted(tmp_path, signal.SIGTERM, moment, *COMMANDS["export"], event=event)).returncode:
        assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"")
        assert names(tmp_path) == {"a.csv"}
        ends.append(target.read_bytes() == b"old" or target.stat().st_size > 10_000)
        moment += 1
    assert all(ends)
    assert names(tmp_path) == {"a.csv"}


def test_a_signal_while_it_waits_for_others(tmp_path: Path) -> None:
    """For whoever reads what it writes, and has stopped doing so; the pipe is full by then, or soon will be."""
    running = subprocess.Popen(
        [sys.executable, "-m", "ddpm_studio", "export", "--schedule", "linear:T=20000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.read(1)
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE_S) == 130
        assert running.stderr.read() == b""
    assert names(tmp_path) == set()


def test_what_is_to_be_ignored_is_ignored(tmp_path: Path) -> None:
    """As nohup asks for."""
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + INTERRUPTED
    words = map(str, (tmp_path, "import", int(signal.SIGHUP), 5, *COMMANDS["export"]))
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert names(tmp_path) == {"a.csv"}


STOPPED = """
import os, sys
from ddpm_studio import signals
from ddpm_studio.__main__ import main
from ddpm_studio.sampling import engine

number, at, times, *arguments = sys.argv[1:]
whole = engine._steps

def send(number):
    # The run goes on when the thread that watches has seen it, and the next one is not so soon as to be the same.
    before = signals._latest
    os.kill(os.getpid(), number)
    while signals._latest == before:
        os.sched_yield()
    signals._latest -= 1

def steps(*given):
    for step in whole(*given):
        if step.index == int(at):
            for _ in range(int(times)):
                send(int(number))
        yield step

engine._steps = steps
sys.argv = ["ddpm-studio", *arguments]
sys.exit(main())
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    save_pipeline(folder)
    return str(folder)


def stopped(
    folder: Path, tiny: str, number: signal.Signals, at: int, times: int = 1
) -> subprocess.CompletedProcess[bytes]:
    run = ["sample", "--checkpoint", tiny, "--steps=5", "--batch=2", "-o", "run.npz"]
    words = map(str, (int(number), at, times, *run))
    return subprocess.run([sys.executable, "-c", STOPPED, *words], cwd=folder, capture_output=True, check=False)


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, *(pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGTERM, signal.SIGHUP))],
)
def test_a_run_that_is_stopped_writes_what_it_has_drawn(number: signal.Signals, tmp_path: Path, tiny: str) -> None:
    done = stopped(tmp_path, tiny, number, at=2)
    assert (done.returncode, done.stdout, done.stderr) == (CODES[number], b"", b"")
    with np.load(tmp_path / "run.npz") as arrays:
        assert arrays["steps"].tolist() == [0, 1, 2]


def test_a_run_that_has_drawn_nothing_ends_at_once(tmp_path: Path, tiny: str) -> None:
    done = stopped(tmp_path, tiny, signal.SIGINT, at=0)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
    assert names(tmp_path) == set()


@pytest.mark.slow
def test_a_second_signal_ends_a_run_at_once(tmp_path: Path, tiny: str) -> None:
    done = stopped(tmp_path, tiny, signal.SIGINT, at=2, times=2)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
    assert names(tmp_path) == set()
