"""StepFileReader: the files that typed steps name, read beside the window, and the answers to who typed them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.steps.asked_steps import AskedSteps
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.steps.steps_in_files import read_into_steps
from ddpm_studio.gui.translation import translated

CANCELLED = QT_TRANSLATE_NOOP("StepFileReader", "Reading this was cancelled; press Enter to read it again.")

Take = Callable[[AskedSteps], str]
"""A function that takes steps whose files were read, and returns the notes to be said; StudioError if it cannot."""

Answer = Callable[[str, str], object]
"""A function that hears of a typed text that it was taken, "", or why it was not."""


class StepFileReader(QObject):
    """Reads one file after the other, after what is being opened already. `said` has the notes on what was taken."""

    said = Signal(str)

    def __init__(self, pictures: PictureActions, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._awaited: list[tuple[str, Answer]] = []
        pictures.opening.progressed.connect(self._give_up)

    def read(self, text: str, spec: StepsSpec, schedule: Schedule, take: Take, answer: Answer) -> None:
        """Read the files of steps that were typed as a text over a schedule, have them taken, and answer the text."""
        self._awaited.append((text, answer))
        read = partial(read_into_steps, spec, schedule)
        self._pictures.open_beside(Path(spec.files[0]).name, read, partial(self._take, text, take, answer))

    def _take(self, text: str, take: Take, answer: Answer, outcome: AskedSteps | StudioError) -> None:
        if (text, answer) in self._awaited:
            self._awaited.remove((text, answer))
        try:
            if isinstance(outcome, StudioError):
                raise outcome
            notes = take(outcome)
        except StudioError as error:
            answer(text, translated(error))
            return
        answer(text, "")
        if notes:
            self.said.emit(notes)

    @Slot(str, int, int)
    def _give_up(self, title: str, done: int, total: int) -> None:
        """Answer those whose files were not read to the end, once nothing is being opened any more."""
        awaited, self._awaited = (self._awaited, []) if total == 0 else ([], self._awaited)
        for text, answer in awaited:
            answer(text, translated(CANCELLED))
