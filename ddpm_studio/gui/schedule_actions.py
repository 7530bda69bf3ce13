"""ScheduleActions: actions on the selected schedule and its neighbours in the list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.snippets import diffusers_snippet, numpy_snippet
from ddpm_studio.gui.copying import Copying
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.translation import translated


class ScheduleActions(QObject):
    """Actions that take more than one call of the Studio. `said` reports what was done.

    `spec_refused` has the reason why a line of text that was entered describes no schedule.
    """

    said = Signal(str)
    spec_refused = Signal(str)

    def __init__(self, studio: Studio, copying: Copying, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._copying = copying

    @Slot(str)
    def enter_spec(self, text: str) -> None:
        """Replace the selected schedule with the one that a line of text describes."""
        try:
            self._studio.set_schedule(Schedule.parse(text))
        except StudioError as error:
            self.spec_refused.emit(translated(error))

    @Slot()
    def duplicate(self) -> None:
        """Add a copy of the selected schedule."""
        self._studio.duplicate(self._studio.state.selected)

    @Slot()
    def remove(self) -> None:
        """Remove the selected schedule from the list."""
        self._studio.remove(self._studio.state.selected)

    @Slot()
    def select_previous(self) -> None:
        """Select the schedule above."""
        self._select_beside(-1)

    @Slot()
    def select_next(self) -> None:
        """Select the schedule below."""
        self._select_beside(1)

    def _select_beside(self, step: int) -> None:
        entries = self._studio.state.entries
        place = entries.index(self._studio.state.current) + step
        if 0 <= place < len(entries):
            self._studio.select(entries[place].key)

    @Slot()
    def copy_spec(self) -> None:
        """Copy the selected schedule in the form that the command line takes."""
        self._copy(str)

    @Slot()
    def copy_numpy(self) -> None:
        """Copy code that rebuilds the selected schedule with NumPy."""
        self._copy(numpy_snippet)

    @Slot()
    def copy_diffusers(self) -> None:
        """Copy code that builds a diffusers scheduler with the selected schedule."""
        self._copy(diffusers_snippet)

    def _copy(self, described: Callable[[Schedule], str]) -> None:
        self._copying.copy(map(described, [self._studio.state.current.schedule]), self._say_copied)

    def _say_copied(self, text: str) -> None:
        first = text.splitlines()[0]
        self.said.emit(self.tr("Copied: {text}").format(text=first if first == text else f"{first} …"))
