"""Faults: exceptions that nobody foresaw, from every thread, written to the log and told to the window."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal, qVersion

from ddpm_studio.errors import FileError
from ddpm_studio.files.logs import LOG, CrashLog, FaultLog, shortened, versions
from ddpm_studio.files.places import log_folder
from ddpm_studio.gui.faults.guard import Trail, trail_of

QUIET_S = 10.0
"""A fault that comes again within this time has been told already; each time, it begins anew."""

LONGEST_SUMMARY = 200

_log = logging.getLogger("ddpm_studio")


@dataclass(frozen=True)
class Fault:
    """One fault: what it is called, all that is known of it, and the log that it is in, if there is one."""

    summary: str
    details: str
    log: Path | None = None


class Faults(QObject):
    """Hears, between `watch` and `end`, of every exception that nothing caught. `happened` has a Fault, in any thread;
    so has `latest`, for those who were not there yet.

    What is no error, such as Ctrl-C, is left to the hook that was there before.
    """

    happened = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Another handler would silence the one that prints where there is none.
        self._handlers = [] if logging.lastResort is None else [logging.lastResort]
        self._crashes: CrashLog | None = None
        self.latest: Fault | None = None
        self._latest: dict[Trail, float] = {}
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Begin, and keep logs too; without a home folder there are none."""
        self._hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook, threading.excepthook = self._from_anywhere, self._from_thread
        sys.unraisablehook = self._from_finalizer
        with suppress(FileError):
            folder = log_folder()
            self._handlers.append(FaultLog(folder / LOG))
            self._crashes = CrashLog(folder)
        for handler in self._handlers:
            _log.addHandler(handler)
        atexit.register(self.end)

    def end(self) -> None:
        """End, leaving no file that has nothing to say."""
        atexit.unregister(self.end)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        for handler in self._handlers:
            _log.removeHandler(handler)
            handler.close()
        if self._crashes is not None:
            self._crashes.close()

    # Python's hooks

    def _from_anywhere(
        self, kind: type[BaseException], error: BaseException, frames: TracebackType | None, about: str = ""
    ) -> None:
        if not isinstance(error, Exception):
            self._hooks[0](kind, error, frames)
        elif self._is_new(error):
            self._tell(error, about)
        # Their variables may hold tensors, or a painter that is still at work.
        traceback.clear_frames(frames)

    def _from_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None:
            self._from_anywhere(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)

    def _from_finalizer(self, hooked: sys.UnraisableHookArgs) -> None:
        if hooked.exc_value is not None:
            about = f"{hooked.err_msg or 'Exception ignored in'}: {hooked.object!r}"
            self._from_anywhere(hooked.exc_type, hooked.exc_value, hooked.exc_traceback, about)

    # telling

    def _is_new(self, error: Exception) -> bool:
        now, trail = time.monotonic(), trail_of(error)
        with self._lock:
            self._latest = {other: at for other, at in self._latest.items() if now - at < QUIET_S}
            new = trail not in self._latest
            self._latest[trail] = now
        return new

    def _tell(self, error: Exception, about: str) -> None:
        head = "\n".join([_versions(), about] if about else [_versions()])
        details = shortened("\n".join([head, "".join(traceback.format_exception(error))]))
        _log.error("%s", details)
        logs = [Path(handler.baseFilename) for handler in self._handlers if isinstance(handler, FaultLog)]
        summary = traceback.format_exception_only(error)[-1].splitlines()[0][:LONGEST_SUMMARY]
        self.latest = Fault(summary, details, next((log for log in logs if log.exists()), None))
        with suppress(RuntimeError):  # Qt's part of this object may be gone already.
            self.happened.emit(self.latest)


def _versions() -> str:
    return f"{versions()}, Qt {qVersion()}"
