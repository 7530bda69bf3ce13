"""Closing of the window, by a person or a signal, after which nothing holds the process up."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import NoReturn

from PySide6.QtCore import QObject, Qt, QThread, QThreadPool, Signal, Slot
from PySide6.QtWidgets import QApplication

from ddpm_studio.gui.faults.faults import Faults
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.leaving import leave, leave_within
from ddpm_studio.signals import first_signal

GONE_WITHIN_S = 4.0
"""From the moment that the window is told to close to the end of the process, whatever is still to be done."""


class Closer(QObject):
    """Closes every window, also those that wait for an answer, and ends the event loop; may be asked in any thread."""

    _asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asked.connect(self._close, Qt.ConnectionType.QueuedConnection)

    def ask(self, code: int) -> None:
        """Close soon; leave with this exit code if the event loop is too busy to."""
        leave_within(GONE_WITHIN_S, code)
        self._asked.emit()

    @Slot()
    def _close(self) -> None:
        QApplication.closeAllWindows()
        QApplication.exit()


def run_until_closed(app: QApplication, window: MainWindow, faults: Faults) -> NoReturn:
    """Let people use the window, and leave the process once it is closed."""
    window.closing.connect(lambda: leave_within(GONE_WITHIN_S, 0))
    with first_signal(Closer(app).ask) as interruption:
        code = app.exec()
    faults.end()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):
            stream.flush()
    if not _is_anything_running(window):
        app.shutdown()  # A clipboard manager takes over what was copied, which else would be gone.
    leave(interruption.code or code)


def _is_anything_running(window: MainWindow) -> bool:
    """Whether there are threads, which Qt would wait for, or abort the process when it destroys them."""
    threads = window.findChildren(QThread)
    return QThreadPool.globalInstance().activeThreadCount() > 0 or any(thread.isRunning() for thread in threads)
