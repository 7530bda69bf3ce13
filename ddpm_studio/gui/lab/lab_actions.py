"""LabActions: what is done in the lab beyond a change of its question."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from ddpm_studio.gui.lab.default_question import default_question
from ddpm_studio.gui.state.studio import Studio


class LabActions(QObject):
    """Asks questions in the lab."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio

    @Slot()
    def ask_default(self) -> None:
        """Ask which solver is best for the checkpoint that the window samples with."""
        self._studio.set_question(default_question(self._studio.state.sampling))
