"""PreferenceKeeper: the preferences of a window, written with each change."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import QObject, Signal

from ddpm_studio.errors import FileError
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.preferences.preferences_file import (
    forget_preferences,
    read_preferences,
    user_file,
    write_preferences,
)
from ddpm_studio.texts import Readable


class PreferenceKeeper(QObject):
    """Holds the Preferences; `changed` has the new ones.

    Without a `file` they last as long as the window. It is read once: of two windows, the one in which something was
    changed last has written it, as a whole. `complaints` has a sentence for each that could not be read.
    """

    changed = Signal(object)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.preferences = Preferences()
        self.complaints: Sequence[Readable] = ()
        if file is not None:
            self.preferences, self.complaints = read_preferences(file)

    @classmethod
    def of_user(cls) -> Self:
        """The preferences that the user of this machine has, as far as there is a place for them."""
        try:
            return cls(user_file())
        except FileError:
            return cls()

    def change(self, **changes: Any) -> None:
        """Choose something else, and write it. StudioError for what is out of bounds."""
        self._become(replace(self.preferences, **changes))

    def reset(self) -> None:
        """Go back to the program's own."""
        self._become(Preferences())

    def forget(self) -> None:
        """Go back to the program's own, and keep nothing of what was chosen."""
        file, self._file = self._file, None
        self.reset()
        self._file = file
        forget_preferences()

    def _become(self, preferences: Preferences) -> None:
        if preferences == self.preferences:
            return
        self.preferences = preferences
        if self._file is not None:
            # A disk that is full or gone is no reason to disturb anybody; the next change tries again.
            with suppress(FileError, OSError):
                write_preferences(self._file, preferences)
        self.changed.emit(preferences)
