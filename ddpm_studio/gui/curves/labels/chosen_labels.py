"""Labels of the large plot: which of the curves have their names, and what their numbers at the moment say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QColor

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.labels.line_names import NamedLine
from ddpm_studio.gui.curves.labels.moment_numbers import Label
from ddpm_studio.gui.curves.readout import Reading, value_text
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Text

MOST_NAMES = 6
"""Curves up to which their titles stand in a plot; with more of them, their letters."""

MOST_LETTERS = 16
"""Curves up to which all have a letter; of more, the selected one."""

ENDED = QT_TRANSLATE_NOOP("plots", "{letter} ends at t = {t}")

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


@dataclass(frozen=True)
class Pointer:
    """A height that a person points at, in data coordinates, and the key of the schedule whose curve is there."""

    y: float
    key: int | None = None


def numbers_at(
    state: State,
    reading: Reading,
    y_of: Callable[[float], float | None],
    color_of: ColorOf,
    pointer: Pointer | None = None,
) -> list[Label]:
    """What a reading has of each curve: the selected one's and the one's pointed at first, and then the nearest.

    At which t that is stands there as well where somebody points, or where it is not the same for all; of how many
    where schedules have several T. A schedule that has no such moment says where it ends, after all others.
    """
    with_t = pointer is not None or len({reading.ts[entry.key] for entry in state.visible if state.reaches(entry)}) > 1
    with_T = len({entry.schedule.T for entry in state.visible}) > 1
    found = {}
    for entry in state.visible:
        y = y_of(reading.values[entry.key])
        if y is not None:
            t = _t_text(reading.ts[entry.key], entry.schedule.T if with_T else None) if with_t or with_T else ""
            text = _text(state, entry, value_text(state, reading.name, reading.values[entry.key]), t)
            found[entry.key] = Label(series.cursor_x(state, entry), y, text, color_of(entry), entry.key)
    return [found[key] for key in _by_weight(state, {key: label.y for key, label in found.items()}, pointer)]


def _t_text(t: int, T: int | None) -> str:
    return f"  t {t}" if T is None else f"  t {t}/{T}"


def _text(state: State, entry: Entry, value: str, t: str) -> str:
    letter = state.letter(entry)
    if state.reaches(entry):
        return f"{letter} {value}{t}"
    return translated(Text(ENDED, {"letter": letter, "t": entry.schedule.T}))


def _by_weight(state: State, heights: Mapping[int, float], pointer: Pointer | None) -> list[int]:
    """The keys of schedules, those first whose numbers are wanted most."""
    about = pointer.y if pointer is not None else heights.get(state.selected)
    pointed = pointer.key if pointer is not None else None
    reached = {entry.key: state.reaches(entry) for entry in state.visible}

    def weight(key: int) -> tuple[bool, bool, bool, float]:
        y = heights[key]
        away = 0.0 if about is None or about == y else abs(y - about)
        return not reached[key], key != state.selected, key != pointed, away

    return sorted(heights, key=weight)
