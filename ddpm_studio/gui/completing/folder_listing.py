"""FolderListing: the folder that is being typed, listed beside the window, which no disk or network holds up."""

from __future__ import annotations

from functools import partial
from typing import Self

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.completing.folder_contents import FolderContents, contents_of
from ddpm_studio.gui.tasks import NewestOnly


class FolderListing(QObject):
    """Lists the newest folder that was asked for, and knows what was in it; `changed` says that it knows more.

    A window has one for all its fields, of which one at a time is typed into; closing the window ends it.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.listing = NewestOnly(self)
        self._folder, self._contents = "", FolderContents()

    @classmethod
    def of(cls, field: QWidget) -> Self:
        """The one of the window that a field is in, or that owns the dialog that it is in."""
        window = field.window()
        while (owner := window.parentWidget()) is not None:
            window = owner.window()
        found: Self | None = window.findChild(cls)
        return found or cls(window)

    def known(self, folder: str) -> FolderContents:
        """What was in a folder when it was listed last; nothing in any other than the last one."""
        return self._contents if folder == self._folder else FolderContents()

    def list(self, folder: str) -> None:
        """List a folder, unless another is asked for before that is done."""
        self.listing.do(partial(contents_of, folder), partial(self._take, folder), beside=True)

    def _take(self, folder: str, contents: FolderContents | None) -> None:
        found, before = contents or FolderContents(), self.known(folder)
        self._folder, self._contents = folder, found
        if found != before:
            self.changed.emit()
