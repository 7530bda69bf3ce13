"""Doors that a file is brought to: servers with a home and a folder of their own, ended where they hang."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import tests
from tests.hostile.kinds import Case
from tests.hostile.serving import Message
from tests.patience import PATIENCE_S

WATCHDOG_S = float(os.environ.get("HOSTILE_WATCHDOG_S", "60"))
"""Seconds after which a process is taken to hang, on a busy machine too; what it may work is less by far."""

ANSWERS = json.dumps({"shape": [3, 8, 8], "schedule": "linear:T=10", "prediction_type": "epsilon"})
KEPT = ("state", "config", "data")


class Ground:
    """Folders for a door: a home, one for temporary files, one for what is asked for, and one for a case."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="h"))
        self.home, self.temporary, self.out, self.case = (self.root / name for name in "htoc")
        for each in (self.home, self.temporary, self.out):
            each.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a process that is to know no other folders."""
        kinds = {f"XDG_{kind.upper()}_HOME": str(self.home / kind) for kind in (*KEPT, "cache")}
        own = {"HOME": self.home, "TMPDIR": self.temporary, "HOSTILE_OUT": self.out}
        python = {"PYTHONPATH": str(Path(tests.__file__).parent.parent), "PYTHONUTF8": "1"}
        torch = {"TORCHINDUCTOR_CACHE_DIR": str(self.home / "cache")}
        return {**os.environ, **kinds, **torch, **python, **{name: str(path) for name, path in own.items()}}

    def lay(self, case: Case) -> Callable[[bool], list[str]]:
        """Make the file of a case in an empty folder; returns what lists all changes since, in what is `kept` too."""
        self.clear()
        self.case.mkdir()
        self.given = case.write(self.case)
        if case.format.answered and isinstance(self.given, str):
            with suppress(OSError, ValueError):
                Path(f"{self.given}.ddpm-studio.json").write_text(ANSWERS)
        self.size = sum(
            path.lstat().st_size for path in self.case.rglob("*") if path.is_file() and not path.is_symlink()
        )
        before = self._listing()

        def changes(kept: bool) -> list[str]:
            changed = {place for place, _ in before ^ self._listing()}
            return sorted(f"{place} changed" for place in changed if kept or not place.startswith(str(self.home)))

        return changes

    def clear(self) -> None:
        """Remove the case and what was asked for, and what was kept of it."""
        shutil.rmtree(self.case, ignore_errors=True)
        for folder in (self.out, *(self.home / kind for kind in KEPT)):
            for path in folder.glob("*"):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _listing(self) -> set[tuple[str, tuple[int, int, int]]]:
        """What there is, but for logs and lists of recent files."""
        kept = (self.home / kind for kind in KEPT)
        found = (path for folder in (self.case, self.temporary, *kept) for path in folder.rglob("*"))
        return {(str(path), _looks(path)) for path in found if not path.is_dir() and _counts(path)}


def _counts(path: Path) -> bool:
    return "log" not in path.parts and not path.name.startswith("recent-")


def _looks(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_mode, found.st_size, found.st_mtime_ns


class Server:
    """A process of one of the modules that serve, begun when it is needed and again after it was ended."""

    def __init__(self, module: str) -> None:
        self.ground = Ground()
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, message: Message) -> Message | None:
        """The answer to a message; None where there was none in time, or the process has died of it."""
        process = self._process = self._process or self._begun()
        assert process.stdin is not None
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        answer = _line(process, WATCHDOG_S + 5)
        if answer is None:
            self.end()
        return answer

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            with process:
                pass

    def _begun(self) -> subprocess.Popen[bytes]:
        with (self.ground.root / "stderr").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self.ground.environment,
                cwd=self.ground.root,
            )
        assert _line(process, PATIENCE_S) is not None, (self.ground.root / "stderr").read_text()
        return process


def _line(process: subprocess.Popen[bytes], seconds: float) -> Message | None:
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], seconds)[0]:
        return None
    line = process.stdout.readline()
    return json.loads(line) if line else None
