"""Beginning of a fresh window: its schedules and what they are trained for, as lines of text, its curves and device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from ddpm_studio.diffusion.named_line import name_apart, with_name
from ddpm_studio.diffusion.schedule_family import Specified, path_in, shown_of, specified
from ddpm_studio.diffusion.training.objective import PLAIN, Objective, is_objective, objective_below
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
    """A schedule or a family that a fresh window begins with, what a person called it, or "", and its objective.

    `train` is None where no line gives one.
    """

    spec: Specified
    name: str
    train: Objective | None = None


def take_line(line: str, found: list[FirstSchedule]) -> None:
    """Add the schedule that a line describes to those `found` above it, or the objective of the last of them.

    StudioError if it describes neither, or names a file, which nobody wants to wait for.
    """
    if not is_objective(line):
        found.append(_first_schedule(line))
    else:
        train = objective_below(line, [each.train for each in found])
        found[-1] = found[-1]._replace(train=train)


def _first_schedule(line: str) -> FirstSchedule:
    text, name = name_apart(line)
    if path_in(text):
        raise StudioError(FROM_A_FILE, line=line)
    return FirstSchedule(specified(text), bounded_name(name or ""))


def lines_in(text: str) -> tuple[str, ...]:
    """The lines of a text, but for empty ones. FirstLineError for the first of them that `take_line` does not take.

    >>> lines_in("cosine:T=1000  # my own\\n\\n linear\\ntrain:predict=sample")
    ('cosine:T=1000  # my own', 'linear', 'train:predict=sample')
    """
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found: list[FirstSchedule] = []
    for number, line in numbered:
        try:
            take_line(line, found)
        except StudioError as error:
            raise FirstLineError(number, error) from error
        if len(found) > MAX_SCHEDULES:
            raise FirstLineError(number, StudioError(TOO_MANY, most=MAX_SCHEDULES))
    return tuple(line for _, line in numbered)


def lines_with_room(lines: Iterable[str]) -> tuple[str, ...]:
    """Those of the first MAX_SCHEDULES schedules."""
    lines = tuple(lines)
    schedules = accumulate(not is_objective(line) for line in lines)
    return tuple(line for line, count in zip(lines, schedules, strict=True) if count <= MAX_SCHEDULES)


def lines_of(state: State) -> tuple[str, ...]:
    """The lines of a state's schedules, but for those that are read from a file, each with that of its objective."""
    return tuple(line for entry in state.entries if not path_in(str(entry.spec)) for line in _lines_of(entry))


def _lines_of(entry: Entry) -> tuple[str, ...]:
    line = with_name(str(entry.spec), entry.name)
    return (line,) if entry.train == PLAIN else (line, str(entry.train))


def own_curves(state: State) -> tuple[str, ...]:
    """The curves of a state; none where they are the program's own."""
    return () if state.curves == DEFAULT_CURVES else state.curves


def fresh_state(preferences: Preferences) -> State:
    """What a fresh window shows; lines that are no schedules are left out."""
    state = first_state()
    entries = _entries(_readable(lines_with_room(preferences.schedules))) or state.entries
    curves = preferences.curves or state.curves
    return replace(
        state,
        entries=entries,
        selected=entries[0].key,
        curves=curves,
        curve=state.curve if state.curve in curves else curves[0],
        sampling=replace(state.sampling, device=preferences.device),
    ).at(entries[0].schedule.T // 3)


def _readable(lines: Iterable[str]) -> list[FirstSchedule]:
    """What lines describe; that of a schedule that is left out takes its objective with it."""
    found: list[FirstSchedule] = []
    left_out = False
    for line in lines:
        left_out = left_out and is_objective(line)
        try:
            if not left_out:
                take_line(line, found)
        except StudioError:
            left_out = True
    return found


def _entries(found: Sequence[FirstSchedule]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for key, (spec, name, train) in enumerate(found):
        style = least_used(entry.style for entry in entries)
        entries.append(Entry(key, shown_of(spec), style, name, train=train or PLAIN).holding(spec))
    return tuple(entries)
