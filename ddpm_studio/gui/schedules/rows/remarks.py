"""Remarks on a line of the list, its badges: what was found about the schedule, and which others are the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.diffusion.schedule_sameness import Likeness, Sameness, told
from ddpm_studio.diffusion.training.sameness import is_equal, told_of
from ddpm_studio.gui.schedules.rows.list_line import Badge, BadgeKind
from ddpm_studio.gui.state.alike_entries import alike, goes_without_saying, trained_alike
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import typeset


class Remarks:
    """Finds the badges of a state's entries when they are asked for, and keeps what was found until it settles."""

    def __init__(self) -> None:
        self._state = State()
        self._found: dict[int, tuple[Schedule, tuple[Badge, ...]]] = {}
        self._same: dict[int, tuple[Badge, ...]] = {}
        self._compared: tuple[Entry, ...] = ()

    def show_state(self, state: State) -> None:
        """Be asked about the entries of this state."""
        if state.entries != self._state.entries:
            keys = {entry.key for entry in state.entries}
            self._found = {key: found for key, found in self._found.items() if key in keys}
        if not state.adjusting and state.entries != self._compared:
            self._same, self._compared = {}, state.entries
        self._state = state

    def badges(self, entry: Entry) -> tuple[Badge, ...]:
        """The badges of an entry, the most important last; what is found settles when a slider is let go."""
        kept = self._found.get(entry.key)
        if kept is None or (kept[0] is not entry.schedule and not self._state.adjusting):
            kept = entry.schedule, tuple(_findings(entry.schedule))
            self._found[entry.key] = kept
        if entry.key not in self._same:
            self._same[entry.key] = (*_same_objective(self._state, entry), *_sameness(self._state, entry))
        return (*self._same[entry.key], *kept[1])


def _sameness(state: State, entry: Entry) -> Iterator[Badge]:
    """The badge of the line that is most like an entry's, if one has more in common with it than its range."""
    for other, same in alike(entry, state.entries)[:1]:
        if same.likeness is not Likeness.RANGE:
            letter = state.letter(other)
            yield Badge(BadgeKind.SAME, _mark(same, letter), translated(told(same, letter).headline))


def _same_objective(state: State, entry: Entry) -> Iterator[Badge]:
    """The badge of the first line with the same objective, of those whose schedule does not say so already."""
    others = (other for other in state.entries if not goes_without_saying(entry, other))
    for other, factor in islice(trained_alike(entry, others), 1):
        letter = state.letter(other)
        meaning = translated(told_of(factor, state.letter(entry), letter))
        yield Badge(BadgeKind.SAME, f"W {'=' if is_equal(factor) else '∝'} {letter}", meaning)


def _mark(same: Sameness, letter: str) -> str:
    """As few letters as can be, since a line has room for its title or for them."""
    if same.likeness is Likeness.NEAR:
        return f"≈ {letter}"
    partly = same.but_last or len({*same.steps}) > 1
    shift = "" if same.likeness is Likeness.EXACT else f" ÷ {typeset(f'{math.exp(-same.above):.3g}')}"
    return f"{'≃' if partly else '='} {letter}{shift}"


def _findings(schedule: Schedule) -> Iterator[Badge]:
    found = findings_of(schedule)
    if found:
        severe = any(finding.severe for finding in found)
        sentences = "\n".join(translated(finding.headline) for finding in found)
        mark = "▲" if severe else "•"
        yield Badge(BadgeKind.WARNING if severe else BadgeKind.REMARK, f"{mark}{len(found)}", sentences)
