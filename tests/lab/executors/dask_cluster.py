"""Dask cluster over loopback: a scheduler and workers, in processes of their own that end with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.checkpoints.families.shared.apart.processes import wait_for

ROOT = Path(__file__).parents[3]


class DaskCluster:
    """A scheduler at `address`, and the workers that were added."""

    def __init__(self, folder: Path, ends: ExitStack, *, options: tuple[str, ...] = ()) -> None:
        self._folder, self._ends, self._options = folder, ends, options
        self.file = folder / "scheduler.json"
        listening = () if options else ("--host", "127.0.0.1")
        self.scheduler = self._began(
            "scheduler", "--no-dashboard", "--port", "0", "--scheduler-file", self.file, *listening
        )
        wait_for(lambda: self.file.exists() and self.file.read_text().endswith("}"))  # It is not written whole.

    def add(self, count: int = 1, environment: Mapping[str, str] | None = None) -> list[subprocess.Popen[bytes]]:
        """So many further workers, in this environment beside ours."""
        return [self._worker(environment or {}) for _ in range(count)]

    def _worker(self, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", self._folder / "worker")
        return self._began("worker", "--scheduler-file", self.file, *options, environment=environment)

    def _began(
        self, part: str, *arguments: object, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *map(str, arguments), *self._options]
        surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **(environment or {})}
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=surroundings, cwd=self._folder
        )
        self._ends.callback(_end, process)
        return process


@contextmanager
def running(folder: Path, *, options: tuple[str, ...] = ()) -> Iterator[DaskCluster]:
    """A scheduler without workers as yet; both end with the block."""
    with ExitStack() as ends:
        yield DaskCluster(folder, ends, options=options)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
