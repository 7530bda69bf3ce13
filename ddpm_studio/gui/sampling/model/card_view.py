"""Card of the open checkpoint: every value and where it is known from, what was assumed, and its schedule."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.checkpoints import Answers, CardItem, Memory, Origin
from ddpm_studio.checkpoints.remembered import worded
from ddpm_studio.checkpoints.trying import SPLIT
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.sampling.model.answer_editor import AnswerEditor
from ddpm_studio.gui.sampling.model.answer_fields import answer_field
from ddpm_studio.gui.sampling.model.answer_texts import about_trying
from ddpm_studio.gui.sampling.model.card_item_view import CardItemView
from ddpm_studio.gui.sampling.model.schedule_pane import SchedulePane
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.mathtext import plain_tip

LIST_WIDTH, PLOT_WIDTH = 680, 400
"""An upper limit, so that the remark on a value stays beside it."""

_SPLIT_BY_COUNT = {"attention_order", "conventions"}
"""Rows of networks whose attention may have been split into a number of heads."""


class CardView(QWidget):
    """Shows a CheckpointCard. `answered` carries Answers that replace what it shows, `forgotten` names an earlier one,
    and `forget_button` forgets all that is remembered.

    `trial_wanted` asks for a trial of how its attention is split and of what else is open, given these Answers, and
    `spacing_wanted` for runs to take the steps of this text.
    """

    trial_wanted = Signal(object)
    spacing_wanted = Signal(str)
    answered = Signal(object)
    forgotten = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CheckpointCard | None = None
        self._offered: Sequence[Schedule] = ()
        self.rows: dict[str, CardItemView] = {}
        self.title, self.schedule = QLabel(), SchedulePane()
        self._notes = QLabel()
        self.memory, self.forget_button = QLabel(), QToolButton()
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._area = QScrollArea()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._fill(None)

    def show_card(self, card: CheckpointCard | None, offered: Sequence[Schedule] = ()) -> None:
        """Show what is known of the checkpoint, None until it has been opened; offer schedules to replace its own.

        An open editor stays open as long as there is the value that it is to change.
        """
        self._offered = offered
        if card is not None and self._card is not None and card == replace(self._card, memory=card.memory):
            self._card = card
            self._show_memory(card)
        elif card is not self._card:
            self._fill(card)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.schedule.set_theme(tokens)

    def _fill(self, card: CheckpointCard | None) -> None:
        focused = next((key for key, row in self.rows.items() if holds_focus(row)), "")
        again = self._card is not None and card is not None and card.path == self._card.path
        self._card = card
        self._show_rows(card.rows if card else (), self.rows if again else {})
        if focused in self.rows and not holds_focus(self.rows[focused]):
            self.rows[focused].change.setFocus()
        self.schedule.show_schedule(card.schedule if card else None, card.name if card else "")
        self.title.setText(card.name if card else "")
        self.title.setToolTip(plain_tip(card.path) if card else "")
        self.title.setVisible(card is not None)
        notes = self._noted(card)
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self._show_memory(card)

    def _show_rows(self, rows: Sequence[CardItem], kept: Mapping[str, CardItemView]) -> None:
        """Show these rows; those of them that are `kept` as they are may have an editor open."""
        before = self.rows
        same = {key: view for key, view in kept.items() if view.row in rows}
        self.rows = {row.key: same.get(row.key) or self._row(row) for row in rows}
        for view in before.values():
            if view not in self.rows.values():
                view.hide()
                view.deleteLater()
        for place, view in enumerate(self.rows.values()):
            self._column.insertWidget(place + 1, view)
            view.show()

    def _show_memory(self, card: CheckpointCard | None) -> None:
        memory = card.memory if card else Memory()
        if memory.place:
            answers = translated(worded(memory.answers))
            text = self.tr("Remembered: {answers}; in {file}").format(answers=answers, file=memory.place)
            # A path has no spaces but may be broken after a separator.
            self.memory.setText(text.replace(os.sep, f"{os.sep}\u200b"))
        elif card is not None and card.trusted:
            self.memory.setText(self.tr("Remembered: its code is trusted"))
        shown = bool(memory.place) or (card is not None and bool(card.trusted))
        self.memory.setVisible(shown)
        self.forget_button.setVisible(shown)

    def _noted(self, card: CheckpointCard | None) -> str:
        if card is None:
            return self.tr("The checkpoint is described here once it is open; Run opens it.")
        return self.tr("Assumed: {notes}.").format(notes="; ".join(map(translated, card.notes))) if card.notes else ""

    def _row(self, row: CardItem) -> CardItemView:
        line = CardItemView(row, self._editor)
        line.edited.connect(self._show_editor)
        if _is_varied(row):
            line.add_button(self._try_button(row.key))
        if row.key == "spacing":
            line.add_button(self._spacing_button(str(row.value)))
        return line

    def _try_button(self, key: str) -> QToolButton:
        """The button that tries `key` anew, even where it was said."""
        button = QToolButton()
        button.setText(self.tr("Try…"))
        button.setToolTip(about_trying())
        button.setProperty("role", "quiet")
        button.clicked.connect(partial(self._ask_to_try, key))
        return button

    def _spacing_button(self, text: str) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("Use"))
        button.setAccessibleName(self.tr("Use these steps"))
        button.setToolTip(self.tr("Have the chosen sampler take its steps as the scheduler of this checkpoint does"))
        button.setProperty("role", "quiet")
        button.clicked.connect(partial(self.spacing_wanted.emit, text))
        return button

    def _editor(self, row: CardItem) -> AnswerEditor:
        shown = Answers(**{row.key: row.value})  # type: ignore[arg-type]  # As if the user had said it.
        field = answer_field(row.key, shown, self._offered, any_split=not _SPLIT_BY_COUNT.isdisjoint(self.rows))
        editor = AnswerEditor(row.key, field, row.origin is Origin.GIVEN)
        editor.applied.connect(self.answered)
        editor.forgotten.connect(self.forgotten)
        return editor

    def _lay_out(self) -> None:
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setWordWrap(True)
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setProperty("role", "muted")
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(3)
        self._column.addWidget(self.title)
        self._column.addWidget(self._notes)
        self._column.addLayout(self._memory_line())
        self._column.addStretch(1)
        self._area.setWidget(self._list)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(12)
        page.addWidget(self._area, 5)
        page.addWidget(self.schedule, 2)
        page.addStretch(0)
        self._area.setMaximumWidth(LIST_WIDTH)
        self.schedule.setMaximumWidth(PLOT_WIDTH)

    def _memory_line(self) -> QHBoxLayout:
        self.memory.setWordWrap(True)
        self.memory.setTextFormat(Qt.TextFormat.PlainText)
        self.memory.setProperty("role", "muted")
        self.forget_button.setText(self.tr("Forget"))
        self.forget_button.setAccessibleName(self.tr("Forget what is remembered"))
        self.forget_button.setToolTip(
            self.tr("Forget the answers with which it has drawn and that its code is trusted, and open it again")
        )
        self.forget_button.setProperty("role", "quiet")
        line = QHBoxLayout()
        line.addWidget(self.memory, 1)
        line.addWidget(self.forget_button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _ask_to_try(self, key: str) -> None:
        assert self._card is not None, "a row is there"
        self.trial_wanted.emit(self._card.answers.without(SPLIT | {key}))

    @Slot()
    def _show_editor(self) -> None:
        """Keep at most one editor open, and in view."""
        for row in self.rows.values():
            if row is self.sender():
                self._area.ensureWidgetVisible(row)
            else:
                row.close_editor()


def _is_varied(row: CardItem) -> bool:
    """True if a trial varies this value: what no weights tell anew each time, another one until it is known."""
    if row.key in ("heads", "head_channels", "conventions", "groups"):
        return row.origin is not Origin.FILE
    return row.key == "release" and row.origin is Origin.ASSUMED
