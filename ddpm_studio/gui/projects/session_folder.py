"""Folder of one window's session: held while the window lives, and taken over by a later one."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from PySide6.QtCore import QLockFile

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.places import state_file
from ddpm_studio.files.reading import contents

LIMIT = 10
"""The number of sessions kept, the latest ones."""

MAX_SESSION_BYTES = 512 * MIB

TORN_S = 10
"""Age from which on a lock that names no process will never name one, in seconds."""


def sessions_folder() -> Path:
    """The folder of all sessions. FileError if the user has no home folder."""
    return state_file("sessions")


class Mark(NamedTuple):
    """What is being tried with a session, in which process, and the how many-th time."""

    stage: str
    process: int
    tries: int


class SessionFolder:
    """One session: its text, a mark for as long as restoring it may end the program, and a lock.

    The lock of a process that has ended, however that happened, counts for nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = QLockFile(str(folder / "lock"))
        self._lock.setStaleLockTime(0)

    @classmethod
    def latest(cls, root: Path) -> Self | None:
        """The session that was written last among those that no window holds; it is held from now on."""
        return next((session for session in cls._all(root) if session.text_file.exists() and session.hold()), None)

    @classmethod
    def new(cls, root: Path) -> Self:
        """An empty session, held; the oldest ones beyond LIMIT make room for it. OSError if there is no place."""
        for old in list(cls._all(root))[LIMIT - 1 :]:
            old.remove()
        session = cls(root / secrets.token_hex(4))
        session.folder.mkdir(parents=True, mode=0o700)
        session.hold()
        return session

    @classmethod
    def any_in(cls, root: Path) -> bool:
        """Whether there is a session, be it empty or held."""
        return next(cls._all(root), None) is not None

    @classmethod
    def _all(cls, root: Path) -> Iterator[Self]:
        """Every session, the latest first."""
        folders = [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []
        return map(cls, sorted(folders, key=_written_at, reverse=True))

    @property
    def text_file(self) -> Path:
        """The file with its text."""
        return self.folder / "session.ddpm"

    @property
    def mark(self) -> Mark | None:
        """What a process was doing with this session when it ended; None if it came through."""
        try:
            stage, process, tries = contents(self._mark_file, limit=MIB).decode("utf-8", "replace").split()
            return Mark(stage, int(process), int(tries))
        except (FileError, ValueError):
            return None

    def set_mark(self, mark: Mark | None) -> None:
        """Say what is about to be tried; None once it went well."""
        with suppress(OSError):
            if mark is None:
                self._mark_file.unlink(missing_ok=True)
            else:
                self._mark_file.write_text(" ".join(map(str, mark)), "utf-8")

    def read(self) -> str:
        """The text. FileError if it cannot be read."""
        return contents(self.text_file, limit=MAX_SESSION_BYTES).decode("utf-8", "replace")

    def write(self, text: str) -> None:
        """Replace the text, whole or not at all. FileError if it cannot be written."""
        with written_whole(self.text_file) as file:
            file.write(encoded(text))

    def clear(self) -> None:
        """Delete the text."""
        with suppress(OSError):
            self.text_file.unlink(missing_ok=True)

    def hold(self) -> bool:
        """True if the session is this window's from now on; False if it is another's."""
        if not self._lock.tryLock(0) and self._is_torn():
            self._lock.removeStaleLockFile()
        return self._lock.isLocked() or self._lock.tryLock(0)

    def release(self) -> None:
        """Leave the session to the next window."""
        self._lock.unlock()

    def remove(self) -> None:
        """Delete the session unless another window holds it."""
        if self.hold():
            self.release()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _is_torn(self) -> bool:
        """Whether the lock names no process, and has not just been made: power failed before it was written."""
        process, _host, _program = self._lock.getLockInfo()
        return process == 0 and time.time() - _changed_at(self.folder / "lock") > TORN_S

    @property
    def _mark_file(self) -> Path:
        return self.folder / "restoring"


def forget_sessions(root: Path) -> None:
    """Delete every session that no window holds, and what was set aside."""
    for session in SessionFolder._all(root):
        session.remove()
    set_aside_file(root).unlink(missing_ok=True)


def set_aside_file(root: Path) -> Path:
    """The session that could not be restored the last time this happened."""
    return root / "set-aside.ddpm"


def why_not_open_set_aside() -> FileError | None:
    """The reason why there is no session to open that was set aside; None if there is one."""
    try:
        there = set_aside_file(sessions_folder()).exists()
    except FileError as error:
        return error
    return None if there else FileError(QT_TRANSLATE_NOOP("errors", "No session has been set aside."))


def _written_at(folder: Path) -> float:
    return _changed_at(folder / "session.ddpm")


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
