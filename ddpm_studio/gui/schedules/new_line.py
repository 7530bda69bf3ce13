"""NewLine: the empty line below the list, in which another schedule is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule_family import Specified
from ddpm_studio.gui.schedules.completion import Completion
from ddpm_studio.gui.schedules.spec_field import SpecField
from ddpm_studio.gui.state.titles import preset_named


class NewLine(SpecField):
    """Takes a schedule, the name of a preset, or several lines; it is empty again once that is in the list.

    `finished` has the text, and whether it was by Enter: who leaves the line for a button means what is chosen by then.
    """

    finished = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "new")
        self.setAccessibleName(self.tr("Another schedule as one line"))
        self.setPlaceholderText(self.tr("a schedule, a preset, or a paste"))
        self.setToolTip(self.tr("Type a schedule or a preset’s name, or paste several lines; Enter adds it"))
        self.entered.connect(self._finished)

    def read(self, text: str) -> Specified | None:
        """The schedule or family that a text describes or names."""
        preset = preset_named(name_apart(text)[0])
        return super().read(preset.spec if preset else text)

    @Slot(str)
    def _finished(self, text: str) -> None:
        self.finished.emit(text, self.hasFocus())

    def text_of(self, offer: Completion) -> str:
        """A preset is offered by its name, by which it is known in the list."""
        return offer.label if offer.is_preset else offer.text
