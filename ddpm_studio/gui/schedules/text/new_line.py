"""NewLine: the empty line below the list, in which another schedule is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.schedule_family import Specified
from ddpm_studio.diffusion.steps.bare_lists import is_steps
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.schedules.text.completion import steps_wanted
from ddpm_studio.gui.schedules.text.spec_field import SpecField
from ddpm_studio.gui.state.given_names import preset_named


class NewLine(SpecField):
    """Takes a schedule, the name of a preset, steps, or several lines; it is empty again once that is in the list.

    A text without a T means the same as everywhere. Where that of the `chosen` schedule is another, the first
    Enter writes it into the text, where it can be typed over, and so does leaving the line; once it was there, a text
    without a T is left alone.

    `finished` has the text, and whether it was by Enter: who leaves the line for a button means what is chosen by then.
    """

    finished = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = Schedule()
        self._has_written = False
        self.draft.given_up.connect(self._forget)
        self.setProperty("role", "new")
        self.setAccessibleName(self.tr("Another schedule as one line"))
        self.setPlaceholderText(self.tr("a schedule, steps, or a paste"))
        self.setToolTip(
            self.tr("Type a schedule or a preset’s name, or paste several lines; Enter adds it")
            + "\n"
            + self.tr("A range of values, as in cosine:s=0.005..0.03, draws several schedules")
            + "\n"
            + self.tr("Steps, such as karras:steps=10 or a list of σ, go below the chosen schedule")
        )
        self.entered.connect(self._finished)

    def read(self, text: str) -> Specified | None:
        """The schedule or family that a text describes or names."""
        preset = preset_named(name_apart(text)[0])
        return super().read(preset.spec if preset else text)

    def above(self) -> Schedule:
        """The chosen schedule."""
        return self.chosen

    def steps(self) -> int:
        """The T of the chosen schedule, as for what the menu adds."""
        return self.chosen.T

    def moved_on(self, event: QKeyEvent) -> bool:
        """Write T at the first Enter, if there is none and it would be another than that of the chosen schedule."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.draft.reason
        wanted = self._steps_wanted(self.text()) if is_enter else None
        if wanted is None:
            return False
        place, text = wanted
        # The letters before it as well: what takes the place of others is a step of its own for Undo.
        self.replace((0, place), self.text()[:place] + text)
        value = text.strip(":,").partition("=")[2]
        self.setSelection(place + text.index(value), len(value))
        self._has_written = True
        self.led_on()
        return True

    def _steps_wanted(self, text: str) -> tuple[int, str] | None:
        if self._has_written or is_steps(text):
            return None
        return steps_wanted(name_apart(text)[0], self.chosen.T)

    @Slot()
    def _forget(self) -> None:
        self._has_written = False

    @Slot(str)
    def _finished(self, text: str) -> None:
        by_enter = self.hasFocus()
        if not by_enter:
            text = self._as_left(text)
        self._forget()
        self.finished.emit(text, by_enter)

    def _as_left(self, text: str) -> str:
        """A text as it is taken when the line is left: what no Enter wrote into it is written now."""
        wanted = self._steps_wanted(text)
        if wanted is None or not self.is_good(text):
            return text
        place, steps = wanted
        self.setText(text[:place] + steps + text[place:])
        self.draft.note(self.text())
        self.draft.wait()
        return self.text()

    def text_of(self, offer: Completion) -> str:
        """A preset is offered by its name, by which it is known in the list."""
        return offer.label if offer.is_preset else offer.text
