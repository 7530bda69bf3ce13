"""The page about checkpoints: the card of the open one, or what is to be said about one that is not open yet."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ddpm_studio.gui.sampling.ask_view import AskView
from ddpm_studio.gui.sampling.card import CardView
from ddpm_studio.gui.state import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.focus import holds_focus


class ModelPage(QStackedWidget):
    """Shows State.sampling's card or refusal. `answered` has Answers, `forgotten` the name of one of them.

    `kept` gives up on a checkpoint that was refused, `schedule_wanted` has a Schedule and its name.
    """

    answered = Signal(object)
    forgotten = Signal(str)
    kept = Signal()
    schedule_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card, self.ask = CardView(), AskView()
        for page in (self.card, self.ask):
            self.addWidget(page)
            page.answered.connect(self.answered)
            page.schedule_wanted.connect(self.schedule_wanted)
        self.card.forgotten.connect(self.forgotten)
        self.ask.kept.connect(self.kept)

    def show_state(self, state: State) -> None:
        """Show what is known, or what is asked."""
        setup = state.sampling
        offered = [entry.schedule for entry in state.entries]
        self.card.show_card(setup.card, offered)
        if setup.refusal is not None:
            self.ask.show_refusal(setup.refusal, PurePath(setup.checkpoint).name, offered)
        page = self.card if setup.refusal is None else self.ask
        if page is self.card and holds_focus(self.ask):
            self.card.setFocus()  # Or a button of the card that nobody has seen yet would have it.
        self.setCurrentWidget(page)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.card.set_theme(tokens)
        self.ask.set_theme(tokens)
