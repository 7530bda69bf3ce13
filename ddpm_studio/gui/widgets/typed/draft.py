"""Draft: the text that a person types into a field, from the first key until it is taken, mended or given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

T = TypeVar("T")


class RefusalError(Exception):
    """A text that a field cannot take; the message is a sentence with the reason."""


class Draft(QObject):
    """What is typed into `line`. It stays until it is taken; one that is refused is marked, and `reason` says why.

    One that takes time to read is waited for; meanwhile another may be typed.

    `refused` carries that reason, or "" once there is none to say. `given_up` asks the field to show its value again.
    """

    refused = Signal(str)
    given_up = Signal()

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self._line = line
        self._text, self._held = "", False
        self.reason, self.said = "", ""
        """Why the text is refused, and as much of it as is said now: nothing while it is held back."""
        self._held_back = False
        self.pending = False
        """True from a key that changed the text until the text is read."""
        self.waiting = False
        """True while the text is being read."""

    @property
    def text(self) -> str | None:
        """The text that was typed; None while the field shows its value."""
        return self._text if self._held else None

    @Slot(str)
    def note(self, text: str) -> None:
        """Keep a text that was typed, without what the field adds to it."""
        self._text, self._held, self.pending, self.waiting = text, True, True, False

    def read(self, reading: Callable[[str], T], value: T) -> T:
        """What `reading` makes of the text, or `value`, the last good one, if it raises RefusalError or has no text."""
        text = self.text
        if not text:
            self.end()
            return value
        try:
            taken = reading(text)
        except RefusalError as error:
            self.refuse(str(error))
            return value
        self.end()
        return taken

    def judge_again(self, reading: Callable[[str], object]) -> None:
        """Say why a refused text is refused now, or that it no longer is; only a person takes it."""
        if not (self.reason and self.text) or self.pending or self.waiting:
            return
        try:
            reading(self.text)
        except RefusalError as error:
            self._mark(str(error))
        else:
            self._mark(self.tr("{text} can be had now; press Enter to take it.").format(text=self.text))

    @Slot()
    def wait(self) -> None:
        """Keep the text, which is being read, until there is an answer."""
        self._held, self.pending, self.waiting = True, False, True

    def answer(self, text: str, reason: str) -> bool:
        """Let go of a text that was waited for, or refuse it for a reason; False if it is no longer there."""
        if not self.waiting or text != self._text:
            return False
        if reason:
            self.refuse(reason)
        else:
            self.end()
        return True

    def warn(self, reason: str) -> None:
        """Mark a text that could not be taken as it is now, while it is typed on; "" if it could."""
        self._mark(reason)

    @Slot(bool)
    def hold_back(self, held_back: bool) -> None:
        """Say nothing against a text, and do not mark it, while the field shows how it can go on."""
        self._held_back = held_back
        self._say()

    def refuse(self, reason: str) -> None:
        """Keep the text and mark it."""
        self._held, self.pending, self.waiting = True, False, False
        self._mark(reason)

    def end(self) -> None:
        """Let go of the text, which was taken."""
        self._held, self.pending, self.waiting = False, False, False
        self._mark("")

    @Slot()
    def give_up(self) -> None:
        """Throw the text away and show the last good value."""
        if self.text is not None:
            self.end()
            self.given_up.emit()

    def escaped(self, event: QKeyEvent) -> bool:
        """Give the text up if this key is Esc; True if there was one. One that is being read is as good as taken."""
        if event.key() != Qt.Key.Key_Escape or self.text is None or self.waiting:
            return False
        self.give_up()
        return True

    def _mark(self, reason: str) -> None:
        self.reason = reason
        self._say()

    def _say(self) -> None:
        said = "" if self._held_back else self.reason
        if said == self.said:
            return
        self.said = said
        # Qt styles the line in a spin box along with the box.
        field = self._line.focusProxy() or self._line
        field.setProperty("refused", bool(said))
        field.style().unpolish(field)
        field.style().polish(field)
        field.setAccessibleDescription(said)
        self.refused.emit(said)


def give_up_drafts(part: QWidget) -> None:
    """Throw away what is half typed or refused in a part of the window, which is about to show something else."""
    for draft in part.findChildren(Draft):
        draft.give_up()
