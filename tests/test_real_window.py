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

PROGRAM = Path(sys.executable).with_name("ddpm-studio")
PATIENCE_S = 60

needs_x = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and PROGRAM.exists()),
    reason="needs Xvfb, xdotool and the installed program",
)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
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


def xdotool(display: str, *words: str) -> str:
    done = subprocess.run(
        ["xdotool", *words], env={**os.environ, "DISPLAY": display}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def screen(display: str) -> Image.Image:
    return ImageGrab.grab(xdisplay=display)


@needs_x
def test_a_person_opens_it_drags_t_by_key_and_quits(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    environment.pop("QT_LOGGING_RULES", None)
    program = subprocess.Popen(
        [PROGRAM], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        find = ("search", "--onlyvisible", "--name", "ddpm-studio")
        until(lambda: xdotool(display, *find), "window")
        window = xdotool(display, *find).splitlines()[0]
        xdotool(display, "windowfocus", "--sync", window)
        until(lambda: len(screen(display).convert("L").getcolors(256) or []) > 100, "picture drawn")
        before = screen(display)
        xdotool(display, "key", "End")
        until(lambda: _changed(before, screen(display)) > 0.002, "change after End")
        xdotool(display, "key", "ctrl+q")
        out, err = program.communicate(timeout=PATIENCE_S)
    finally:
        program.kill()
    assert (program.returncode, out, err) == (0, "", "")


def _changed(before: Image.Image, after: Image.Image) -> float:
    """The share of the screen's pixels that are not as they were."""
    difference = ImageChops.difference(before.convert("L"), after.convert("L"))
    return 1 - difference.histogram()[0] / (before.width * before.height)
