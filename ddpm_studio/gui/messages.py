"""Messages: what the person is told in the toast, until it has been read, closed, or something else has been done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.foot.toast import Toast


class Messages(QObject):
    """Shows what is said, and takes it away with the first state that another action has led to."""

    def __init__(self, toast: Toast, studio: Studio) -> None:
        super().__init__(toast)
        self._toast, self._studio = toast, studio
        self._said_in: State | None = None

    @Slot(str)
    @Slot(str, object)
    def say(self, sentence: str, actions: Sequence[QAction] = ()) -> None:
        """Tell the person this, and offer what can be done about it."""
        self._said_in = None
        self._toast.say(sentence, actions)
        self._studio.announce()

    def show_state(self, state: State, playing: bool) -> None:
        """Close the message if anything was done since; what it was said about may come a moment later than it.

        t that plays moves by itself.
        """
        if self._said_in is None:
            self._said_in = state
        elif self._toast.isVisible() and _done(state, playing) != _done(self._said_in, playing):
            self._toast.hide()

    def close(self) -> bool:
        """Close the message; False if there is none."""
        shown = self._toast.isVisible()
        self._toast.hide()
        return shown


def _done(state: State, playing: bool) -> tuple[object, ...]:
    """What changes only as a person acts: a checkpoint, and what was said of it, change when its opening ends."""
    document = replace(state.document, sampling=state.sampling.choices)
    return document, state.selected, None if playing else state.t
