"""CardsModel: kept runs as a list, of which each row is a card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.widgets.item_models import Index, Role
from ddpm_studio.gui.widgets.mathtext import plain_tip

CARD = Role.UserRole
"""The role under which a row has its RunCard."""

_NOWHERE = QModelIndex()


class CardsModel(QAbstractListModel):
    """The latest run first; what is edited of one is its name, of which the list's owner is told by `setData`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cards: tuple[RunCard, ...] = ()

    def show_cards(self, cards: Sequence[RunCard]) -> None:
        """Have these rows; the same runs stay where they are."""
        if [card.key for card in cards] == [card.key for card in self.cards]:
            self.cards = tuple(cards)
            self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))
            return
        self.beginResetModel()
        self.cards = tuple(cards)
        self.endResetModel()

    def row_of(self, key: str) -> int | None:
        """The row of a run, None if it is not there."""
        return next((row for row, card in enumerate(self.cards) if card.key == key), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """The number of runs."""
        return 0 if parent.isValid() else len(self.cards)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Each can be chosen, and its name edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """A card, and its texts."""
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role == Role.DisplayRole:
            return card.title
        if role == Role.EditRole:
            return card.kept.name
        if role == Role.ToolTipRole:
            return plain_tip(card.description)
        if role == Role.AccessibleTextRole:
            return ", ".join((card.title, card.facts, card.about_distance))
        return None
