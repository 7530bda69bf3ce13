"""Restoring of the last session at the start of a window; one that ended the program is set aside, not tried again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.logs import crashed
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.preferences.preferences_file import user_file
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.projects.document import from_text
from ddpm_studio.gui.projects.project_file import read_whole
from ddpm_studio.gui.projects.session import ROOT, SessionKeeper
from ddpm_studio.gui.projects.session_folder import Mark, SessionFolder, sessions_folder, set_aside_file
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.json_values import flag, text
from ddpm_studio.gui.state.step_names import OPENING
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Readable, Text

STARTING, OPENING_CHECKPOINT = "starting", "opening-checkpoint"
MOST_TRIES = 2
"""Times that a session is tried whose process ended without a crash, as one that was killed does."""

SET_ASIDE = QT_TRANSLATE_NOOP(
    "projects", "The last session could not be restored and was set aside; File ▸ Open session set aside tries again."
)
PROJECT_GONE = QT_TRANSLATE_NOOP("projects", "{path} is gone; what it held is still here, and saving writes it again.")
NOT_OPENED = QT_TRANSLATE_NOOP(
    "projects", "The program ended while {name} was being opened, so it was left closed; Run opens it."
)


def is_first_start() -> bool:
    """Whether nothing was kept by an earlier start: neither preferences nor a session."""
    try:
        return not user_file().exists() and not SessionFolder.any_in(sessions_folder())
    except (FileError, OSError):
        return False


def begin_session(window: MainWindow, restore: bool) -> bool:
    """Keep the window's session from now on, after restoring the last one if asked to. True if the layout came back."""
    try:
        root = sessions_folder()
        latest = SessionFolder.latest(root) if restore else None
        folder = latest or SessionFolder.new(root)
    except (FileError, OSError):  # Without a place to keep it there is no session.
        return False
    mark = folder.mark
    tries = 1 if mark is None else mark.tries + 1
    restored = latest is not None and _restored(window, folder, mark, tries)
    if not restored and folder.text_file.exists():
        folder.text_file.replace(set_aside_file(root))
        window.messages.say(translated(SET_ASIDE))
    _Survival(window, folder, tries)
    window.keep_session(SessionKeeper(folder, window.studio, window.layout_text, window))
    return restored


class _Survival(QObject):
    """Takes the mark off a session once the window has been painted and the checkpoint has been opened."""

    def __init__(self, window: MainWindow, folder: SessionFolder, tries: int) -> None:
        super().__init__(window)
        self._tries = tries
        self._folder, self._thread = folder, window.desk.samples.sampling_thread
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first painting to end."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._painted)
        return False

    @Slot()
    def _painted(self) -> None:
        opening = Mark(OPENING_CHECKPOINT, os.getpid(), self._tries)
        self._folder.set_mark(opening if self._thread.busy else None)
        for ended in (self._thread.opened, self._thread.failed, self._thread.finished):
            ended.connect(self._opened)

    @Slot()
    def _opened(self) -> None:
        self._folder.set_mark(None)
        self.deleteLater()


def _restored(window: MainWindow, folder: SessionFolder, mark: Mark | None, tries: int) -> bool:
    """Restore a session; False if that failed, now or the last time."""
    failed = mark is not None and (crashed(mark.process) or tries > MOST_TRIES)
    if failed and mark is not None and mark.stage == STARTING:
        return False
    folder.set_mark(Mark(STARTING, os.getpid(), tries))
    try:
        _restore(window, folder, waiting=failed)
    except StudioError:
        return False
    except Exception:  # Whatever it is, it must not keep the window from opening.
        sys.excepthook(*sys.exc_info())
        return False
    return True


def _restore(window: MainWindow, folder: SessionFolder, waiting: bool) -> None:
    document = from_text(folder.read(), str(folder.text_file))
    opened = read_whole(document, ROOT, ours=True)
    content, complaints = Taking(document, []), list[Readable](opened.complaints)
    project = content.take("project", text, "")
    window.studio.open(opened.document, Text(OPENING, {"name": Path(project).name}), project)
    gone = bool(project) and not os.path.exists(project)  # noqa: PTH110  # Path.exists raises for what is no path.
    if gone or content.take("changed", flag, False):
        window.studio.forget_saved()
    if gone:
        complaints.append(Text(PROJECT_GONE, {"path": project}))
    window.desk.projects.take_checkpoint(opened, waiting)
    if waiting and opened.checkpoint:
        complaints.append(Text(NOT_OPENED, {"name": Path(opened.checkpoint).name}))
    window.studio.begin()
    window.restore_layout(content.section("window"))
    if complaints:
        window.messages.say(told(complaints))
