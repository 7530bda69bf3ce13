"""Labels of the large plot: which of the curves have their names, and which their numbers at the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtGui import QColor

from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.line_labels import Label, NamedLine
from ddpm_studio.gui.curves.readout import Reading, value_text
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.state.window import Entry, State

MOST_NAMES = 6
"""Curves up to which their titles stand in a plot; with more of them, their letters."""

MOST_LETTERS = 16
"""Curves up to which all have a letter; of more, the selected one."""

MOST_NUMBERS = 8
"""Curves up to which all have their number at the moment; of more, the selected one and the one under the mouse."""

ColorOf = Callable[[Entry], QColor]


class HasPoints(Protocol):
    """A line with its points."""

    def getData(self) -> tuple[Array, Array]:
        """x and y in data coordinates."""


def named_lines(state: State, lines: Mapping[int, HasPoints], color_of: ColorOf) -> list[NamedLine]:
    """The lines, given by the keys of their schedules, that have a name beside them."""
    count = len(state.visible)
    short = count > MOST_NAMES
    named = []
    for entry in state.visible if count <= MOST_LETTERS else (state.current,) if state.current.visible else ():
        name = state.letter(entry) if short else state.title(entry)
        x, y = lines[entry.key].getData()
        named.append(NamedLine(x, y, name, color_of(entry)))
    return named


def numbers_at(
    state: State, reading: Reading, y_of: Callable[[float], float | None], emphasised: int | None, color_of: ColorOf
) -> list[Label]:
    """The values of curves in a reading, and at which t that is where this is not the same for all."""
    few = len(state.visible) <= MOST_NUMBERS
    read = [e for e in state.visible if state.reaches(e) and (few or e.key in (state.selected, emphasised))]
    apart = len({reading.ts[entry.key] for entry in read}) > 1
    labels = []
    for entry in read:
        value = reading.values[entry.key]
        y = y_of(value)
        if y is not None:
            text = f"{state.letter(entry)} {value_text(state, reading.name, value)}"
            text += f"  t {reading.ts[entry.key]}" if apart else ""
            labels.append(Label(series.cursor_x(state, entry), y, text, color_of(entry)))
    return labels
