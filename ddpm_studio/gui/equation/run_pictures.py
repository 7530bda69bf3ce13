"""Pictures of a run beside the row of its solver's table: x_t, and the estimate x̂_0 that it was made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.equation.formula import Symbol, Thumbnail
from ddpm_studio.gui.state.run import RunFrame
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.pictures.picture_menu import PictureMenu
from ddpm_studio.gui.widgets.qimages import to_qimage

if TYPE_CHECKING:
    from ddpm_studio.sampling.eight_bit import EightBit

TOP = Qt.AlignmentFlag.AlignTop


class RunPictures(QWidget):
    """Shows one of the pictures that a run draws, at a step, in −1 … 1.

    `dragged` has its number and the QImage that is dragged out, `save_wanted` such an image, each at its own size.
    """

    dragged = Signal(int, object)
    save_wanted = Signal(object)

    def __init__(self, size: float, parent: QWidget | None = None) -> None:
        """`size` is that of the symbols' font, as a share of the window's."""
        super().__init__(parent)
        self.symbols, self.thumbnails = (Symbol("x_t", size), Symbol("x̂_0", size)), (Thumbnail(), Thumbnail())
        self.menu = PictureMenu(self)
        for action in (self.menu.enlarge, self.menu.histogram, self.menu.open):
            action.setVisible(False)
        self.menu.save_wanted.connect(self.save_wanted)
        self._frame: RunFrame | None = None
        self._number, self._side = 0, 0
        self._lay_out()

    def show_frame(self, frame: RunFrame | None) -> None:
        """Show a step of a run, or nothing."""
        self._frame = frame
        self._show()

    @Slot(int)
    def show_sample(self, number: int) -> None:
        """Show this one of the pictures that are drawn, or the first if there are fewer."""
        self._number = number
        self._show()

    def set_side(self, side: int) -> None:
        """Have pictures no larger than a square with this side, in pixels; 0 for none."""
        if side != self._side:
            self._side = side
            self._show()

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        for symbol in self.symbols:
            symbol.set_theme(tokens)

    def _show(self) -> None:
        frame, side = self._frame, self._side
        self.setVisible(frame is not None and side > 0)
        if frame is not None and side > 0:
            for thumbnail, drawn in zip(self.thumbnails, (frame.x, frame.x0), strict=True):
                thumbnail.show_image(to_qimage(seen(drawn.only(self._shown(drawn)).fixed())[0]), side)

    def _shown(self, drawn: EightBit) -> int:
        """The number of the picture that is shown of these."""
        return self._number if self._number < len(drawn.levels) else 0

    @Slot(QPoint)
    def _open(self, thumbnail: Thumbnail, place: QPoint) -> None:
        self.menu.open_for(thumbnail.image, place)

    @Slot()
    def _drag(self, thumbnail: Thumbnail) -> None:
        if self._frame is not None:
            self.dragged.emit(self._shown(self._frame.x), thumbnail.image)

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        names = self.tr("x_t of the run"), self.tr("The run’s estimate of x₀")
        for symbol, thumbnail, name in zip(self.symbols, self.thumbnails, names, strict=True):
            thumbnail.setAccessibleName(name)
            thumbnail.setToolTip(name)
            thumbnail.asked.connect(partial(self._open, thumbnail))
            thumbnail.dragged.connect(partial(self._drag, thumbnail))
            row.addWidget(symbol, 0, TOP)
            row.addWidget(thumbnail, 0, TOP)
        self.hide()
