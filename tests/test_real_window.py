"""The installed program as a process under a real X server: it opens, takes keys, changes what it shows, and closes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageGrab

from tests.patience import PATIENCE_S

PROGRAM = Path(sys.executable).with_name("ddpm-studio")

needs_x = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and PROGRAM.exists()),
    reason="needs Xvfb, xdotool and the installed program",
)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    read, write = os.pipe()
    # Else it begins anew whenever the last client leaves, as each xdotool is, and turns away who comes meanwhile.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-noreset", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def until(condition: Callable[[], object], what: str) -> None:
    """Poll the other process, which no Qt signal of ours can announce."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, f"no {what} within {PATIENCE_S} s"
        time.sleep(0.1)  # Each look takes a process, and the program needs the cores more.


def xdotool(display: str, *words: str) -> str:
    done = subprocess.run(
        ["xdotool", *words], env={**os.environ, "DISPLAY": display}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def screen(display: str) -> Image.Image:
    return ImageGrab.grab(xdisplay=display)


class Program:
    """The running program as a person at the screen has it: keys in, pictures out."""

    def __init__(self, display: str, folder: Path) -> None:
        self.display = display
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(folder)}
        for name in ("QT_LOGGING_RULES", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "OMP_NUM_THREADS"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [PROGRAM], env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def focus(self) -> None:
        """Wait for the window, its pictures drawn, and give it the keys."""
        find = ("search", "--onlyvisible", "--name", "ddpm-studio")
        until(lambda: xdotool(self.display, *find) or self.process.poll() is not None, "window")
        assert self.process.poll() is None, self.process.communicate()
        xdotool(self.display, "windowfocus", "--sync", xdotool(self.display, *find).splitlines()[0])
        until(lambda: len(screen(self.display).convert("L").getcolors(256) or []) > 100, "picture drawn")

    def press(self, key: str, share: float) -> None:
        """Press a key and wait until more than `share` of the screen looks different."""
        before = screen(self.display)
        xdotool(self.display, "key", key)
        until(lambda: _changed(before, screen(self.display)) > share, f"change after {key}")

    def quit(self) -> tuple[int, str, str]:
        """Press Ctrl+Q; the exit code and what was printed."""
        xdotool(self.display, "key", "ctrl+q")
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, out, err


@pytest.fixture
def program(display: str, tmp_path: Path) -> Iterator[Program]:
    program = Program(display, tmp_path)
    with program.process:
        try:
            program.focus()
            yield program
        finally:
            program.process.kill()


@needs_x
def test_t_moves_by_key_and_the_program_quits(program: Program) -> None:
    program.press("End", 0.002)
    program.press("Home", 0.002)
    assert program.quit() == (0, "", "")


@needs_x
def test_portraits_come_out_of_noise_and_closing_in_the_midst_is_clean(program: Program) -> None:
    program.press("ctrl+r", 0.05)
    noise = screen(program.display)
    until(lambda: _changed(noise, screen(program.display)) > 0.01, "picture other than the first")
    xdotool(program.display, "key", "ctrl+r")
    assert program.quit() == (0, "", "")


def _changed(before: Image.Image, after: Image.Image) -> float:
    """The share of the screen's pixels that are not as they were."""
    difference = ImageChops.difference(before.convert("L"), after.convert("L"))
    return 1 - difference.histogram()[0] / (before.width * before.height)
