"""Session: what the window holds, written by itself a moment after every change, and restored at the next start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from ddpm_studio.errors import FileError
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.projects.session_folder import SessionFolder
from ddpm_studio.gui.projects.tables import TableTexts
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State

EVERY_MS = 500
"""How often changes are looked for; what is lost with a killed process is never older than twice that."""

ROOT = Path(Path.cwd().anchor)
"""The folder that paths in a session are seen from; a session does not move."""

Layout = Mapping[str, object]


class SessionKeeper(QObject):
    """Writes the person's own state and the window's layout into a session folder, beside the window's own thread."""

    def __init__(
        self, folder: SessionFolder, studio: Studio, layout: Callable[[], Layout], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._studio, self._layout = folder, studio, layout
        self._written: tuple[State, Layout] | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="session")
        self._pending: Future[None] | None = None
        self._texts = TableTexts()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Write what has changed, unless the last writing still goes on."""
        if self._pending is None or self._pending.done():
            self._write()

    @Slot()
    def forget(self) -> None:
        """Delete what was written; nothing is written again before something changes."""
        self._written = self._studio.own, self._layout()
        self._writer.submit(self._folder.clear).result()

    def finish(self) -> None:
        """Begin to write the last changes; nothing that happens later counts."""
        self._timer.stop()
        self._write()

    def end(self) -> None:
        """Wait for what is being written, and leave the session to the next window."""
        self._writer.shutdown(wait=True)
        self._folder.set_mark(None)
        self._folder.release()

    def _write(self) -> None:
        now = self._studio.own, self._layout()
        if self._written is None or now[0] is not self._written[0] or now[1] != self._written[1]:
            self._written = now
            self._pending = self._writer.submit(_write, self._folder, self._texts, *now)


def _write(folder: SessionFolder, texts: TableTexts, state: State, layout: Layout) -> None:
    # A disk that is full or gone is no reason to disturb anybody; the next change tries again.
    with suppress(FileError, OSError):
        folder.write(to_text({**write_document(state, ROOT), **_project(state), "window": layout}, texts))


def _project(state: State) -> Layout:
    return {"project": state.project, "changed": state.changed} if state.project else {}
