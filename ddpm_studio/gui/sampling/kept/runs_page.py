"""Runs page: every kept run as a card, the chosen one beside the pinned one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.files.kept.kept_run import KeptPictures
from ddpm_studio.gui.sampling.kept.card_differences import differences_text
from ddpm_studio.gui.sampling.kept.card_list import CardList
from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.sampling.kept.swipe_view import SwipeView
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.sizes.by_font import grown

LEAST, ROOMY = 32, 100
"""Height of the page, in pixels: at least, and from which on the sentences have lines of their own."""

GAP = 8


class RunsPage(QWidget):
    """Shows RunCards; its signals have the key of the run that something is wanted with.

    `came` says that the page has come into view, and `looked_at` has the key of the run whose pictures are to be shown,
    and that of the pinned one, or "".
    """

    came = Signal()
    looked_at = Signal(str, str)
    named = Signal(str, str)
    pin_wanted = Signal(str)
    use_wanted = Signal(str)
    run_wanted = Signal(str)
    forget_wanted = Signal(str)
    forget_all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards, self.swipe = CardList(), SwipeView()
        self.difference, self.room, self.empty = QLabel(), ElidedLabel(), QLabel()
        self.use, self.again, self.more = QPushButton(), QPushButton(), QToolButton()
        self.menu = QMenu(self)
        self._state = State()
        self._looked_at: tuple[str, str] | None = None
        self._describe()
        self._fill_menu()
        self._lay_out()
        self._connect()
        self.show_cards(())

    def minimumSizeHint(self) -> QSize:
        """As low as a card that is recognised."""
        return QSize(super().minimumSizeHint().width(), LEAST)

    def show_state(self, state: State) -> None:
        """Say how the run that is looked at differs from the settings."""
        self._state = state
        self._say_difference()

    @Slot(object)
    def show_cards(self, cards: Sequence[RunCard]) -> None:
        """Show these, the latest first."""
        self.cards.show_cards(cards)
        for widget in (self.cards, self.swipe, self.use, self.again, self.more, self.difference):
            widget.setVisible(bool(cards))
        self.empty.setVisible(not cards)

    @Slot(str)
    def show_room(self, sentence: str) -> None:
        """Say how much is kept, and how much may be."""
        self.room.say(sentence)

    @Slot(object, object)
    def show_pictures(self, pictures: KeptPictures | None, pinned: KeptPictures | None) -> None:
        """Show the pictures of the run that is looked at, and those of the pinned one."""
        self.swipe.show_pictures(None if pictures is None else pictures.seen, None if pinned is None else pinned.seen)

    @property
    def key(self) -> str:
        """The key of the run that is looked at, "" without any."""
        return self.cards.card.key if self.cards.card else ""

    @Slot(object)
    def _show_card(self, card: RunCard | None) -> None:
        pinned = "" if card is None or card.pinned is None or card.is_pinned else card.pinned.key
        looked_at = self.key, pinned
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self.looked_at.emit(*looked_at)
        unpin = card is not None and card.is_pinned
        self.pin.setText(self.tr("Unpin (P)") if unpin else self.tr("Pin (P)"))
        self._say_difference()

    def _say_difference(self) -> None:
        card = self.cards.card
        text = differences_text(card.kept, self._state) if card is not None and self._state.entries else ""
        if text != self.difference.text():
            self.difference.setText(text)
            self.difference.setToolTip(text)

    def _describe(self) -> None:
        self.use.setText(self.tr("Use these settings"))
        self.use.setToolTip(self.tr("Set up the checkpoint, solver, steps and seed of this run; one step"))
        self.again.setText(self.tr("Run again"))
        self.again.setToolTip(self.tr("Set this run up, and draw it again"))
        self.more.setText(self.tr("More"))
        self.more.setAccessibleName(self.tr("More to do with this run"))
        self.more.setToolTip(self.tr("Name, pin or forget this run, or forget all"))
        self.difference.setTextFormat(Qt.TextFormat.PlainText)
        self.difference.setWordWrap(True)
        self.difference.setAccessibleName(self.tr("How this run differs from the settings"))
        self.difference.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.difference.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.room.setProperty("role", "muted")
        self.room.setAccessibleName(self.tr("Room that kept runs take"))
        self.empty.setText(self.tr("Every run becomes a card here, and is there again tomorrow."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _fill_menu(self) -> None:
        self.use_action = self.menu.addAction(self.tr("&Use these settings"))
        self.again_action = self.menu.addAction(self.tr("&Run again"))
        self.menu.addSeparator()
        self.pin = self.menu.addAction(self.tr("Pin (P)"))
        self.name = self.menu.addAction(self.tr("&Name… (F2)"))
        self.forget = self.menu.addAction(self.tr("&Forget (Delete)"))
        self.menu.addSeparator()
        self.forget_all = self.menu.addAction(self.tr("Forget &all runs"))
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        side, buttons = QVBoxLayout(), QHBoxLayout()
        side.setSpacing(2)
        buttons.setSpacing(4)
        for button in (self.use, self.again, self.more):
            buttons.addWidget(button)
        buttons.addStretch(1)
        side.addLayout(buttons)
        side.addWidget(self.difference, 1)
        side.addWidget(self.room)
        row.addWidget(self.empty, 4)
        row.addWidget(self.cards, 5)
        row.addWidget(self.swipe, 3)
        row.addLayout(side, 3)
        self.swipe.setMinimumWidth(grown(80))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is seen."""
        super().showEvent(event)
        self.came.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the sentence about room out where there is hardly any."""
        super().resizeEvent(event)
        self.room.setVisible(self.height() >= grown(ROOMY))

    def _connect(self) -> None:
        self.cards.chosen.connect(self._show_card)
        self.cards.named.connect(self.named)
        self.cards.swiping.connect(self.swipe.hold)
        self.cards.asked.connect(self._ask)
        for wanted in (self.pin.triggered, self.cards.pinning):
            wanted.connect(self._pin)
        for wanted in (self.forget.triggered, self.cards.forgetting):
            wanted.connect(self._forget)
        for wanted in (self.use.clicked, self.use_action.triggered, self.cards.using):
            wanted.connect(self._use)
        for wanted in (self.again.clicked, self.again_action.triggered):
            wanted.connect(self._run)
        self.name.triggered.connect(self.cards.edit_name)
        self.forget_all.triggered.connect(self.forget_all_wanted)

    @Slot(object)
    def _ask(self, place: QPoint) -> None:
        self.menu.popup(place)

    @Slot()
    def _pin(self) -> None:
        card = self.cards.card
        self.pin_wanted.emit("" if card is None or card.is_pinned else card.key)

    @Slot()
    def _forget(self) -> None:
        self.forget_wanted.emit(self.key)

    @Slot()
    def _use(self) -> None:
        self.use_wanted.emit(self.key)

    @Slot()
    def _run(self) -> None:
        self.run_wanted.emit(self.key)
