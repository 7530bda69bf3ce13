"""The list of schedules, a line of text each, under its buttons, and over the empty line in which another is typed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.list_actions import ListActions
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.reading_order import scroll_to
from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

_MENU_ARROW, _ARROW = 28, 21
_MARGIN = 8
_TIGHT = "QToolButton { padding: 3px 2px; }"


class SchedulesList(QWidget):
    """The buttons, the lines and the empty line; the context menu has the same actions. Entries are known by their key.

    `refused` tells why a line was not taken that is no longer there.
    """

    selected = Signal(int)
    duplicated = Signal(int)
    duplicated_below = Signal(int)
    removed = Signal(int)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self.model = EntriesModel(self)
        self.view, self.new_line = EntriesView(self.model), NewLine()
        self.offers = ListActions(self)
        self._add, self.fold = self._make_add(), self._make_fold()
        self._show_limits = self.offers.limits(self._add)
        self._lay_out()
        self._connect()

    def show_state(self, state: State) -> None:
        """Show the entries, with one of them selected."""
        # The state comes first, so that moving the view's current line is not mistaken for a click.
        self._state = state
        self.view.show_state(state)
        self.new_line.chosen = state.current.schedule
        if not state.adjusting:
            self._show_limits(state)

    def set_theme(self, tokens: Tokens) -> None:
        """Paint everything in a theme's colours."""
        self.view.set_tokens(tokens)
        self.new_line.set_tokens(tokens)

    @property
    def _chosen(self) -> int:
        """The key of the line that was chosen last, which the state that is shown may not know of yet."""
        index = self.view.currentIndex()
        return self.model.entry(index).key if index.isValid() else self._state.selected

    @Slot(str, str)
    def answer_spec(self, text: str, reason: str) -> None:
        """Let go of the line that was entered, or, for a reason, keep it and say why it is refused."""
        if not self.view.line.draft.answer(text, reason) and reason:
            self.refused.emit(reason)

    @Slot(str, str)
    def answer_new(self, text: str, reason: str) -> None:
        """Empty the line in which a schedule was typed that is in the list now, or say why it is refused."""
        if not self.new_line.draft.answer(text, reason) and reason:
            self.refused.emit(reason)
        self.new_line.show_text("")

    def _make_add(self) -> QPushButton:
        add = QPushButton(self.tr("Add"))
        add.setToolTip(self.tr("Add a schedule: a preset, any kind, or betas from a file"))
        add.setMenu(self.offers.add_menu)
        # Fusion makes push buttons 80 pixels wide, which would widen the whole column.
        keep_width(add, lambda: add.fontMetrics().horizontalAdvance(add.text()) + _MENU_ARROW)
        return add

    def _make_fold(self) -> QToolButton:
        fold = QToolButton()
        fold.setText("▾")
        fold.setCheckable(True)
        fold.setShortcut("Ctrl+.")
        fold.setToolTip(self.tr("Fold the sliders of the chosen schedule, or show them (Ctrl+.)"))
        fold.setAccessibleName(fold.toolTip())
        fold.setStyleSheet(_TIGHT)
        keep_width(fold, partial(grown, _ARROW))
        return fold

    def _lay_out(self) -> None:
        actions, row = self.offers, QHBoxLayout()
        row.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 4)
        row.setSpacing(1)
        row.addWidget(self._add)
        for action in (actions.duplicate, actions.remove):
            row.addWidget(_button(action))
        row.addStretch(1)
        for action in (actions.up, actions.down):
            button = _button(action)
            keep_width(button, partial(grown, _ARROW))
            row.addWidget(button)
        row.addWidget(self.fold)
        below = QVBoxLayout()
        below.setContentsMargins(_MARGIN, 6, _MARGIN, _MARGIN)
        below.setSpacing(2)
        below.addWidget(self.new_line)
        note = RefusalNote(self.new_line.draft)
        self.new_line.completion.keep_clear_of(note)
        below.addWidget(note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view)
        column.addLayout(below)
        column.addStretch(1)

    def _connect(self) -> None:
        view, actions = self.view, self.offers
        view.selectionModel().currentChanged.connect(self._select)
        view.customContextMenuRequested.connect(self._open_menu)
        view.remove_pressed.connect(actions.remove.trigger)
        view.up_pressed.connect(actions.up.trigger)
        view.down_pressed.connect(actions.down.trigger)
        view.finding_wanted.connect(self._show_findings)
        view.line.went_on.connect(self._go_on)
        view.line.went_below.connect(self._go_below)
        actions.rename.triggered.connect(view.edit_name)
        actions.duplicate.triggered.connect(self._duplicate_current)
        actions.remove.triggered.connect(self._remove_current)
        actions.only.triggered.connect(view.show_only)
        actions.up.triggered.connect(self._move_up)
        actions.down.triggered.connect(self._move_down)
        self.fold.toggled.connect(self._fold)

    @Slot(bool)
    def _fold(self, folded: bool) -> None:
        self.fold.setText("▸" if folded else "▾")
        self.view.fold(folded)

    @Slot()
    def _show_findings(self) -> None:
        self.fold.setChecked(False)
        scroll_to(self.view, self.view.card.findings)

    @Slot()
    def _go_on(self) -> None:
        """Go to the next line, or after the last one to the empty line."""
        row = self.view.currentIndex().row() + 1
        if row < self.model.rowCount():
            self.selected.emit(self.model.entry(self.model.index(row)).key)
        else:
            self.new_line.setFocus()

    @Slot()
    def _go_below(self) -> None:
        self.duplicated_below.emit(self._chosen)

    @Slot(QModelIndex)
    def _select(self, current: QModelIndex) -> None:
        if current.isValid() and self.model.entry(current).key != self._state.selected:
            self.selected.emit(self.model.entry(current).key)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self.offers.menu(self).popup(self.view.viewport().mapToGlobal(place))

    @Slot()
    def _duplicate_current(self) -> None:
        self.duplicated.emit(self._chosen)

    @Slot()
    def _remove_current(self) -> None:
        self.removed.emit(self._chosen)

    @Slot()
    def _move_up(self) -> None:
        self._move_current(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move_current(1)

    def _move_current(self, by: int) -> None:
        row = self.view.currentIndex().row()
        self.model.ask_to_move(row, row + by)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setStyleSheet(_TIGHT)
    button.setDefaultAction(action)
    button.setAccessibleName(action.toolTip())
    return button
