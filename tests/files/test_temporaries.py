"""Temporaries are there for a moment, and what killed processes left is cleared away, but nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddpm_studio.files import temporaries
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.temporaries import ABANDONED_S, temporary_folder, temporary_path

LEFT = ".ddpm-studio-0123456789abcdef.tmp"


@pytest.fixture(autouse=True)
def unswept() -> Iterator[None]:
    """As in a new process, which has not looked anywhere yet."""
    temporaries._sweep.cache_clear()
    yield
    temporaries._sweep.cache_clear()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def age(path: Path, seconds: float = ABANDONED_S + 60) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then), follow_symlinks=False)


def save_beside(folder: Path) -> None:
    with written_whole(folder / "a.csv") as file:
        file.write(b"new")


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / LEFT).write_bytes(b"half")
    age(tmp_path / LEFT)
    save_beside(tmp_path)
    assert names(tmp_path) == {"a.csv"}


def test_a_folder_that_a_killed_process_left_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / LEFT
    left.mkdir()
    (left / "program.pt").write_bytes(b"half")
    age(left)
    with temporary_folder() as folder:
        (folder / "program.pt").write_bytes(b"whole")
        assert names(tmp_path) == {folder.name}
        assert folder.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    "name", [f"{LEFT}.csv", f"my{LEFT}", ".ddpm-studio-mine.tmp", "ddpm-studio-0123456789abcdef.tmp", "other.tmp"]
)
def test_what_has_another_name_is_not_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"theirs")
    age(tmp_path / name)
    save_beside(tmp_path)
    assert (tmp_path / name).read_bytes() == b"theirs"


def test_what_may_still_be_written_stays(tmp_path: Path) -> None:
    (tmp_path / LEFT).write_bytes(b"half")
    age(tmp_path / LEFT, ABANDONED_S - 60)
    save_beside(tmp_path)
    assert names(tmp_path) == {"a.csv", LEFT}


@pytest.mark.parametrize("kind", ["file", "folder", "missing"])
def test_a_link_leads_nowhere(tmp_path: Path, kind: str) -> None:
    aim = tmp_path / "aim"
    if kind == "folder":
        aim.mkdir()
        (aim / "precious").write_bytes(b"theirs")
    elif kind == "file":
        aim.write_bytes(b"theirs")
    (tmp_path / LEFT).symlink_to(aim)
    age(tmp_path / LEFT)
    save_beside(tmp_path)
    assert (tmp_path / LEFT).is_symlink()
    assert aim.exists() == (kind != "missing")
    assert kind != "folder" or names(aim) == {"precious"}


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")
def test_what_belongs_to_somebody_else_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LEFT).write_bytes(b"theirs")
    age(tmp_path / LEFT)
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / LEFT).stat().st_uid + 1)
    save_beside(tmp_path)
    assert names(tmp_path) == {"a.csv", LEFT}


def test_a_folder_that_cannot_be_listed_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)
    save_beside(tmp_path)
    assert (tmp_path / "a.csv").read_bytes() == b"new"


def test_nothing_is_beside_the_target_while_it_is_encoded(tmp_path: Path) -> None:
    with written_whole(tmp_path / "a.csv") as file:
        file.write(b"new")
        assert names(tmp_path) == set()
    assert names(tmp_path) == {"a.csv"}


def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="its folder does not exist"), written_whole(tmp_path / "missing" / "a.csv"):
        pytest.fail("the work has begun")


LARGE = """
import os, signal, sys
from ddpm_studio.files import atomic
atomic._IN_MEMORY = 1000
with atomic.written_whole(sys.argv[1]) as file:
    file.write(bytes(100_000))
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs the signals of POSIX")
def test_a_large_file_leaves_nothing_anywhere_when_the_process_is_killed(tmp_path: Path) -> None:
    for name in ("target", "temporary"):
        (tmp_path / name).mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(tmp_path / "target" / "a.gif")],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert names(tmp_path / "target") == names(tmp_path / "temporary") == set()


LEAVING = """
import sys, threading
from pathlib import Path
from ddpm_studio.files.temporaries import temporary_folder, temporary_path
from ddpm_studio.leaving import leave

with temporary_path(Path(sys.argv[1])) as file, temporary_folder() as folder:
    file.write_bytes(b"half")
    (folder / "program.pt").write_bytes(b"half")
    thread = threading.Thread(target=leave, args=(7,))
    thread.start()
    thread.join()
"""


def test_leaving_clears_away_what_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEAVING, str(tmp_path)]
    done = subprocess.run(
        command, env={**os.environ, "TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    assert names(tmp_path) == set()


def test_a_path_that_was_taken_away_is_no_obstacle(tmp_path: Path) -> None:
    with temporary_path(tmp_path) as path:
        path.write_bytes(b"whole")
        path.rename(tmp_path / "a.csv")
    assert names(tmp_path) == {"a.csv"}
