"""DifferenceActions: open the dialog that compares two lists of steps, and have its questions answered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.file_filters import step_list_filters
from ddpm_studio.gui.sampling.differences.differences_dialog import DifferencesDialog
from ddpm_studio.gui.sampling.differences.step_question import StepAnswer, StepQuestion, answered
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import Task, TaskQueue
from ddpm_studio.gui.widgets.dialogs import FileDialogs


class DifferenceActions(QObject):
    """Answers beside `window` what is asked in the dialog over it; of several questions only the last."""

    def __init__(self, studio: Studio, copying: Copying, dialogs: FileDialogs, window: QMainWindow) -> None:
        super().__init__(window)
        self._studio, self._copying, self._dialogs, self._window = studio, copying, dialogs, window
        self._question: StepQuestion | None = None
        self._dialog: DifferencesDialog | None = None
        self.comparing = TaskQueue(self)
        self.comparing.progressed.connect(self._note_progress)
        studio.changed.connect(self._show_state)

    @Slot()
    def show_differences(self) -> None:
        """Open the dialog, with what was typed last, or bring it to the front."""
        dialog = self._dialog or self._made()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.show_state(self._studio.state)
        dialog.ask_again()

    def _made(self) -> DifferencesDialog:
        dialog = self._dialog = DifferencesDialog(self._window)
        dialog.begin_with(self._studio.state)
        dialog.asked.connect(self._answer)
        dialog.opening.connect(self._open)
        dialog.copying.connect(partial(self._copying.copy, then=lambda _: dialog.say_copied()))
        dialog.finished.connect(self.comparing.cancel)
        return dialog

    @Slot(object)
    def _show_state(self, state: State) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_state(state)

    @Slot(object)
    def _answer(self, question: StepQuestion) -> None:
        self._question = question
        self.comparing.cancel()
        answer = partial(self._show_answer, question)
        self.comparing.add(Task(self.tr("Comparing steps"), lambda monitor: answered(question), answer))

    def _show_answer(self, question: StepQuestion, answer: StepAnswer) -> None:
        if question is self._question and self._dialog is not None:
            self._question = None
            self._dialog.show_answer(answer)

    @Slot(str, int, int)
    def _note_progress(self, title: str, done: int, total: int) -> None:
        """Tell that the last question is not answered, once nothing is being done any more."""
        if total == 0 and self._question is not None and self._dialog is not None:
            self._question = None
            self._dialog.say_cancelled()

    @Slot(int)
    def _open(self, place: int) -> None:
        """Ask for a file with the steps of one of the lists."""
        dialog = self._dialog
        if dialog is None:
            return
        path = self._dialogs.open_one(self.tr("Open steps"), step_list_filters())
        if path:
            dialog.sides[place].steps.enter(f"file:{path}")
