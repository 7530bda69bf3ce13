"""The gallery: the original and x_t under every visible schedule, side by side, as large as fits."""

from __future__ import annotations

from functools import lru_cache, partial

from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.gui.picture.captions import Captions
from ddpm_studio.gui.picture.closeup import Closeup
from ddpm_studio.gui.picture.readings import Powers, ValueSample, finest_seen
from ddpm_studio.gui.picture.tile import MIDDLE, Tile, text_height
from ddpm_studio.gui.picture.tile_arrangement import TileArrangement, arrange
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.shown_picture import Picture, epsilon_of
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.pictures.look import Look
from ddpm_studio.gui.widgets.pictures.loupe import FACTOR, Loupe, LoupePlace

MOST = 16
"""Schedules that have a tile: of more, nobody sees anything in a tile."""

LEAST_PICTURE, SMALL_PICTURE = 64, 120
"""Heights of pictures below which captions give room to them, and below which they do if it is WORTH_IT."""

WORTH_IT = 1.1
"""Small pictures become larger by this factor, or they keep all of their captions."""

ORIGINAL = -1
"""Stands for the original among the keys of entries."""


class Gallery(QWidget):
    """Shows a State that has a picture. ε is drawn once per (picture, seed), and only the weights change with t.

    One picture may be `enlarged`: then it alone is seen, and computed, or instead of x_t one of its addends. All have
    the same `look`, and the loupe at the same place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 52)
        self._tokens = LIGHT
        self._state = State()
        self._captions = Captions(self)
        self._tiles: list[Tile] = []
        self._painted: list[Weights | None] = []
        self._captioned: dict[Tile, tuple[object, ...]] = {}
        self._tipped: dict[Tile, tuple[object, ...]] = {}
        self._closeup: Closeup | None = None
        self._look = Look()
        self._loupe_at: QPointF | None = None
        self._alone: int | None = None
        self._alone_shows = Pictured.NOISED

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
        if self._picture is not before.picture:
            self._look = Look()
        if state.histogram != before.histogram:
            self._forget()
        self._make_tiles(1 + len(self.entries))
        self._refresh()
        self._write_captions()
        if not _same_tips(state, before):
            self.write_tips()

    # what is in it

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

    @property
    def pictures(self) -> tuple[PictureAt, ...]:
        """What each of the tiles shows."""
        entries = self.entries
        return PictureAt(), *(PictureAt(entry, self._state.t_of(entry), self._shows(entry)) for entry in entries)

    def _shows(self, entry: Entry) -> Pictured:
        return self._alone_shows if entry.key == self._alone else Pictured.NOISED

    @property
    def enlarged(self) -> int | None:
        """The place among the tiles of the one that is seen alone."""
        if self._alone is None:
            return None
        keys = self._keys()
        return keys.index(self._alone) if self._alone in keys else None

    @property
    def seen(self) -> tuple[int, ...]:
        """The places of the tiles that are seen."""
        return tuple(range(len(self._tiles))) if self.enlarged is None else (self.enlarged,)

    def enlarge(self, place: int | None) -> None:
        """Show one picture alone, or all again."""
        focused = holds_focus(self)
        last, self._alone = self.enlarged, None if place is None else self._keys()[place]
        self._alone_shows = Pictured.NOISED
        if focused:
            # Before its tile vanishes, which would pass the focus on to something else.
            chosen = self._tiles[(last or 0) if place is None else place]
            chosen.show()
            chosen.setFocus()
        self._show_others()

    @Slot(object)
    def show_alone(self, at: PictureAt) -> None:
        """Show a picture of an entry alone, as soon as that has one; with the focus, if it does now."""
        assert at.entry is not None
        self._alone, self._alone_shows = at.entry.key, at.shows
        if self.enlarged is not None and self._tiles:
            self._tiles[self.enlarged].show()
            self._tiles[self.enlarged].setFocus()
            self._show_others()

    def _show_others(self) -> None:
        """Show other pictures of the same state."""
        self._refresh()
        self._write_captions()
        self.write_tips()

    @property
    def look(self) -> Look:
        """The part of every picture that is seen."""
        return self._look

    def look_at(self, look: Look) -> None:
        """Show another part of every picture."""
        if look != self._look:
            self._look = look
            self._refresh()

    def hold_loupe(self, at: QPointF | None) -> None:
        """Hold the loupe over every picture, at shares of what is seen of it; with None, put it away."""
        if at != self._loupe_at and self._tiles:
            self._loupe_at = at
            self._paint_loupe()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange the pictures."""
        super().resizeEvent(event)
        if self._tiles:
            self._refresh()

    @property
    def _picture(self) -> Picture:
        assert self._state.picture is not None
        return self._state.picture

    def _keys(self) -> list[int]:
        return [ORIGINAL, *(entry.key for entry in self.entries)]

    def _draw_noise(self) -> None:
        pixels = self._picture.pixels
        self._epsilon = epsilon_of(pixels.shape, self._state.seed)
        self._powers = Powers.of(pixels, self._epsilon)
        self._sample = ValueSample(pixels, self._epsilon)
        self._closeup = None

    def _make_tiles(self, count: int) -> None:
        while len(self._tiles) > count:
            self._tiles.pop().deleteLater()
            self._painted.pop()
        while len(self._tiles) < count:
            tile = Tile(self)
            tile.set_theme(self._tokens)
            self._tiles.append(tile)
            self._painted.append(None)

    # arranging and painting

    def _refresh(self) -> None:
        self._arrange()
        self._paint_changed()
        self._paint_loupe()

    def _arrange(self) -> None:
        height, width, _ = self._picture.pixels.shape
        seen = self.seen
        size, line = (self.width(), self.height()), self.fontMetrics().height()
        plan, brief = _plan(len(seen), size, width / height, line, self._state.histogram)
        for number, place in zip(seen, plan.places(len(seen), size), strict=True):
            self._tiles[number].set_geometry(place, plan.picture, plan.beside, brief)
        for number, tile in enumerate(self._tiles):
            tile.setVisible(number in seen)
        self._bring_close(plan.picture[0] * self.devicePixelRatioF())

    def _bring_close(self, pixels: float) -> None:
        """Noise what is seen of the picture, for tiles that show it in so many of the device's pixels."""
        part = self._part()
        closeup = Closeup(part, max(1, int(part.width() / pixels)))
        if self._closeup is None or self._closeup.what != closeup.what:
            closeup.draw(self._picture.pixels, self._epsilon)
            self._closeup = closeup
            self._forget()

    def _part(self) -> QRectF:
        height, width, _ = self._picture.pixels.shape
        return self._look.part(width, height)

    def _forget(self) -> None:
        self._painted = [None] * len(self._tiles)

    def _wanted(self) -> list[Weights]:
        return [picture.weights for picture in self.pictures]

    def _paint_changed(self) -> None:
        assert self._closeup is not None
        wanted, source = self._wanted(), None if self._look == Look() else self._closeup.source
        changed = [place for place in self.seen if wanted[place] != self._painted[place]]
        for place, image in zip(changed, self._closeup.images([wanted[place] for place in changed]), strict=True):
            self._tiles[place].set_image(image, source)
            self._tiles[place].set_density(self._sample.density(wanted[place]) if self._state.histogram else None)
            self._painted[place] = wanted[place]

    def _paint_loupe(self) -> None:
        if self._loupe_at is None:
            for tile in self._tiles:
                tile.set_loupe(None)
            return
        shown, part = self._tiles[self.seen[0]].shown_at(), self._part()
        loupe = LoupePlace.of(self._loupe_at, shown, part)
        pixels = shown.width() * self.devicePixelRatioF() * FACTOR
        closeup = Closeup(loupe.part, max(1, int(part.width() / pixels)))
        closeup.draw(self._picture.pixels, self._epsilon)
        wanted = self._wanted()
        for place, image in zip(self.seen, closeup.images([wanted[place] for place in self.seen]), strict=True):
            self._tiles[place].set_loupe(Loupe(image, closeup.source, loupe.place))

    def _write_captions(self) -> None:
        original, *others = self._tiles
        if self._captioned.get(original) != (self._picture,):
            original.set_caption(self._captions.of_original(self._picture))
        state, before, self._captioned = self._state, self._captioned, {original: (self._picture,)}
        for entry, picture, tile in zip(self.entries, self.pictures[1:], others, strict=True):
            named = (state.letter(entry), state.shown_title(entry), state.telling_title(entry), entry.style)
            said = (entry.schedule, picture.t, picture.shows, *named, self._powers, self._tokens)
            if before.get(tile) != said:
                tile.set_caption(self._captions.of_entry(state, picture, self._powers, self._tokens))
            self._captioned[tile] = said

    @Slot()
    def write_tips(self) -> None:
        """Write the tips that say something else now."""
        original, *others = self._tiles
        if self._tipped.get(original) != (self._picture,):
            original.setToolTip(self._captions.tip_of_original(self._picture))
        state, before, self._tipped = self._state, self._tipped, {original: (self._picture,)}
        for entry, tile in zip(self.entries, others, strict=True):
            finest = finest_seen(state, entry)
            shows = self._shows(entry)
            self._tipped[tile] = (state.shown_title(entry), str(entry.schedule), state.histogram, finest, shows)
            if before.get(tile) != self._tipped[tile]:
                tile.setToolTip(self._captions.tip_of_entry(state, entry, shows))


@lru_cache(maxsize=4)
def _plan(count: int, area: tuple[int, int], aspect: float, line: int, histogram: bool) -> tuple[TileArrangement, bool]:
    """The arrangement of pictures, and whether captions are brief: where they would leave pictures small."""
    height = partial(text_height, line, histogram=histogram)
    whole = arrange(count, area, aspect, height, MIDDLE)
    if whole.picture[1] >= SMALL_PICTURE:
        return whole, False
    brief = arrange(count, area, aspect, partial(height, brief=True), MIDDLE)
    if whole.picture[1] >= LEAST_PICTURE and brief.picture[1] < WORTH_IT * whole.picture[1]:
        return whole, False
    return brief, True


def _same_tips(state: State, other: State) -> bool:
    """Whether all tips are the same; equal schedules may be written differently, and of many some are shown."""
    same_of = state.entries is other.entries and state.picture is other.picture and state.selected == other.selected
    same_detail = state.spectrum == other.spectrum and (not state.spectrum or state.moment == other.moment)
    return same_of and same_detail and state.histogram == other.histogram
