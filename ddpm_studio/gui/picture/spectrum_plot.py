"""SpectrumPlot: the power of a picture at each fineness of detail, against the noise of the moment."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.diffusion.resolution.spectrum import Spectrum
from ddpm_studio.gui.picture.readings import keep_spectrum, known_spectrum
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.tasks import NewestOnly
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.bare_plot import BarePlot
from ddpm_studio.gui.widgets.line_plot import Axis, Strokes, polygon_of
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.numerals import brief

AT_ONCE = 3 * 256 * 256
"""Values of a picture whose spectrum takes no longer than a frame; that of 1024 × 1024 pixels takes seven."""

NAMED = 6
"""Schedules that are told of beside the plot; all are in its tip."""

FAINTEST = 1e-12
"""The least power that is drawn, −120 dB."""

ROOM = 3.0
"""What is left free above and below the spectrum, in dB."""

DOT = 6.0

UNKNOWN = "…"
NONE = Spectrum(0, np.zeros(1), np.zeros(1))
"""What is shown before there is a spectrum."""

_Stroke = tuple[QPolygonF, QPen, bool]


class SpectrumPlot(QWidget):
    """Shows the spectrum of a State's picture, which is computed once, and where each schedule's noise crosses it.

    That of a large picture is computed beside the window; until then the last one stays. `known` says that it is there.
    """

    known = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._state = State()
        self.computing = NewestOnly(self)
        self._picture: Picture | None = None
        self._spectrum = NONE
        self._strokes = Strokes()
        self._plot = BarePlot(Axis("left"), _Octaves("bottom", least=1.0))
        self._plot.add(self._strokes)
        self._view = pg.GraphicsView(useOpenGL=False)
        self._view.setCentralItem(self._plot)
        self._view.setAccessibleName(self.tr("Spectrum of the picture"))
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setWordWrap(True)
        self._words.setMinimumWidth(1)
        self._write_axes()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._words)
        column.addWidget(self._view, 1)
        self.setMinimumSize(160, 52)

    def _write_axes(self) -> None:
        """Say what the axes are, in the corner that spectra, which fall, leave free."""
        self.axes = QLabel()
        self.axes.setProperty("role", "muted")
        self.axes.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        corner = QVBoxLayout(self._view)
        corner.setContentsMargins(0, 2, 6, 0)
        corner.addWidget(self.axes, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    @property
    def spectrum(self) -> Spectrum:
        """The spectrum that is shown."""
        return self._spectrum

    def strokes(self) -> list[_Stroke]:
        """What is drawn: points (log2 of cycles, dB) with their pen, and whether they are dots."""
        return self._strokes.strokes()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._view.setBackground(QColor(tokens.surface))
        self._words.setFont(number_font(self.font()))
        self._plot.colour(tokens)
        if self._picture is not None:
            self._draw()

    def show_state(self, state: State) -> None:
        """Show the picture of `state`, which has one, under its visible schedules at the moment."""
        assert state.picture is not None
        self._state = state
        if state.picture is not self._picture:
            self._analyse(state.picture)
        self._draw()

    def told(self) -> str:
        """What is left under each visible schedule, in plain text."""
        return " · ".join(f"{self._state.letter(entry)} {self._left(entry)}" for entry in self._state.visible)

    # computing

    def _analyse(self, picture: Picture) -> None:
        self._picture, pixels = picture, picture.pixels
        known = known_spectrum(picture)
        beside = known is None and pixels.size > AT_ONCE
        self.computing.do(lambda: known or Spectrum.of(pixels), self._take, beside=beside)
        self._say_what_is_shown()

    def _take(self, spectrum: Spectrum | None) -> None:
        """Show a spectrum, or that there is none."""
        self._spectrum = NONE if spectrum is None else spectrum
        if self._picture is not None and spectrum is not None:
            keep_spectrum(self._picture, spectrum)
            self.known.emit()
        self._say_what_is_shown()
        self._fit()
        self._draw()

    def _say_what_is_shown(self) -> None:
        if self.computing.under_way:
            self.axes.setText(self.tr("being computed…"))
        else:
            self.axes.setText(self.tr("dB over waves") if self._spectrum is not NONE else self.tr("not computed"))

    # drawing

    def _fit(self) -> None:
        """Show as many octaves as the picture has, and as many decibels."""
        levels = _decibels(self._spectrum.seen) if len(self._spectrum.seen) else np.zeros(1)
        octaves = math.log2(max(2, len(self._spectrum.seen)))
        room = (float(levels.min()) - ROOM, float(levels.max()) + ROOM)
        self._plot.vb.setRange(xRange=(0.0, octaves), yRange=room, padding=0.02, disableAutoRange=True)

    def _draw(self) -> None:
        visible = self._state.visible
        self._strokes.set_strokes([] if self._spectrum is NONE else list(self._lines(visible)))
        self._words.setText(self._sentence(visible))
        self._view.setAccessibleDescription(self.told())
        self.setToolTip(plain_tip(self._tip()))

    def _lines(self, visible: Sequence[Entry]) -> Iterator[_Stroke]:
        for entry in visible:
            yield from self._crossing(entry)
        yield self._curve()
        yield from map(self._floor, visible)

    def _curve(self) -> _Stroke:
        pen = QPen(QColor(self._tokens.text), 1.5)
        pen.setCosmetic(True)
        spectrum = self._spectrum
        return polygon_of(np.log2(spectrum.cycles), _decibels(spectrum.seen)), pen, False

    def _floor(self, entry: Entry) -> _Stroke:
        """The noise of a schedule, which has the same power at every fineness."""
        level, octaves = self._level(entry), math.log2(max(2, len(self._spectrum.seen)))
        ends = QPolygonF([QPointF(x, level) for x in (0.0, octaves)] if math.isfinite(level) else [])
        return ends, STYLES[entry.style].pen(self._tokens), False

    def _crossing(self, entry: Entry) -> Iterator[_Stroke]:
        """A dot where the picture comes out of the noise, and a line from it down to the axis."""
        cycles, level = self._spectrum.finest(self._weights(entry)), self._level(entry)
        if not cycles or not math.isfinite(level):
            return
        x, color = math.log2(cycles), STYLES[entry.style].color(self._tokens.dark)
        down = QPen(color, 1.0, Qt.PenStyle.DotLine)
        dot = QPen(color, DOT, c=Qt.PenCapStyle.RoundCap)
        for pen in (down, dot):
            pen.setCosmetic(True)
        bottom = self._plot.vb.viewRange()[1][0]
        yield QPolygonF([QPointF(x, level)]), dot, True
        yield QPolygonF([QPointF(x, level), QPointF(x, bottom)]), down, False

    def _weights(self, entry: Entry) -> Weights:
        return weights_at(entry.schedule, self._state.t_of(entry))

    def _level(self, entry: Entry) -> float:
        """(1−ᾱ)/ᾱ in decibels, which is minus the SNR."""
        signal, noise = self._weights(entry)
        if signal == 0 or noise == 0:
            return math.inf if signal == 0 else -math.inf
        return 20 * (math.log10(noise) - math.log10(signal))

    # telling

    def _left(self, entry: Entry) -> str:
        if self._spectrum is NONE:
            return UNKNOWN
        pixels = self._spectrum.finest_pixels(self._weights(entry))
        if math.isinf(pixels):
            return self.tr("nothing")
        return self.tr("{pixels} px").format(pixels=brief(pixels))

    def _sentence(self, visible: Sequence[Entry]) -> str:
        """What is left under the selected schedule and a few others, each in its colour."""
        state = self._state
        first = [entry for entry in visible if entry.key == state.selected] + [
            entry for entry in visible if entry.key != state.selected
        ]
        named = {entry.key for entry in first[:NAMED]}
        parts = [self._coloured(entry) for entry in visible if entry.key in named]
        if len(visible) > NAMED:
            parts.append(f"+{len(visible) - NAMED}")
        heading = html.escape(self.tr("Finest detail that survives:"))
        return f"{heading} {' · '.join(parts)}"

    def _coloured(self, entry: Entry) -> str:
        color = STYLES[entry.style].color(self._tokens.dark).name()
        left = html.escape(self._left(entry)).replace(" ", "\N{NO-BREAK SPACE}")
        return f'<span style="color:{color}"><b>{self._state.letter(entry)}</b>&nbsp;{left}</span>'

    def _tip(self) -> str:
        about = self.tr(
            "Line: the power of the picture in dB, at so many waves across its longer side, as the mean of all "
            "directions and channels; faded out at its edges.\n"
            "Level lines: the noise of each schedule at this moment, (1−ᾱ)/ᾱ, as much at every fineness.\n"
            "Detail is visible where the picture is above the noise; px is the length of its waves in pixels.\n"
            "A picture of twice the size has four times the power at as many waves: to be hidden as far, it wants an "
            "SNR shift of 4, or a shift of 2 of a flow."
        )
        return f"{self.told()}\n\n{about}"


class _Octaves(Axis):
    """An axis of numbers of waves, each tick twice as many as the one before."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The numbers of waves at whole octaves."""
        return [str(2 ** round(value)) if value >= 0 else "" for value in values]


def _decibels(powers: Array) -> Array:
    return np.asarray(10 * np.log10(np.maximum(powers, FAINTEST)))
