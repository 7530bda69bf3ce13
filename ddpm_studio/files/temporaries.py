"""Temporaries: files and folders that are there for a moment, and are cleared away whatever becomes of the process."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from ddpm_studio.leaving import before_leaving

ABANDONED_S = 3600
"""Nothing is written for this long without a change, so what has not changed for longer is of a process that is gone.

Asking whether that process lives would say nothing of one on another machine or in a container.
"""

_NAME = re.compile(r"\.ddpm-studio-[0-9a-f]{16}\.tmp")
_live: set[Path] = set()
_clearing = threading.Lock()


@contextmanager
def temporary_path(folder: Path) -> Iterator[Path]:
    """A path in `folder` at which nothing is yet; what is made there is gone when the block ends or the process leaves.

    What processes that were killed have left in the folder is cleared away first.
    """
    _sweep(folder)
    path = folder / f".ddpm-studio-{os.urandom(8).hex()}.tmp"
    _live.add(path)
    try:
        yield path
    finally:
        with _clearing:
            _remove(path)
            _live.discard(path)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder among the system's temporary ones, for this user alone; gone as for `temporary_path`."""
    with temporary_path(Path(tempfile.gettempdir())) as folder:
        folder.mkdir(mode=0o700)
        yield folder


@before_leaving
def _clear() -> None:
    """Remove what is there, and let no thread that misses it get so far as to complain."""
    _clearing.acquire(timeout=1)
    for path in tuple(_live):
        _remove(path)


@lru_cache(maxsize=256)
def _sweep(folder: Path) -> None:
    """Remove what was abandoned in a folder; once for each folder, since that takes time in a large one."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [entry for entry in entries if _NAME.fullmatch(entry.name)]:
            if _is_abandoned(entry):
                _remove(Path(entry.path))


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Whether this is a file or folder of this user, no link, and old enough."""
    found = entry.stat(follow_symlinks=False)
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    made_here = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return ours and made_here and time.time() - found.st_mtime > ABANDONED_S


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
