"""A window in a process of its own that changes something every few milliseconds, and says what and when."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QObject, QTimer, Slot

from ddpm_studio.gui import app
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.launch import Launch

EVERY_MS = 20


class Busy(QObject):
    """Counts T up, and writes each T and the time to standard output."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._studio = window.studio
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._act)
        self._timer.start()

    @Slot()
    def _act(self) -> None:
        T = self._studio.state.current.schedule.T % 90_000 + 1
        self._studio.set_parameter("T", T)
        sys.stdout.write(f"{T} {time.monotonic()}\n")
        sys.stdout.flush()


def _shown(window: MainWindow) -> None:
    sys.stdout.write(f"{window.studio.state.current.schedule.T} {time.monotonic()}\n")
    Busy(window)


show = MainWindow.show


def _show(window: MainWindow) -> None:
    show(window)
    _shown(window)


MainWindow.show = _show  # type: ignore[method-assign,assignment]
sys.exit(app.start(Launch()))
