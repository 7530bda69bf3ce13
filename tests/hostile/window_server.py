"""Server behind the window: a real one, offscreen, into which files are dropped one after another."""

from __future__ import annotations

import os
import time
from typing import Any

from PySide6.QtCore import QEventLoop, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication

from ddpm_studio.checkpoints import DEFAULT
from ddpm_studio.gui.app import SETTLING_TURNS, make_application, open_window
from ddpm_studio.gui.faults.faults import Faults
from ddpm_studio.leaving import leave
from tests.hostile.measuring import from_here, import_everything, peak
from tests.hostile.serving import (
    MOST_WORK_S,
    Message,
    bound_memory,
    bound_work,
    private_replies,
    serve,
    written,
)
from tests.hostile.watching import OWN, Watch


class Desktop:
    """The window, and what it said of the file that was dropped last."""

    def __init__(self, app: QApplication) -> None:
        self._faults = Faults(app)
        self._faults.watch()
        self._window = open_window([], [], None)
        self._window.faults.follow(self._faults)
        self._window.share_out(QSize(1024, 700))
        self._window.show()
        self._said: list[str] = []
        self._ends: list[str] = []
        desk, thread = self._window.desk, self._window.desk.samples.sampling_thread
        thread.finished.connect(lambda number, reason: self._ends.append(reason))
        thread.failed.connect(lambda number, sentence: self._said.append(sentence))
        say = self._window.toast.say
        self._window.toast.say = lambda sentence, *rest: (self._said.append(sentence), say(sentence, *rest))[1]  # type: ignore[method-assign, func-returns-value]
        desk.samples.checkpoints.choose(DEFAULT)
        self._settle()
        self.draw()
        self._output = _redirected()
        self._notes = os.memfd_create("notes")
        self._watch = Watch(self._notes, OWN)
        bound_memory()

    def do(self, message: Message) -> Message:
        """Drop a file and say what became of it; then go back to where it was, and draw a picture if asked to."""
        bound_work(MOST_WORK_S)
        if message.get("draw"):
            return {"drawn": self.draw()}
        self._said.clear()
        for each in (self._output, self._notes):
            os.ftruncate(each, 0)
            os.lseek(each, 0, os.SEEK_SET)
        os.chdir(message["folder"])
        before, base = self._state(), from_here()
        work, held = time.process_time(), time.thread_time()
        self._watch.case = message["case"]
        self._drop(message["path"])
        opened = self._state() != before and (not message["run"] or self.draw())
        blocking = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        self._watch.case = ""
        grown = max(0, peak() - base)
        refusal = self._window.studio.state.sampling.refusal
        answer = {
            "said": [*self._said, *([refusal.sentence] if refusal else [])],
            "opened": opened,
            "blocking": repr(blocking) if blocking else "",
            "err": written(self._output),
            "noted": written(self._notes).splitlines(),
            "grown": grown,
            "cpu": time.process_time() - work,
            "held": time.thread_time() - held,
        }
        self._go_back(self._state() != before)
        return answer

    def draw(self) -> bool:
        """Draw with the chosen checkpoint, in one step, as the shell does; whether that ended well."""
        self._ends.clear()
        setup = self._window.studio.state.sampling
        self._window.studio.set_sampling(pictures=1, lines=setup.with_line(steps=1).lines)
        run = self._window.findChild(QAction, "run")
        assert isinstance(run, QAction)
        run.trigger()
        self._settle()
        return self._ends == ["done"]

    def _drop(self, path: str) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path)])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        self._window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))
        self._settle()

    def _settle(self) -> None:
        while self._window.desk.busy:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        for _ in range(SETTLING_TURNS):
            QApplication.processEvents()

    def _state(self) -> Any:
        """What a file may change, by being opened."""
        state = self._window.studio.state
        named = "" if state.sampling.checkpoint == DEFAULT else state.sampling.checkpoint
        return state.entries, state.picture, state.project, state.t, named

    def _go_back(self, opened: bool) -> None:
        desk = self._window.desk
        if opened:
            desk.projects.start_afresh()
        desk.samples.checkpoints.keep()
        if self._state()[-1] or self._window.studio.state.sampling.card is None:
            desk.samples.checkpoints.choose(DEFAULT)
        self._settle()


def _redirected() -> int:
    """A file into which everything goes that is printed from now on, by whatever library."""
    output = os.memfd_create("output")
    for stream in (1, 2):
        os.dup2(output, stream)
    return output


if __name__ == "__main__":
    answers = private_replies()
    import_everything()
    desktop = Desktop(make_application(["ddpm-studio"]))
    serve(desktop.do, answers)
    leave(0)
