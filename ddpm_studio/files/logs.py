"""Logs of what went wrong, in the user's log folder: one of exceptions, and one of each crash."""

from __future__ import annotations

import faulthandler
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.places import log_folder
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.release import version_here

LOG = "errors.log"
"""The name of the log of exceptions."""

LARGEST, OLDER = 256 * 1024, 3
"""Length at which the log of exceptions is put aside, and how many such are kept."""

LONGEST = 32 * 1024
"""Length of an entry from which its middle is left out; an exception may quote a whole file."""

CRASHES = 5
"""How many crashes are kept."""


class FaultLog(RotatingFileHandler):
    """A log that comes into being with its first entry. Where it cannot be written, nothing is, and nobody is told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "a", LARGEST, OLDER, encoding="utf-8", errors="backslashreplace", delay=True)
        self.setLevel(logging.ERROR)
        self.setFormatter(logging.Formatter("%(asctime)s %(threadName)s %(name)s: %(message)s"))

    def format(self, record: logging.LogRecord) -> str:
        """The entry, shortened."""
        return shortened(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # The library's name.
        """Nothing: whatever went wrong is being told already."""

    def _open(self) -> IO[str]:  # type: ignore[override]
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()


class CrashLog:
    """A file that says where in the program a crash happened, such as a segmentation fault.

    It has to be open before that, so it is there, empty, while the program runs, and gone after an orderly end.
    """

    def __init__(self, folder: Path) -> None:
        self._path = _crash_file(folder, os.getpid())
        self._file: IO[bytes] | None = None
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            _forget_old(folder)
            self._file = self._path.open("wb")
            faulthandler.enable(self._file)

    def close(self) -> None:
        """End it, without a trace if there was no crash."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            with suppress(OSError):
                if not self._path.stat().st_size:
                    self._path.unlink()


@contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[None]:
    """Tell of what nobody foresaw in reading a foreign file as a FileError about it, and log it."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} cannot be read: {type}; it is damaged, or this program has a fault, which is logged in {log}.",
            ),
            path=os.fspath(path),
            type=type(error).__name__,
            log=logged(error, f"Reading {os.fspath(path)!a}"),
        ) from error


_NO_MEMORY = QT_TRANSLATE_NOOP("errors", "The memory ran out; end other programs, or choose something smaller.")


def unforeseen(error: Exception) -> StudioError:
    """The sentence for an exception that nobody foresaw, which is logged."""
    if is_out_of_memory(error):
        return StudioError(_NO_MEMORY)
    try:
        log = logged(error, "In the shell")
    except MemoryError:
        return StudioError(_NO_MEMORY)
    return StudioError(
        QT_TRANSLATE_NOOP(
            "errors",
            "This failed with {type}: {reason}; the program has a fault, which is logged in {log}: please report it.",
        ),
        type=type(error).__name__,
        reason=str(error) or QT_TRANSLATE_NOOP("errors", "no reason was given"),
        log=log,
    )


def versions() -> str:
    """The program, Python and system that an entry is about."""
    return f"ddpm-studio {version_here()}, Python {platform.python_version()}, {sys.platform}"


def logged(error: Exception, about: str) -> Path | str:
    """The log to which an exception was written, and to nothing else; a dash where there is none."""
    try:
        log = FaultLog(log_folder() / LOG)
    except FileError:
        return "–"
    trace = (type(error), error, error.__traceback__)
    log.handle(logging.LogRecord("ddpm_studio", logging.ERROR, "", 0, f"{versions()}\n{about}", None, trace))
    log.close()
    return Path(log.baseFilename)


def crashed(process: int) -> bool:
    """True if the process of this number crashed, and not long ago: killing it leaves no trace."""
    try:
        return _crash_file(log_folder(), process).stat().st_size > 0
    except (FileError, OSError):
        return False


def _crash_file(folder: Path, process: int) -> Path:
    return folder / f"crash-{process}.log"


def shortened(text: str) -> str:
    """`text` without its middle where it is long: both ends of a traceback count."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"


def _forget_old(folder: Path) -> None:
    """Make room for another crash."""
    ages = {path: path.stat().st_mtime for path in folder.glob("crash-*.log")}
    for path in sorted(ages, key=lambda path: ages[path], reverse=True)[CRASHES - 1 :]:
        path.unlink(missing_ok=True)
