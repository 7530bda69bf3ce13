"""Copying: texts put on the clipboard, made beside the window because a table may have millions of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from ddpm_studio.gui.tasks import Task, TaskQueue
from ddpm_studio.interruption import check


class Copying(QObject):
    """Copies one text after another, in order; `tasks` has the progress, and `said` tells of one that was cancelled."""

    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskQueue(self)
        self.tasks.cancelled.connect(self._say_cancelled)

    @Slot(object)
    def copy(self, pieces: Iterable[str], then: Callable[[str], None] | None = None) -> None:
        """Copy a text that is still to be made, piece by piece; it changes nothing in the window. `then` is told."""

        def put(text: str) -> None:
            QApplication.clipboard().setText(text)
            if then is not None:
                then(text)

        self.tasks.add(Task(self.tr("Copying"), lambda monitor: _joined(pieces), put))

    @Slot()
    def _say_cancelled(self) -> None:
        self.said.emit(self.tr("Copying was cancelled; the clipboard is as it was."))


def _joined(pieces: Iterable[str]) -> str:
    made = []
    for piece in pieces:
        made.append(piece)
        check()
    return "".join(made)
