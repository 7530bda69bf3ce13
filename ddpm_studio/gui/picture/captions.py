"""Captions of the pictures: title, t and readings of each, in as many digits as its tile may have room for."""

from __future__ import annotations

import math
from functools import cached_property

from PySide6.QtCore import QObject

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.gui.picture.readings import Powers, finest_seen, schedule_snr_db
from ddpm_studio.gui.picture.tile import Caption
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import brief, numeral
from ddpm_studio.texts import visible, visible_path

SYMBOLS = {Pictured.PICTURE: "x₀", Pictured.NOISE: "ε"}
"""What the addends are called in a caption."""

WIDEST_T, WIDEST_VALUE = 8888, -88.888


class Captions(QObject):
    """Writes what stands below pictures and in their tips."""

    def of_original(self, picture: Picture) -> Caption:
        """The caption of a picture without noise."""
        height, width, _ = picture.pixels.shape
        if picture.full_size == (width, height):
            return Caption(self.tr("Original"), (visible(picture.name), _size(width, height)), names=1)
        shown = self.tr("shown at {size}").format(size=_size(width, height))
        saved = self.tr("saved at {size}").format(size=_size(*picture.full_size))
        return Caption(self.tr("Original"), (shown, saved))

    def of_entry(self, state: State, at: PictureAt, powers: Powers, tokens: Tokens) -> Caption:
        """The caption of x_t, or an addend of it, under a schedule; `powers` are those of the picture and its ε."""
        entry = at.entry
        assert entry is not None
        if at.shows is not Pictured.NOISED:
            weight = f"{brief(max(at.weights))}·{SYMBOLS[at.shows]}"
            return Caption(f"{state.letter(entry)}  {weight}", (self._t(at.t),), STYLES[entry.style].pen(tokens))
        items, *shorter = self._numbers(state, entry, powers)
        letter, pen = state.letter(entry), STYLES[entry.style].pen(tokens)
        title, telling = (f"{letter}  {each}" for each in (state.shown_title(entry), state.telling_title(entry)))
        return Caption(title, items, pen, tuple(shorter), self._widest, telling)

    @cached_property
    def _widest(self) -> tuple[tuple[str, ...], ...]:
        return self.forms(WIDEST_T, WIDEST_VALUE, WIDEST_VALUE, WIDEST_VALUE)

    def tip_of_original(self, picture: Picture) -> str:
        """The tip of a picture without noise."""
        about = "\n".join([visible_path(picture.source or picture.name), *map(translated, picture.remarks)])
        return plain_tip(f"{about}\n\n{self._gestures()}")

    def tip_of_entry(self, state: State, entry: Entry, shows: Pictured) -> str:
        """The tip of x_t under a schedule, or of an addend of it, of which there is less to say."""
        head = f"{state.shown_title(entry)}\n{entry.schedule}"
        if shows is not Pictured.NOISED:
            return plain_tip(f"{head}\n\n{self._gestures()}")
        meaning = self.tr(
            "SNR: the schedule's ᾱ/(1−ᾱ); measured: the SNR of this picture's values and its ε.\n"
            "PSNR: x_t before clipping against the original, whose values span 2.\n"
            "Values from −1 to 1 are shown as black to full brightness; values outside are clipped."
        )
        if (finest := finest_seen(state, entry)) is not None:
            meaning = f"{self._survives(finest)}\n\n{meaning}"
        if state.histogram:
            meaning += "\n" + self.tr("Histogram: the values of x_t; the line is the density of N(0, 1).")
        return plain_tip(f"{head}\n\n{meaning}\n\n{self._gestures()}")

    def _survives(self, pixels: float) -> str:
        if math.isinf(pixels):
            return self.tr("No detail survives the noise.")
        return self.tr("Finest detail that survives: waves of {pixels} px").format(pixels=brief(pixels))

    def _gestures(self) -> str:
        return self.tr("Double-click: enlarge, and back. Wheel: zoom all pictures. Z held: loupe. Drag: take it out.")

    def _numbers(self, state: State, entry: Entry, powers: Powers) -> tuple[tuple[str, ...], ...]:
        t = state.t_of(entry)
        weights = weights_at(entry.schedule, t)
        return self.forms(t, schedule_snr_db(entry.schedule, t), powers.snr_db(weights), powers.psnr_db(weights))

    def forms(self, t: int, snr: float, measured: float, psnr: float) -> tuple[tuple[str, ...], ...]:
        """The numbers of a caption with all digits, with few, with units alone, and with nothing beside values."""
        few = tuple(brief(value) for value in (snr, measured, psnr))
        return (
            self._worded(t, *(numeral(value) for value in (snr, measured, psnr))),
            self._worded(t, *few),
            (self._t(t), *(self.tr("{value} dB").format(value=each) for each in few)),
            (self.tr("t {t}").format(t=t), *few),
        )

    def _t(self, t: int) -> str:
        return self.tr("t = {t}").format(t=t)

    def _worded(self, t: int, snr: str, measured: str, psnr: str) -> tuple[str, ...]:
        return (
            self._t(t),
            self.tr("SNR {value} dB").format(value=snr),
            self.tr("measured {value} dB").format(value=measured),
            self.tr("PSNR {value} dB").format(value=psnr),
        )


def _size(width: int, height: int) -> str:
    return f"{width} × {height}"
