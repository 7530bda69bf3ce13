"""Beginning of a fresh window: its schedules, as lines of text, its curves, and the device that it samples on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ddpm_studio.diffusion.named_line import name_apart, with_name
from ddpm_studio.diffusion.schedule_family import Specified, path_in, shown_of, specified
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.state.given_names import bounded_name
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import DEFAULT_CURVES, Entry, State
from ddpm_studio.gui.styles import least_used

FROM_A_FILE = QT_TRANSLATE_NOOP("errors", "“{line}” is read from a file, and a window begins with none of these.")


WRONG_LINE = QT_TRANSLATE_NOOP("errors", "Line {number}: {reason}.")
TOO_MANY = QT_TRANSLATE_NOOP("errors", "There are more than {most} lines; remove some.")


class FirstLineError(StudioError):
    """A line, of the `number` counted from 1, that a fresh window cannot begin with."""

    def __init__(self, number: int, reason: StudioError) -> None:
        super().__init__(WRONG_LINE, number=number, reason=reason)
        self.number = number


class FirstSchedule(NamedTuple):
    """A schedule or a family that a fresh window begins with, and what a person called it, or ""."""

    spec: Specified
    name: str


def first_schedule(line: str) -> FirstSchedule:
    """What a line describes. StudioError if it is none, or names a file, which nobody wants to wait for."""
    text, name = name_apart(line)
    if path_in(text):
        raise StudioError(FROM_A_FILE, line=line)
    return FirstSchedule(specified(text), bounded_name(name or ""))


def lines_in(text: str) -> tuple[str, ...]:
    """The lines of a text, but for empty ones. FirstLineError for the first of them that describes no schedule.

    >>> lines_in("cosine:T=1000  # my own\n\n linear")
    ('cosine:T=1000  # my own', 'linear')
    """
    found = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for place, (number, line) in enumerate(found):
        try:
            first_schedule(line)
        except StudioError as error:
            raise FirstLineError(number, error) from error
        if place == MAX_SCHEDULES:
            raise FirstLineError(number, StudioError(TOO_MANY, most=MAX_SCHEDULES))
    return tuple(line for _, line in found)


def lines_of(state: State) -> tuple[str, ...]:
    """The lines of a state's schedules, but for those that are read from a file."""
    texts = ((str(entry.spec), entry.name) for entry in state.entries)
    return tuple(with_name(text, name) for text, name in texts if not path_in(text))


def own_curves(state: State) -> tuple[str, ...]:
    """The curves of a state; none where they are the program's own."""
    return () if state.curves == DEFAULT_CURVES else state.curves


def fresh_state(preferences: Preferences) -> State:
    """What a fresh window shows; lines that are no schedules are left out."""
    state = first_state()
    entries = _entries(tuple(_readable(preferences.schedules))[:MAX_SCHEDULES]) or state.entries
    curves = preferences.curves or state.curves
    return replace(
        state,
        entries=entries,
        selected=entries[0].key,
        curves=curves,
        curve=state.curve if state.curve in curves else curves[0],
        sampling=replace(state.sampling, device=preferences.device),
    ).at(entries[0].schedule.T // 3)


def _readable(lines: Iterable[str]) -> Iterable[FirstSchedule]:
    for line in lines:
        try:
            yield first_schedule(line)
        except StudioError:
            continue


def _entries(found: Sequence[FirstSchedule]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for key, (spec, name) in enumerate(found):
        style = least_used(entry.style for entry in entries)
        entries.append(Entry(key, shown_of(spec), style, name).holding(spec))
    return tuple(entries)
