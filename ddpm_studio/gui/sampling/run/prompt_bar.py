"""Prompt bar: what a network that takes text is asked for, and beside it what it is led away from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.widgets.mathtext import without_mnemonic
from ddpm_studio.gui.widgets.typed.several_lines import SeveralLines
from ddpm_studio.run_settings import MAX_PROMPT
from ddpm_studio.texts import visible

_LONGEST = 80
"""Characters of a prompt in the menu."""


class PromptBar(QWidget):
    """A `prompt` and a `negative` one, and the prompts that were drawn before; `run_wanted` asks for a run."""

    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompt, self.negative = SeveralLines(MAX_PROMPT), SeveralLines(MAX_PROMPT)
        self.earlier, self._menu = QToolButton(), QMenu(self)
        self._describe(self.prompt, self.tr("Prompt"), self.tr("What to draw"))
        away = self.tr("What to lead away from, by guidance above 1")
        self._describe(self.negative, self.tr("Negative prompt"), away)
        self._offer_earlier()
        self._lay_out()

    def set_room(self, height: int) -> None:
        """Be no higher than this, but for two lines."""
        for field in (self.prompt, self.negative):
            field.set_room(height)

    def _describe(self, field: SeveralLines, name: str, placeholder: str) -> None:
        field.setAccessibleName(name)
        field.setPlaceholderText(placeholder)
        field.setToolTip(self.tr("{name}: Ctrl+Enter draws, Enter begins a line").format(name=name))
        field.confirmed.connect(self.run_wanted)

    def _offer_earlier(self) -> None:
        self.earlier.setText(self.tr("Earlier"))
        self.earlier.setToolTip(self.tr("The prompts that were drawn last"))
        self.earlier.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.earlier.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._choose)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget, share in ((self.prompt, 3), (self.earlier, 0), (self.negative, 2)):
            row.addWidget(widget, share, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _fill(self) -> None:
        """Offer the prompts that are remembered, and to forget them."""
        self._menu.clear()
        prompts = Recent(kind=RecentKind.PROMPTS).paths()
        for prompt in prompts:
            self._menu.addAction(without_mnemonic(visible(prompt, _LONGEST))).setData(prompt)
        if prompts:
            self._menu.addSeparator()
            self._menu.addAction(self.tr("Forget these"))
        else:
            self._menu.addAction(self.tr("None have been drawn yet")).setEnabled(False)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        """Take a prompt, or forget all."""
        if action.data() is None:
            Recent(kind=RecentKind.PROMPTS).forget()
        else:
            self.prompt.take_text()  # What is half typed comes back by Undo.
            self.prompt.chosen.emit(action.data())
