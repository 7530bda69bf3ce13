"""Remarks on a line of the list, its badges: what was found about the schedule, and which other line is the same."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.diffusion.schedule_family import Specified
from ddpm_studio.gui.schedules.rows.list_line import Badge, BadgeKind
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.translation import translated


class Remarks:
    """Finds the badges of a state's entries when they are asked for; what was found about a schedule is kept."""

    def __init__(self) -> None:
        self._state = State()
        self._found: dict[int, tuple[Schedule, tuple[Badge, ...]]] = {}
        self._alike: dict[Specified, list[Entry]] = {}

    def show_state(self, state: State) -> None:
        """Be asked about the entries of this state."""
        if state.entries != self._state.entries:
            self._alike = {}
            for entry in state.entries:
                self._alike.setdefault(entry.spec, []).append(entry)
            keys = {entry.key for entry in state.entries}
            self._found = {key: found for key, found in self._found.items() if key in keys}
        self._state = state

    def badges(self, entry: Entry) -> tuple[Badge, ...]:
        """The badges of an entry, the most important last; what is found settles when a slider is let go."""
        kept = self._found.get(entry.key)
        if kept is None or (kept[0] is not entry.schedule and not self._state.adjusting):
            kept = entry.schedule, tuple(_findings(entry.schedule))
            self._found[entry.key] = kept
        return (*self._same(entry), *kept[1])

    def _same(self, entry: Entry) -> Iterator[Badge]:
        others = [other for other in self._alike[entry.spec] if other.key != entry.key]
        if others:
            letter = self._state.letter(others[0])
            meaning = QCoreApplication.translate("Remarks", "The same as {letter}").format(letter=letter)
            yield Badge(BadgeKind.SAME, f"= {letter}", meaning)


def _findings(schedule: Schedule) -> Iterator[Badge]:
    found = findings_of(schedule)
    if found:
        severe = any(finding.severe for finding in found)
        sentences = "\n".join(translated(finding.texts[0]) for finding in found)
        mark = "▲" if severe else "•"
        yield Badge(BadgeKind.WARNING if severe else BadgeKind.REMARK, f"{mark}{len(found)}", sentences)
