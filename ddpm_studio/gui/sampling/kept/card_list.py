"""CardList: the kept runs under a person's hands and keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ddpm_studio.gui.sampling.kept.card_delegate import CardDelegate
from ddpm_studio.gui.sampling.kept.cards_model import CardsModel
from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.widgets.item_models import Index, Role
from ddpm_studio.gui.widgets.sizes.by_font import grown

Key = Qt.Key


class CardList(QListView):
    """Shows cards, as many beside each other as there is room for.

    `chosen` has the RunCard that is looked at, None without any; `named` the key of a run and its new name. `pinning`,
    `forgetting` and `using` say that a key was pressed for it, `swiping` that S is held or let go, and `asked` where
    on the screen the menu is wanted.
    """

    chosen = Signal(object)
    named = Signal(str, str)
    pinning = Signal()
    forgetting = Signal()
    using = Signal()
    swiping = Signal(bool)
    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CardsModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_NamingDelegate(self))
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # One that comes and goes would have the cards laid out again and again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Kept runs"))
        self.selectionModel().currentChanged.connect(self._tell_chosen)
        self.activated.connect(self._use)

    def minimumSizeHint(self) -> QSize:
        """No larger than one card, partly seen."""
        return QSize(grown(120), grown(40))

    def show_cards(self, cards: Sequence[RunCard]) -> None:
        """Show these; the one that is looked at stays, or else the latest is."""
        before = self.card.key if self.card else ""
        self._model.show_cards(cards)
        row = self._model.row_of(before)
        self.setCurrentIndex(self._model.index(row or 0))
        self._tell_chosen()

    @property
    def card(self) -> RunCard | None:
        """The one that is looked at."""
        row = self.currentIndex().row()
        return self._model.cards[row] if 0 <= row < len(self._model.cards) else None

    @Slot()
    def edit_name(self) -> None:
        """Let the name of the run that is looked at be typed."""
        if self.card is not None:
            self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Name, pin, forget and swipe by single keys; leave what is not for the list to the window."""
        keys = {
            Key.Key_F2: self.edit_name,
            Key.Key_P: self.pinning.emit,
            Key.Key_Delete: self.forgetting.emit,
        }
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and self.card is not None and event.key() in keys:
            keys[Key(event.key())]()
        elif plain and event.key() == Key.Key_S:
            if not event.isAutoRepeat():
                self.swiping.emit(True)
        elif event.key() == Key.Key_Space:
            event.ignore()  # It pauses a run, or plays t.
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Hear that S is let go."""
        if event.key() == Key.Key_S:
            if not event.isAutoRepeat():
                self.swiping.emit(False)
        else:
            super().keyReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Tell where the menu is wanted."""
        if self.card is not None:
            self.asked.emit(event.globalPos())

    @Slot(QModelIndex)
    def _use(self, index: Index) -> None:
        self.using.emit()

    @Slot()
    def _tell_chosen(self) -> None:
        self.chosen.emit(self.card)


class _NamingDelegate(CardDelegate):
    """Tells the list of a name that was typed."""

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, CardList)
        name = editor.property("text")
        card = view._model.cards[index.row()]
        if name != index.data(Role.EditRole):
            view.named.emit(card.key, name)
