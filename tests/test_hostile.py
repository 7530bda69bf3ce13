"""The program in hostile surroundings: killed while it writes, short of files, disk, home and streams."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="needs the limits of POSIX")]

TO_BE_KILLED = """
import os, resource, signal, sys, warnings
from ddpm_studio.cli import main
from ddpm_studio.first_import import importing_torch

with importing_torch(), warnings.catch_warnings(action="ignore"):
    import ddpm_studio.checkpoints.families.shared.apart.host

target, *arguments = sys.argv[1:]

def write(size, fatal):
    for stream in (0, 1):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    changes = 0

    def kill_at_the_fatal_change(event, values):
        nonlocal changes
        folder = os.path.dirname(target)
        if event.startswith(("open", "os.", "shutil.")) and any(str(value).startswith(folder) for value in values):
            changes += 1
            if changes == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(kill_at_the_fatal_change)
    return main(arguments)

for line in sys.stdin:
    number = os.fork()
    if number == 0:
        code = 70
        try:
            code = write(*map(int, line.split()))
        finally:
            sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)
"""
WRITING = {
    "a.csv": ("export", "--schedule", "cosine:T=100"),
    "a.npz": ("sample", "--steps", "2", "--batch", "2"),
    "a.png": ("sample", "--steps", "1", "--batch", "2"),
    "a.gif": ("sample", "--steps", "2", "--batch", "1"),
}
UNLIMITED = 2**40


Write = Callable[[int, int], int]


@contextmanager
def writing(target: Path) -> Iterator[Write]:
    """What writes the target, until it is larger than a size or for the so-manieth time something is done there.

    Each time in a process of its own, forked from one that has imported what it needs.
    """
    command = [sys.executable, "-c", TO_BE_KILLED, str(target), *WRITING[target.name], "-o", str(target)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        asked, answered, said = process.stdin, process.stdout, process.stderr
        assert asked is not None
        assert answered is not None
        assert said is not None

        def write(size: int, fatal: int) -> int:
            print(size, fatal, file=asked, flush=True)
            return int(answered.readline())

        yield write
        asked.close()
        assert said.read() == ""


@pytest.mark.parametrize("name", WRITING)
def test_whenever_it_is_killed_the_file_is_the_old_or_the_new_one(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    with writing(target) as write:
        check_deaths(target, write)
    assert {path.suffix for path in tmp_path.iterdir()} <= {target.suffix, ".tmp"}


def check_deaths(target: Path, write: Write) -> None:
    assert write(UNLIMITED, 0) == 0
    new, old = target.read_bytes(), b"old"
    target.write_bytes(old)
    for size in (0, 1, len(new) // 2, len(new) - 1):
        assert write(size, 0) == -signal.SIGXFSZ
        assert target.read_bytes() == old
    deaths = 0
    while write(UNLIMITED, deaths + 1) == -signal.SIGKILL:
        deaths += 1
        assert target.read_bytes() in (old, new)
        target.write_bytes(old)
    assert deaths > 2
    assert target.read_bytes() == new


PREPARED = """
import os, resource, sys
from ddpm_studio.cli import main
{preparation}
sys.exit(main(sys.argv[1:]))
"""
SURROUNDINGS = {
    "a full disk": "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    "few open files": "resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))",
    "no home folder": "os.environ.update(dict.fromkeys(('HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME'), '/dev/null'))",
    "a home without a path": "os.environ['HOME'] = 'nowhere'",
    "no standard input": "os.close(0)",
    "no standard output": "os.close(1); sys.stdout = None",
    "no streams at all": "os.closerange(0, 3); sys.stdin = sys.stdout = sys.stderr = None",
}
WITHOUT_TORCH = (
    ("schedules",),
    ("solvers",),
    ("export", "--schedule", "linear"),
    ("export", "--schedule", "linear", "-o", "a.csv"),
    ("noise", "picture.png", "--schedule", "linear", "--t", "5", "-o", "b.png"),
    ("--version",),
    ("no-such-file.png",),
)
WITH_TORCH = (
    ("inspect", "pixel-portraits"),
    ("sample", "--steps", "1", "--batch", "1", "-o", "c.png"),
    ("--screenshot", "d.png", "picture.png"),
)


def said(folder: Path, preparation: str, *arguments: str) -> str:
    """What it says on standard error, after it has done its work or refused to."""
    Image.new("RGB", (8, 8)).save(folder / "picture.png")
    code = PREPARED.format(preparation=preparation)
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 2), done.stderr
    return done.stderr


@pytest.mark.parametrize("arguments", [*WITHOUT_TORCH, *WITH_TORCH], ids=" ".join)
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_it_does_its_work_or_says_in_one_sentence_why_not(
    surroundings: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    sentence = said(tmp_path, SURROUNDINGS[surroundings], *arguments)
    assert sentence == "" or (sentence.startswith("ddpm-studio: ") and sentence.count("\n") == 1)


@pytest.mark.parametrize("arguments", WITHOUT_TORCH, ids=" ".join)
def test_a_working_directory_that_is_gone(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Of those that import torch, its mathematics library aborts the process."""
    sentence = said(tmp_path, "import shutil; shutil.rmtree(os.getcwd())", *arguments)
    assert sentence == "" or (sentence.startswith("ddpm-studio: ") and sentence.count("\n") == 1)
