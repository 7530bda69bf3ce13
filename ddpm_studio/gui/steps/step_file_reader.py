"""StepFileReader: the files that steps name, read beside the window, and the answers to who typed them."""

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
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.steps.steps_in_files import add_read, read_into_steps
from ddpm_studio.gui.translation import translated

CANCELLED = QT_TRANSLATE_NOOP("StepFileReader", "Reading this was cancelled; press Enter to read it again.")

Take = Callable[[AskedSteps], str]
"""A function that takes steps whose files were read, and returns the notes to be said; StudioError if it cannot."""

Answer = Callable[[str, str], object]
"""A function that hears of a typed text that it was taken, "", or why it was not."""


class StepFileReader(QObject):
    """Reads one file after the other, after what is being opened already. `said` has the notes on what was taken."""

    said = Signal(str)

    def __init__(self, studio: Studio, pictures: PictureActions, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._pictures = studio, pictures
        self._awaited: list[tuple[str, Answer]] = []
        pictures.opening.progressed.connect(self._give_up)

    def read(self, text: str, spec: StepsSpec, schedule: Schedule, take: Take, answer: Answer) -> None:
        """Read the files of steps that were typed as a text over a schedule, have them taken, and answer the text."""
        self._awaited.append((text, answer))
        self._read(spec, schedule, partial(self._take, text, take, answer))

    def read_typed_below(self, text: str, spec: StepsSpec, entry: Entry, answer: Answer) -> None:
        """Read the files of steps that were typed as a text, put them below an entry, and answer the text."""
        self.read(text, spec, entry.schedule, partial(add_read, self._studio, entry.key), answer)

    def read_below(self, spec: StepsSpec, entry: Entry) -> None:
        """Read the files of steps that nobody typed, and put them below an entry, or say why not."""
        self._read(spec, entry.schedule, partial(self._add, entry.key))

    def _read(self, spec: StepsSpec, schedule: Schedule, then: Callable[[AskedSteps | StudioError], None]) -> None:
        self._pictures.open_beside(Path(spec.files[0]).name, partial(read_into_steps, spec, schedule), then)

    def _add(self, key: int, outcome: AskedSteps | StudioError) -> None:
        if isinstance(outcome, StudioError):
            self._studio.complain(outcome)
        elif notes := add_read(self._studio, key, outcome):
            self.said.emit(notes)

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
