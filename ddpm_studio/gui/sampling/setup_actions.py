"""Setup actions: change the setup's settings and lines, and choose which line the controls change."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import MAX_SAMPLERS
from ddpm_studio.gui.state.studio import Studio


class SetupActions(QObject):
    """Passes what was chosen in the panel to the Studio."""

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio

    @Slot(str, object)
    def change_setting(self, name: str, value: object) -> None:
        """Change a setting of the run."""
        self._studio.set_sampling(**{name: value})

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """Say that a setting's slider is held, or released."""
        self._studio.set_adjusting(held)

    @Slot(str, object)
    def change_line(self, name: str, value: object) -> None:
        """Change a field of the chosen line; another solver starts with its own options."""
        if name == "spacing":
            self._studio.set_steps(str(value))
            return
        changes = {"solver": value, "options": ()} if name == "solver" else {name: value}
        self._studio.set_sampling(lines=self._studio.state.sampling.with_line(**changes).lines)

    @Slot(int)
    def choose_line(self, number: int) -> None:
        """Choose the line that the controls change."""
        self._studio.leaving.emit()
        self._studio.set_sampling(chosen=number)

    @Slot()
    def add_line(self) -> None:
        """Add a copy of the chosen line to compare with, which can then be changed."""
        self._studio.leaving.emit()
        setup = self._studio.state.sampling
        if len(setup.lines) < MAX_SAMPLERS:
            added = replace(setup.line, key=1 + max(line.key for line in setup.lines))
            self._studio.set_sampling(lines=(*setup.lines, added), chosen=len(setup.lines))

    @Slot(int)
    def remove_line(self, number: int) -> None:
        """Remove a line; the last one stays."""
        self._studio.leaving.emit()
        setup = self._studio.state.sampling
        lines = setup.lines[:number] + setup.lines[number + 1 :]
        if lines:
            chosen = setup.chosen - (number < setup.chosen)
            self._studio.set_sampling(lines=lines, chosen=min(chosen, len(lines) - 1))

    @Slot(object, str)
    def add_schedule(self, schedule: Schedule, name: str) -> None:
        """Add a checkpoint's schedule to the list."""
        self._studio.add(schedule, name)
