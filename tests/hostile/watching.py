"""Watching a process from inside, by what Python tells of itself: what no file has any business to set off."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

STARTING = ("os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn", "subprocess.Popen")
REACHING = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "urllib.Request")
CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod")
UNPICKLED = {"os", "posix", "nt", "subprocess", "sys", "runpy", "canary", "urllib.request"}
CANARY = re.compile(r"\bcanary\b", re.IGNORECASE)
OWN = tuple(os.environ[name] for name in ("HOME", "TMPDIR", "HOSTILE_OUT") if name in os.environ)
"""The folders in which the program may write, as `Ground` gives them to a door."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Watch:
    """Notes each such event, a line of `notes`, a descriptor, that is not one of the program's own.

    `case` is the folder of the file, and `own` those in which the program may write.
    """

    def __init__(self, notes: int, own: Sequence[str]) -> None:
        self.case, self._notes, self._own = "", notes, (*own, "/dev/null")
        sys.addaudithook(self._hear)

    def _hear(self, event: str, values: tuple[Any, ...]) -> None:
        if self.case and self._is_strange(event, values):
            os.write(self._notes, f"{event} {values!r:.200}\n".encode("utf-8", "backslashreplace"))

    def _is_strange(self, event: str, values: tuple[Any, ...]) -> bool:
        if event == "open":
            return isinstance(values[0], str | bytes) and bool(values[2] & WRITING) and self._is_foreign(values[0])
        if event in CHANGING:
            return not _is_in_a_folder(values) and self._is_foreign(values[0])
        if event in STARTING:
            return not _is_ours(values)
        if event in REACHING:
            return event != "socket.connect" or isinstance(values[1], tuple)
        if event == "import":
            return bool(CANARY.match(values[0]))
        if event == "pickle.find_class":
            return values[0] in UNPICKLED or (
                values[0] == "builtins" and values[1] in ("eval", "exec", "open", "getattr")
            )
        if event in ("exec", "compile"):
            code = values[0] if event == "exec" else values[1]
            return self.case in str(getattr(code, "co_filename", code))
        return False

    def _is_foreign(self, path: object) -> bool:
        where = str(Path(os.fsdecode(path)).absolute()) if isinstance(path, str | bytes | os.PathLike) else ""
        return bool(where) and not where.startswith(self._own) and "__pycache__" not in where


def _is_in_a_folder(values: tuple[Any, ...]) -> bool:
    """Whether the path is seen from an open folder, which was opened by its path before."""
    return values[-1] not in (-1, None) and isinstance(values[-1], int)


def _is_ours(values: tuple[Any, ...]) -> bool:
    """Whether it is this program that is started, in another process."""
    return bool(values) and os.fspath(values[0] or "") == sys.executable
