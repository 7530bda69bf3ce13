"""Watch over a process: exceptions in any thread, warnings, threads, open files, widgets and memory."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
import threading
import traceback
import warnings
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from tests.soak.trouble import Trouble

HARMLESS = re.compile(
    # The offscreen platform plugin has no window manager to talk to.
    r"^This plugin does not support (propagateSizeHints|raise|grabbing the (keyboard|mouse))"
    # pyqtgraph 0.14 connects linked axes by name without @Slot.
    r'|^Registering dynamic slot "(linkedXChanged|linkedYChanged)'
)
SLACK = {"threads": 4, "open files": 6}
"""How many more there may be than there ever were while the program warmed up."""

TOP_LEVEL, ANYWHERE = (1.2, 3), (2, 12)
"""What the number of widgets of a class may be multiplied with, and how many more there may be."""


class Watch:
    """Notes all that goes wrong between `begin` and `end`; `check` raises Trouble for it."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._most: Counter[str] = Counter()
        self._before = ExitStack()

    def begin(self) -> None:
        """Listen to everything that reports an exception or a warning."""
        for owner, name, listener in (
            (sys, "excepthook", self._on_exception),
            (threading, "excepthook", self._on_thread),
            (sys, "unraisablehook", self._on_unraisable),
        ):
            self._before.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, listener)
        self._before.callback(qInstallMessageHandler, qInstallMessageHandler(self._on_message))
        self._before.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")

    def end(self) -> None:
        """Listen no more."""
        self._before.close()

    def check(self) -> None:
        """Raise Trouble for what was heard since the last time."""
        heard, self._heard = self._heard, []
        if heard:
            raise Trouble("\n".join(heard))

    def learn(self) -> None:
        """Take what there is now for what there may be."""
        for name, count in self.counts().items():
            self._most[name] = max(self._most[name], count)

    def compare(self) -> None:
        """Raise Trouble if there is much more of anything than there was."""
        for name, count in self.counts().items():
            if count > self._bound(name):
                raise Trouble(f"There are {count} {name}; while the program warmed up there were {self._most[name]}.")

    def counts(self) -> Counter[str]:
        """How many there are of everything that must not grow."""
        free()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        counts = Counter(f"top-level widgets ({_kind(widget)})" for widget in app.topLevelWidgets())
        counts.update(f"widgets ({_kind(widget)})" for widget in app.allWidgets())
        counts["threads"] = len(list(Path("/proc/self/task").iterdir()))
        counts["open files"] = len(list(Path("/proc/self/fd").iterdir()))
        return counts

    def _bound(self, name: str) -> int:
        if name in SLACK:
            return self._most[name] + SLACK[name]
        factor, more = TOP_LEVEL if name.startswith("top") else ANYWHERE
        return int(factor * self._most[name]) + more

    # what is heard

    def _on_exception(self, kind: type[BaseException], error: BaseException, frames: Any) -> None:
        self._heard.append("".join(traceback.format_exception(kind, error, frames)))

    def _on_thread(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None:
            self._on_exception(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)

    def _on_unraisable(self, hooked: sys.UnraisableHookArgs) -> None:
        if hooked.exc_value is not None:
            self._on_exception(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)

    def _on_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not HARMLESS.match(message):
            self._heard.append(f"Qt says: {message}")


def _kind(widget: QWidget) -> str:
    return str(widget.metaObject().className())


def free() -> None:
    """Let go of all that nobody needs any more."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


class _Counts(ctypes.Structure):
    """What GNU's malloc counts: struct mallinfo2 of malloc.h."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    ]


def memory_mib() -> float:
    """The memory of this process that is in use, in MiB, without what the program has malloc keep for later.

    Python's own objects are counted where they come from malloc as well, which PYTHONMALLOC=malloc sees to. Other C
    libraries do not count: there it is all that is in memory.
    """
    free()
    counted = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if counted is None:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * 4096 / 2**20
    counted.restype = _Counts
    counts = counted()
    return float(counts.uordblks + counts.hblkhd) / 2**20
