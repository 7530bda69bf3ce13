"""Enlarging: one picture shown alone in several grids of the same pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.gui.widgets.pictures.sample_grid import SampleGrid


class Enlarging(QObject):
    """Enlarges a picture in all grids on a click; another click brings all pictures back.

    `looked_at` has the number of the picture that is shown alone, or else that of the first.
    """

    looked_at = Signal(int)

    def __init__(self, grids: Sequence[SampleGrid], parent: QObject) -> None:
        super().__init__(parent)
        self._grids = tuple(grids)
        for grid in self._grids:
            grid.clicked.connect(self.toggle)
            grid.turned.connect(self.show_alone)

    @property
    def active(self) -> bool:
        """True if a picture is shown alone."""
        return any(grid.enlarged is not None for grid in self._grids)

    @Slot(int)
    def toggle(self, number: int) -> None:
        """Enlarge a picture, or bring all of them back."""
        active = self.active
        for grid in self._grids:
            grid.enlarge(None if active else number)
        self.looked_at.emit(0 if active else number)

    @Slot(int)
    def show_alone(self, number: int) -> None:
        """Enlarge a picture in place of the one that is."""
        for grid in self._grids:
            grid.enlarge(number)
        self.looked_at.emit(number)
