"""AddendOffers: what can be done with the pictures of the forward equation: their menu, and dragging them out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.equation.formula import Thumbnail
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu


class AddendOffers(QObject):
    """Offers to copy, save and enlarge a picture at full size, as it enters the equation.

    `dragged` has the one that is dragged out, a PictureAt.
    """

    dragged = Signal(object)

    def __init__(self, thumbnails: Mapping[Pictured, Thumbnail], parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = PictureMenu(parent)
        self._state = State()
        for shows, thumbnail in thumbnails.items():
            thumbnail.asked.connect(partial(self._open, shows))
            thumbnail.dragged.connect(partial(self._drag, shows))

    def show_state(self, state: State) -> None:
        """Have the pictures of this state."""
        self._state = state

    def _at(self, shows: Pictured) -> PictureAt:
        return PictureAt(self._state.current, self._state.t, shows)

    def _open(self, shows: Pictured, place: QPoint) -> None:
        self.menu.histogram.setChecked(self._state.histogram)
        self.menu.open_for(self._at(shows), place)

    def _drag(self, shows: Pictured) -> None:
        self.dragged.emit(self._at(shows))
