"""Windows that tests press keys in: shown, active, and closed in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.tasks import TaskQueue


@contextmanager
def active_window(
    qtbot: QtBot, size: QSize, schedules: Sequence[Schedule] = (), t: int | None = None
) -> Iterator[MainWindow]:
    """A window of this size that keys go to."""
    window = open_window([], schedules, t)
    qtbot.addWidget(window)
    window.share_out(size)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


def settle() -> None:
    """Let a change through: the news of it, what follows in the window, and its painting."""
    for _ in range(6):
        QApplication.processEvents()


def show_change(window: MainWindow, qtbot: QtBot) -> None:
    """Let the window show its state."""
    with qtbot.waitSignal(window.studio.changed):
        window.studio.announce()
    QApplication.processEvents()


def end_tasks(widget: QWidget) -> None:
    """End what is still done beside a widget that is closed, which a window sees to by itself."""
    for queue in widget.findChildren(TaskQueue):
        queue.end()


def undo_all(window: MainWindow, qtbot: QtBot) -> None:
    """Undo every step and put the message away, so that another case finds what the first one found."""
    while window.studio.state.undo is not None:
        window.studio.undo()
    window.toast.hide()
    show_change(window, qtbot)
