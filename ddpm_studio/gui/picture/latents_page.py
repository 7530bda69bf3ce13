"""Latents page: a picture's latents, and x_t of them under every visible schedule, as a latent model sees them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.gui.picture.latent_look import look_of, looked_at
from ddpm_studio.gui.picture.tile import MIDDLE, Caption, Tile, text_height
from ddpm_studio.gui.picture.tile_arrangement import arrange
from ddpm_studio.gui.state.run import LatentLook
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.texts import visible


class LatentTiles(QWidget):
    """Tiles of pictures of one shape, as large as fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 52)
        self._tokens, self.tiles = LIGHT, list[Tile]()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        for tile in self.tiles:
            tile.set_theme(tokens)

    def show_pictures(self, images: NDArray[np.uint8], captions: list[Caption]) -> None:
        """Show pictures, bytes (S, H, W, C), each with its caption."""
        while len(self.tiles) > len(images):
            self.tiles.pop().deleteLater()
        while len(self.tiles) < len(images):
            tile = Tile(self)
            tile.setStatusTip("")
            tile.set_theme(self._tokens)
            self.tiles.append(tile)
        for tile, image, caption in zip(self.tiles, images, captions, strict=True):
            tile.set_image(to_qimage(image))
            tile.set_caption(caption)
            tile.show()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the pictures."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self.tiles:
            return
        image, area = self.tiles[0].image, (self.width(), self.height())
        height = partial(text_height, self.fontMetrics().height(), histogram=False, brief=True)
        plan = arrange(len(self.tiles), area, image.width() / image.height(), height, MIDDLE)
        for tile, place in zip(self.tiles, plan.places(len(self.tiles), area), strict=True):
            tile.set_geometry(place, plan.picture, plan.beside, brief=True)


class LatentsPage(QWidget):
    """Shows a State in which latents are noised. `look_wanted` asks for the pictures, which come by `show_looked`."""

    look_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._tokens = State(), LIGHT
        self._look: LatentLook | None = None
        self.tiles, self.said, self.decode = LatentTiles(), QLabel(), QPushButton(self.tr("Decode"))
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.decode.setToolTip(self.tr("Turn the latents of this moment into pictures, which takes longer"))
        self.decode.clicked.connect(self._ask_decoded)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.decode, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.tiles, 1)
        column.addLayout(row)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        self.tiles.set_theme(tokens)
        if self._look is not None:
            self.look_wanted.emit(self._look)  # Captions, whose lines have other colours now, come with the pictures.

    def show_state(self, state: State) -> None:
        """Ask for what is to be seen of a state, if that is something else."""
        self._state, before, self._look = state, self._look, look_of(state)
        if self._look is not None and self._look != before:
            if before is None or self._look.picture is not before.picture:
                self.said.setText(self.tr("Encoding {name} …").format(name=visible(self._look.picture.name)))
            self.look_wanted.emit(self._look)

    @Slot(object, object, str)
    def show_looked(self, look: LatentLook, images: NDArray[np.uint8] | None, refusal: str) -> None:
        """Show the pictures of a look, or why there are none; those of an earlier one are not wanted any more."""
        if replace(look, decoded=False) != self._look:
            return
        if images is None:
            self.said.setText(refusal)
            return
        self.said.setText(self.tr("Decoded") if look.decoded else self.tr("Previews of latents"))
        self.tiles.show_pictures(images, self._captions())

    @Slot()
    def _ask_decoded(self) -> None:
        if self._look is not None:
            self.said.setText(self.tr("Decoding …"))
            self.look_wanted.emit(replace(self._look, decoded=True))

    def _captions(self) -> list[Caption]:
        state = self._state
        assert state.picture is not None, "nothing is looked at without a picture"
        captions = [Caption(self.tr("Encoded"), (visible(state.picture.name),), names=1)]
        for entry in looked_at(state):
            letter, t = state.letter(entry), self.tr("t = {t}").format(t=state.t_of(entry))
            title, telling = (f"{letter}  {each}" for each in (state.shown_title(entry), state.telling_title(entry)))
            captions.append(Caption(title, (t,), STYLES[entry.style].pen(self._tokens), telling=telling))
        return captions
