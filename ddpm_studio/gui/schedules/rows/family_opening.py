"""FamilyOpening: families of the list, opened and closed by the mouse and by keys, and their members chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent

from ddpm_studio.gui.schedules.rows.list_line import BadgeKind
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.rows.row_hits import RowHits
from ddpm_studio.gui.widgets.item_models import Index

_KEYS = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}


class FamilyOpening(QObject):
    """Opens and closes the rows of a model; `opened` says that rows have another height now.

    `member_chosen` has the key of an entry and the place of a member of its family.
    """

    opened = Signal()
    member_chosen = Signal(int, int)

    def __init__(self, model: EntriesModel, hits: RowHits, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._hits = hits

    def open(self, index: Index, opened: bool) -> None:
        """Show the members of a family below its line, or no longer."""
        self._model.open(self._model.entry(index).key, opened)
        self.opened.emit()

    def press(self, row: QRect, index: Index, place: QPoint) -> bool:
        """Open or close the family whose mark is pressed, or choose one of its members; False if it is neither."""
        key, member = self._model.entry(index).key, self._hits.member(row, index, place)
        if member is not None:
            self.member_chosen.emit(key, member)
        elif self._hits.badge(row, index, place) is BadgeKind.MEMBERS:
            self.open(index, not self._model.is_open(key))
        else:
            return False
        return True

    def press_key(self, event: QKeyEvent, index: Index) -> bool:
        """Open the family of an index at →, or close it at ←; False if it is so already, or no family."""
        wanted = _KEYS.get(Qt.Key(event.key()))
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if wanted is None or held != Qt.KeyboardModifier.NoModifier or not index.isValid():
            return False
        entry = self._model.entry(index)
        if entry.family is None or wanted == self._model.is_open(entry.key):
            return False
        self.open(index, wanted)
        return True
