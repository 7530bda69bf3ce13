"""Model page: the card of the open checkpoint, the questions about one that is not open yet, or a trial of either's
readings.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget

from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.model.card_view import CardView
from ddpm_studio.gui.sampling.model.trial_view import TrialView
from ddpm_studio.gui.state.limits import why_not_add
from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.texts import visible_name

LEAST = 48
"""Height of the page at least, in pixels: a few lines of what scrolls by itself."""


class ModelPage(QStackedWidget):
    """Shows the card, refusal or trial of State.sampling; its pages have the signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card, self.ask, self.trial = CardView(), AskView(), TrialView()
        for page in (self.card, self.ask, self.trial):
            self.addWidget(page)

    def minimumSizeHint(self) -> QSize:
        """As low as a few lines."""
        return QSize(super().minimumSizeHint().width(), grown(LEAST))

    def show_state(self, state: State) -> None:
        """Show what is known, or what is asked."""
        setup = state.sampling
        offered = [entry.schedule for entry in state.entries]
        self.card.show_card(setup.card, offered)
        for page in (self.card, self.ask):
            page.schedule.show_limit(why_not_add(state))
        if setup.refusal is not None:
            self.ask.show_refusal(setup.refusal, visible_name(setup.checkpoint), offered)
        wanted, shown = self._page(setup), self.currentWidget()
        if wanted is not self.ask and wanted is not shown and shown is not None and holds_focus(shown):
            wanted.setFocus()  # Otherwise one of its buttons, not yet seen by anybody, would have it.
        self.setCurrentWidget(wanted)

    def _page(self, setup: Sampling) -> QWidget:
        if setup.trial is not None:
            return self.trial
        return self.card if setup.refusal is None else self.ask

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.card.set_theme(tokens)
        self.ask.set_theme(tokens)
