"""Bands of the notes of steps over the strips, as pictures that are painted anew where something else is to be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.state.step_notes import StepNotes, notes_of
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.timeline.notes import paint_line, paint_notes, places


@dataclass(frozen=True)
class BandPlace:
    """Where bands are: a field and its axis, the most rows of notes, the height of each, the device's pixels to one."""

    field: Field
    axis: TimeAxis
    rows: int
    row: int
    ratio: float

    def xs(self, notes: StepNotes) -> Array:
        """The pixels of the notes of a line of steps, NaN for those out of view."""
        return places(notes.positions(self.axis.scale), self.axis, self.field)


class StepBands:
    """The notes of all schedules' steps: a band has a row for each line of its own steps, as far as there are rows."""

    def __init__(self) -> None:
        self._tokens: Tokens = LIGHT
        self._notes: dict[int, tuple[object, list[StepNotes]]] = {}
        self._known: dict[int, tuple[object, QPixmap]] = {}

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours."""
        self._tokens = tokens
        self._known.clear()

    def keep(self, entries: Iterable[Entry]) -> None:
        """Forget the notes of all other schedules."""
        kept = {entry.key for entry in entries}
        self._notes = {key: known for key, known in self._notes.items() if key in kept}
        self._known = {key: known for key, known in self._known.items() if key in kept}

    def notes(self, entry: Entry) -> list[StepNotes]:
        """The notes of a schedule, those of each line of steps that it has; the same as long as these are."""
        known = self._notes.get(entry.key)
        if known is None or known[0] != entry.laid_out:
            self._notes[entry.key] = known = entry.laid_out, notes_of(entry)
        return known[1]

    def rows(self, entry: Entry, place: BandPlace) -> list[tuple[StepNotes, float]]:
        """The notes that have a row, the last row right over the strip, and where they stand from the band's top."""
        shown = self.notes(entry)[: place.rows]
        first = _rows(entry, place) - len(shown) + 0.5
        return [(notes, (first + row) * place.row) for row, notes in enumerate(shown)]

    def of(self, entry: Entry, place: BandPlace) -> QPixmap:
        """The band of a schedule, as wide as the field."""
        wanted = (entry.laid_out, entry.style, place)
        known = self._known.get(entry.key)
        if known is None or known[0] != wanted:
            self._known[entry.key] = known = wanted, self._painted(entry, place)
        return known[1]

    def color(self, entry: Entry) -> QColor:
        """The colour of a schedule's notes."""
        return STYLES[entry.style].color(self._tokens.dark)

    def _painted(self, entry: Entry, place: BandPlace) -> QPixmap:
        pixmap = QPixmap((QSizeF(place.field.width, _rows(entry, place) * place.row) * place.ratio).toSize())
        pixmap.setDevicePixelRatio(place.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        color, ground = self.color(entry), QColor(self._tokens.surface)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-place.field.left, 0)
            for notes, y in self.rows(entry, place):
                paint_line(painter, place.field, y, color)
                paint_notes(painter, place.xs(notes), y, 0, color, ground, notes.place)
        return pixmap


def _rows(entry: Entry, place: BandPlace) -> int:
    """The rows of a band, those of steps that the schedule does not have among them: they may come with another T."""
    return min(place.rows, len(entry.steps))
