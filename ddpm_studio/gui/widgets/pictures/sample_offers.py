"""The menu of pictures in grids, such as those that a run draws."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.widgets.pictures.enlarging import Enlarging
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu
from ddpm_studio.gui.widgets.pictures.sample_grid import SampleGrid


class SampleOffers(QObject):
    """Offers to copy, save or enlarge a picture of the grids. `save_wanted` has a QImage of it at its own size.

    `dragged` has the number of the one that is dragged out, and such an image.
    """

    save_wanted = Signal(object)
    dragged = Signal(int, object)

    def __init__(self, grids: Sequence[SampleGrid], enlarging: Enlarging, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = PictureMenu(parent)
        for action in (self.menu.histogram, self.menu.open):
            action.setVisible(False)
        self._enlarging = enlarging
        self._number = 0
        for grid in grids:
            grid.asked.connect(self._open)
            grid.dragged.connect(self.dragged)
        self.menu.save_wanted.connect(self.save_wanted)
        self.menu.enlarge_wanted.connect(self._enlarge)

    @Slot(int, object, QPoint)
    def _open(self, number: int, image: QImage, place: QPoint) -> None:
        self._number = number
        self.menu.show_enlarged(self._enlarging.active)
        self.menu.open_for(image, place)

    @Slot(object)
    def _enlarge(self, image: QImage) -> None:
        self._enlarging.toggle(self._number)
