"""Zone: a part of the window that folds to its header."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMainWindow, QWidget

from ddpm_studio.gui.widgets.focus import give_up_focus, holds_focus
from ddpm_studio.gui.zones.home import Home
from ddpm_studio.gui.zones.zone_header import Corner, ZoneHeader


@runtime_checkable
class FoldsItself(Protocol):
    """A panel with a header of its own, to which it folds: what stays in sight is its own affair."""

    def set_folded(self, folded: bool) -> None:
        """Fold to the header, or unfold."""

    def add_corner(self, corner: QWidget) -> None:
        """Put the buttons of the zone at the end of the header."""


class Zone(Home):
    """The place of a panel that folds. It `yields` while something else has its room, whoever folded it."""

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow, meaning: str = "") -> None:
        super().__init__(name, title, content, window, meaning)
        self._folded, self._yields = False, False
        self.corner = Corner(title)
        self.corner.fold.clicked.connect(self.toggle)
        self._header: ZoneHeader | None = None
        if isinstance(content, FoldsItself):
            content.add_corner(self.corner)
        else:
            self._header = ZoneHeader(title, self.corner)
            self._header.setToolTip(meaning)
            self._header.doubled.connect(self.toggle)
            self._column.insertWidget(0, self._header)

    @property
    def folded(self) -> bool:
        """Whether it takes no more room than it needs."""
        return self._folded or self._yields

    @property
    def put_away(self) -> bool:
        """Whether a person has folded it."""
        return self._folded

    @Slot()
    def toggle(self) -> None:
        """Fold, or unfold."""
        self.set_folded(not self._folded)

    def set_folded(self, folded: bool) -> None:
        """Fold the panel to its header, or unfold it; one that is in a window of its own comes back to be folded."""
        if folded == self._folded:
            return
        if folded:
            self.set_apart(False)
            if not holds_focus(self.corner):
                give_up_focus(self.content, self.content.window())
        self._folded = folded
        self.corner.show_folded(folded)
        if isinstance(self.content, FoldsItself):
            self.content.set_folded(folded)
        else:
            self.content.setVisible(not folded)
        self.changed.emit()

    @Slot(bool)
    def set_apart(self, apart: bool) -> None:
        """Open the panel, unfolded, in a window of its own, or put it back."""
        if apart:
            self.set_folded(False)
        super().set_apart(apart)

    @property
    def yields(self) -> bool:
        """Whether something else has its room."""
        return self._yields

    def give_way(self, yields: bool) -> None:
        """Take no more room than is needed, or as much as before."""
        if yields != self._yields:
            self._yields = yields
            self.changed.emit()

    def set_upright(self, upright: bool) -> None:
        """Stand upright at the side of the window, if it has a header of its own here."""
        if self._header is not None:
            self._header.set_upright(upright)
