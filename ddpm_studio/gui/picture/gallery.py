"""The gallery: the original and x_t under every visible schedule, side by side, as large as fits."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import CLEAN, Noising, Weights
from ddpm_studio.gui.picture.readings import Powers, ValueSample, schedule_snr_db
from ddpm_studio.gui.picture.tile import MIDDLE, Caption, Tile, text_height
from ddpm_studio.gui.picture.tile_arrangement import GAP, TileArrangement, arrange
from ddpm_studio.gui.state.noise import epsilon_of
from ddpm_studio.gui.state.window import Entry, Picture, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.numerals import numeral

FEW = 3
"""Significant digits in tiles that have no room for all; their tips do."""

MOST = 16
"""Schedules that have a tile: of more, nobody sees anything in a tile."""

WIDEST_T, WIDEST_VALUE = 8888, -88.888


class Gallery(QWidget):
    """Shows a State that has a picture. ε is drawn once per (picture, seed), and only the weights change with t."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 90)
        self._tokens = LIGHT
        self._state = State()
        self._tiles: list[Tile] = []
        self._painted: list[Weights | None] = []
        self._noising: Noising | None = None

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours; schedules have different ones on a dark background."""
        self._tokens = tokens
        for tile in self._tiles:
            tile.set_theme(tokens)
        if self._tiles:
            self._write_captions()

    def show_state(self, state: State) -> None:
        """Show the picture of `state`, recomputing only what differs from what is shown."""
        before, self._state = self._state, state
        if self._picture is not before.picture or state.seed != before.seed:
            self._draw_noise()
        if state.histogram != before.histogram:
            self._forget()
        self._make_tiles(1 + len(self.entries))
        self._arrange()
        self._paint_changed()
        self._write_captions()
        if _told_in_tips(state) != _told_in_tips(before):
            self._write_tips()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The original's tile, and one for each of `entries`."""
        return tuple(self._tiles)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The visible schedules that have a tile, in the list's order: MOST of them around the selected one."""
        visible = self._state.visible
        before = next((place for place, entry in enumerate(visible) if entry.key == self._state.selected), 0)
        first = max(0, min(before - MOST // 2, len(visible) - MOST))
        return visible[first : first + MOST]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the pictures."""
        super().resizeEvent(event)
        if self._tiles:
            self._arrange()
            self._paint_changed()

    @property
    def _picture(self) -> Picture:
        assert self._state.picture is not None
        return self._state.picture

    def _draw_noise(self) -> None:
        pixels = self._picture.pixels
        self._epsilon = epsilon_of(pixels.shape, self._state.seed)
        self._powers = Powers.of(pixels, self._epsilon)
        self._sample = ValueSample(pixels, self._epsilon)
        self._noising = None

    def _make_tiles(self, count: int) -> None:
        while len(self._tiles) > count:
            self._tiles.pop().deleteLater()
            self._painted.pop()
        while len(self._tiles) < count:
            tile = Tile(self)
            tile.set_theme(self._tokens)
            tile.show()
            self._tiles.append(tile)
            self._painted.append(None)

    def _arrange(self) -> None:
        height, width, _ = self._picture.pixels.shape
        area = self.width(), self.height()
        plan = arrange(len(self._tiles), area, width / height, self._text_height, MIDDLE)
        for tile, place in zip(self._tiles, self._places(plan), strict=True):
            tile.set_geometry(place, plan.picture, plan.beside)
        shown = plan.picture[0] * self.devicePixelRatioF()
        self._reduce_by(max(1, int(width / shown)))

    def _text_height(self, width: int) -> int:
        return text_height(self.fontMetrics().height(), width, self._state.histogram)

    def _places(self, plan: TileArrangement) -> Iterator[QRect]:
        width, height = plan.cell
        rows = -(-len(self._tiles) // plan.columns)
        left = (self.width() - plan.columns * (width + GAP) + GAP) // 2
        top = max(0, (self.height() - rows * (height + GAP) + GAP) // 2)
        for number in range(len(self._tiles)):
            row, column = divmod(number, plan.columns)
            yield QRect(left + column * (width + GAP), top + row * (height + GAP), width, height)

    def _reduce_by(self, reduction: int) -> None:
        if self._noising is None or self._noising.reduction != reduction:
            self._noising = Noising(self._picture.pixels, self._epsilon, reduction)
            self._forget()

    def _forget(self) -> None:
        self._painted = [None] * len(self._tiles)

    def _wanted(self) -> list[Weights]:
        state = self._state
        return [CLEAN, *(weights_at(entry.schedule, state.t_of(entry)) for entry in self.entries)]

    def _paint_changed(self) -> None:
        assert self._noising is not None
        wanted = self._wanted()
        changed = [place for place, weights in enumerate(wanted) if weights != self._painted[place]]
        images = self._noising.images([wanted[place] for place in changed])
        for place, image in zip(changed, images, strict=True):
            self._tiles[place].set_image(to_qimage(image))
            self._tiles[place].set_density(self._sample.density(wanted[place]) if self._state.histogram else None)
        self._painted = [*wanted]

    def _write_captions(self) -> None:
        original, *others = self._tiles
        widest = self._forms(WIDEST_T, WIDEST_VALUE, WIDEST_VALUE, WIDEST_VALUE)
        original.set_caption(Caption(self.tr("Original"), self._about_original()))
        for entry, tile in zip(self.entries, others, strict=True):
            pen = STYLES[entry.style].pen(self._tokens.dark)
            title = f"{self._state.letter(entry)}  {self._state.shown_title(entry)}"
            items, *shorter = self._numbers(entry)
            tile.set_caption(Caption(title, items, pen, tuple(shorter), widest))

    def _about_original(self) -> tuple[str, ...]:
        height, width, _ = self._picture.pixels.shape
        full = self._picture.full_size
        if full == (width, height):
            return self._picture.name, _size(width, height)
        return (
            self.tr("shown at {size}").format(size=_size(width, height)),
            self.tr("saved at {size}").format(size=_size(*full)),
        )

    def _write_tips(self) -> None:
        meaning = self.tr(
            "SNR: the schedule's ᾱ/(1−ᾱ); measured: the SNR of this picture's values and its ε.\n"
            "PSNR: x_t before clipping against the original, whose values span 2.\n"
            "Values from −1 to 1 are shown as black to full brightness; values outside are clipped."
        )
        if self._state.histogram:
            meaning += "\n" + self.tr("Histogram: the values of x_t; the line is the density of N(0, 1).")
        original, *others = self._tiles
        original.setToolTip(plain_tip(self._picture.source or self._picture.name))
        for entry, tile in zip(self.entries, others, strict=True):
            tile.setToolTip(plain_tip(f"{self._state.shown_title(entry)}\n{entry.schedule}\n\n{meaning}"))

    def _numbers(self, entry: Entry) -> tuple[tuple[str, ...], ...]:
        t = self._state.t_of(entry)
        weights = weights_at(entry.schedule, t)
        return self._forms(
            t, schedule_snr_db(entry.schedule, t), self._powers.snr_db(weights), self._powers.psnr_db(weights)
        )

    def _forms(self, t: int, snr: float, measured: float, psnr: float) -> tuple[tuple[str, ...], ...]:
        """The numbers of a caption with all digits, with few, and with nothing beside them."""
        few = tuple(numeral(value, FEW) for value in (snr, measured, psnr))
        return (
            self._worded(t, *(numeral(value) for value in (snr, measured, psnr))),
            self._worded(t, *few),
            (str(t), *few),
        )

    def _worded(self, t: int, snr: str, measured: str, psnr: str) -> tuple[str, ...]:
        return (
            self.tr("t = {t}").format(t=t),
            self.tr("SNR {value} dB").format(value=snr),
            self.tr("measured {value} dB").format(value=measured),
            self.tr("PSNR {value} dB").format(value=psnr),
        )


def _told_in_tips(state: State) -> tuple[object, ...]:
    """What the tips depend on: of many schedules, those that are shown as well, which the selected one decides."""
    return state.entries, state.selected, state.picture, state.histogram


def _size(width: int, height: int) -> str:
    return f"{width} × {height}"
