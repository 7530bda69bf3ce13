"""PaletteModel: the deeds that were found, as the rows of a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from ddpm_studio.gui.palette.ranking import FoundDeed
from ddpm_studio.gui.widgets.item_models import Index, Role
from ddpm_studio.gui.widgets.mathtext import plain_tip

FOUND = Role.UserRole


class PaletteModel(QAbstractListModel):
    """A row for each deed, enabled if it is available. FOUND has the FoundDeed itself."""

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[FoundDeed] = ()

    def show_found(self, found: Sequence[FoundDeed]) -> None:
        """Have these for rows."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """As many as were found."""
        return 0 if parent.isValid() else len(self._found)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What cannot be done cannot be chosen."""
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if self._found[index.row()].deed.available else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """The name of a deed, what it does, and both for screen readers."""
        found = self._found[index.row()]
        match role:
            case Role.DisplayRole:
                return found.deed.text
            case Role.ToolTipRole:
                return plain_tip(found.deed.detail)
            case Role.AccessibleTextRole:
                return found.deed.spoken
            case Role.UserRole:
                return found
        return None
