"""History of the window's state: what can be undone and redone, each step with the words that name it; and visits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.texts import Readable

DEPTH = 200
PICTURE_BYTES = 256 * 2**20
"""The most that pictures of past states may take; the oldest steps are forgotten first."""


class HistoryStep(NamedTuple):
    """A state to go back to, or forward to, and the name of what lies between it and the one after or before."""

    state: State
    what: Readable


class History:
    """The last DEPTH steps, each as the state before it. Schedules are kept as parameters, without their arrays."""

    def __init__(self) -> None:
        self._past: deque[HistoryStep] = deque(maxlen=DEPTH)
        self._future: list[HistoryStep] = []
        self._given_up: list[HistoryStep] = []
        self._lightened: dict[int, tuple[Entry, Entry]] = {}

    def record(self, before: State, what: Readable) -> None:
        """Add a step that led away from `before`; what was undone can be redone only if the step is withdrawn."""
        self._past.append(HistoryStep(self._light(before), what))
        self._given_up, self._future = self._future, []
        self._bound_pictures()

    def rename(self, what: Readable) -> None:
        """Give the last step another name, if there is one, as what it does goes on."""
        if self._past:
            self._past[-1] = HistoryStep(self._past[-1].state, what)

    def undo(self, now: State) -> State | None:
        """The state before the last step that left a trace; None if there is none."""
        while self._past:
            step = self._past.pop()
            if step.state.document != now.document:
                self._future.append(HistoryStep(self._light(now), step.what))
                return step.state
        return None

    def withdraw(self) -> State | None:
        """The state before the last step, which never was, so what was undone can be redone; None without one."""
        if not self._past:
            return None
        self._future = self._given_up
        return self._past.pop().state

    def redo(self, now: State) -> State | None:
        """The state after the step that was undone last; None if there is none."""
        if not self._future:
            return None
        step = self._future.pop()
        self._past.append(HistoryStep(self._light(now), step.what))
        return step.state

    def name_project(self, before: str, project: str) -> None:
        """Give the steps that lead to now, and on from it, without another project's being opened, its new name."""
        for steps in (self._past, self._future):
            for place in reversed(range(len(steps))):
                step = steps[place]
                if step.state.project != before:
                    break
                steps[place] = HistoryStep(replace(step.state, project=project), step.what)

    def named(self, now: State) -> State:
        """`now` with the names of what `undo` would take back and `redo` would take again."""
        undo = next((step.what for step in reversed(self._past) if step.state.document != now.document), None)
        return replace(now, undo=undo, redo=self._future[-1].what if self._future else None)

    def _light(self, state: State) -> State:
        """The state with schedules that have not computed anything yet; the same ones for the same entries."""
        known = self._lightened
        self._lightened = {id(entry): known.get(id(entry)) or (entry, entry.light()) for entry in state.entries}
        entries = tuple(light for _, light in self._lightened.values())
        return replace(state, entries=entries, adjusting=False, steady=(), visited=None)

    def _bound_pictures(self) -> None:
        while len(self._past) > 1 and _picture_bytes(step.state for step in self._past) > PICTURE_BYTES:
            self._past.popleft()


@dataclass(frozen=True)
class Visit:
    """What the person has, kept aside while the window shows a state that is not theirs."""

    own: State
    history: History

    def over(self, now: State) -> State:
        """Their own state again, with what became known meanwhile of the checkpoint and of runs, which go on."""
        sampling = self.own.sampling.knowing(now.sampling)
        return replace(self.own, sampling=sampling, visited=now.visited, traces=now.traces)

    def kept_in(self, project: str, written: State) -> Visit:
        """The same visit, after their document was saved in a project, unless another was opened since."""
        if self.own.saved is not written.saved:
            return self
        self.history.name_project(self.own.project, project)
        return Visit(replace(self.own, project=project, saved=written.document.light()), self.history)


def shown_at_first(state: State) -> State:
    """A state that is not the person's as a visit begins: of no project, and with nothing to undo."""
    return replace(state, project="", saved=None, undo=None, redo=None, adjusting=False, steady=())


def _picture_bytes(states: Iterable[State]) -> int:
    pictures = {id(state.picture): state.picture for state in states if state.picture is not None}
    return sum(map(_bytes, pictures.values()))


def _bytes(picture: Picture) -> int:
    width, height = picture.full_size
    pasted = 0 if picture.pasted is None else width * height * len(picture.pasted.getbands())
    return picture.pixels.nbytes + pasted
