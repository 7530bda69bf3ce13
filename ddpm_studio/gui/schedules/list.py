"""The list of schedules, one line each, and the actions on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.add_menu import AddMenu
from ddpm_studio.gui.schedules.model import EntriesModel
from ddpm_studio.gui.schedules.swatch import SWATCH
from ddpm_studio.gui.state.limits import why_not_add, why_not_remove
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.item_models import Index
from ddpm_studio.gui.widgets.mathtext import plain_tip

MIN_ROWS, MAX_ROWS = 3, 6
"""The list grows with its lines between these limits; beyond them it scrolls."""

_MENU_ARROW, _ARROW = 36, 24


class _Renaming(QStyledItemDelegate):
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Offer the name to begin with; one that is half typed stays, whatever else changes in the row."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


class EntriesView(QListView):
    """Shows an EntriesModel. A click selects, a double click or F2 renames, Space ticks, dragging reorders."""

    remove_pressed = Signal()
    up_pressed = Signal()
    down_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Schedules"))
        self.setItemDelegate(_Renaming(self))
        self.setIconSize(SWATCH)
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove on Delete, reorder on Alt+Up and Alt+Down: keys, since the menus' shortcuts take precedence.

        While a name is being typed, keys that are of no use in it do nothing.
        """
        if self.state() is QAbstractItemView.State.EditingState:
            return
        pressed = QKeySequence(event.keyCombination())
        for key, signal in (
            ("Del", self.remove_pressed),
            ("Alt+Up", self.up_pressed),
            ("Alt+Down", self.down_pressed),
        ):
            if pressed == QKeySequence(key):
                signal.emit()
                return
        super().keyPressEvent(event)


class SchedulesList(QWidget):
    """The list over its buttons; its context menu has the same actions. Entries are identified by their key."""

    selected = Signal(int)
    duplicated = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self.model = EntriesModel(self)
        self._view = EntriesView()
        self._view.setModel(self.model)
        self.add_menu = AddMenu(self)
        self._make_actions()
        self._add = self._make_add()
        self._limited = self._make_limited()
        self._lay_out()
        self._connect()

    def show_state(self, state: State) -> None:
        """Show the entries, with one of them selected."""
        # The state comes first, so that moving the view's current line is not mistaken for a click.
        self._state = state
        if self.model.show_state(state):
            self._fit_height()
        current = self.model.index_of(state.selected)
        if current != self._view.currentIndex():
            self._view.setCurrentIndex(current)
        self.add_menu.steps = state.current.schedule.T
        for offer, tip, why_not in self._limited:
            reason = why_not(state)
            offer.setEnabled(reason is None)
            offer.setToolTip(plain_tip(translated(reason)) if reason else tip)
        # Its line in the context menu: PySide loses hold of it with each of those.
        self.add_menu.menuAction().setToolTip(self._add.toolTip())
        self._up.setEnabled(current.row() > 0)
        self._down.setEnabled(current.row() < len(state.entries) - 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Paint the line samples in a theme's colours."""
        self.model.set_theme(tokens, self.devicePixelRatio())

    def _make_actions(self) -> None:
        self._rename = self._action(self.tr("Re&name"), "F2", self.tr("Give the schedule a name (F2)"))
        self._duplicate = self._action(self.tr("&Duplicate"), "", self.tr("Add a copy of the schedule (Ctrl+D)"))
        self._remove = self._action(self.tr("&Remove"), "Del", self.tr("Remove the schedule from the list (Delete)"))
        self._up = self._action(self.tr("Move &up"), "Alt+Up", self.tr("Move the schedule up (Alt+Up)"))
        self._down = self._action(self.tr("Move do&wn"), "Alt+Down", self.tr("Move the schedule down (Alt+Down)"))
        self._up.setIconText("↑")
        self._down.setIconText("↓")

    def _action(self, text: str, key: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(tip)
        return action

    def _make_add(self) -> QPushButton:
        add = QPushButton(self.tr("Add"))
        add.setToolTip(self.tr("Add a schedule: a preset, any kind, or betas from a file"))
        add.setMenu(self.add_menu)
        # Fusion makes push buttons 80 pixels wide, which would widen the whole column.
        add.setMaximumWidth(add.fontMetrics().horizontalAdvance(add.text()) + _MENU_ARROW)
        return add

    def _make_limited(self) -> tuple[tuple[QAction | QWidget, str, Callable[[State], StudioError | None]], ...]:
        """Buttons and actions that are not always available, with their usual tips and what tells why not."""
        limited = (((self._add, self.add_menu, self._duplicate), why_not_add), ((self._remove,), why_not_remove))
        return tuple((offer, offer.toolTip(), why_not) for offers, why_not in limited for offer in offers)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._add)
        for action in (self._duplicate, self._remove):
            row.addWidget(_button(action))
        row.addStretch(1)
        for action in (self._up, self._down):
            button = _button(action)
            button.setFixedWidth(_ARROW)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._view)
        column.addLayout(row)

    def _connect(self) -> None:
        self._view.selectionModel().currentChanged.connect(self._select)
        self._view.customContextMenuRequested.connect(self._open_menu)
        self._view.remove_pressed.connect(self._remove.trigger)
        self._view.up_pressed.connect(self._up.trigger)
        self._view.down_pressed.connect(self._down.trigger)
        self._rename.triggered.connect(self._edit_current)
        self._duplicate.triggered.connect(self._duplicate_current)
        self._remove.triggered.connect(self._remove_current)
        self._up.triggered.connect(self._move_up)
        self._down.triggered.connect(self._move_down)

    def _fit_height(self) -> None:
        rows = min(max(self.model.rowCount(), MIN_ROWS), MAX_ROWS)
        self._view.setFixedHeight(rows * self._view.sizeHintForRow(0) + 2 * self._view.frameWidth())

    @Slot(QModelIndex)
    def _select(self, current: QModelIndex) -> None:
        if current.isValid() and self.model.entry(current).key != self._state.selected:
            self.selected.emit(self.model.entry(current).key)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addMenu(self.add_menu)
        menu.addSeparator()
        menu.addActions([self._rename, self._duplicate, self._remove, self._up, self._down])
        menu.popup(self._view.viewport().mapToGlobal(place))

    @Slot()
    def _edit_current(self) -> None:
        self._view.edit(self._view.currentIndex())

    @Slot()
    def _duplicate_current(self) -> None:
        self.duplicated.emit(self._state.selected)

    @Slot()
    def _remove_current(self) -> None:
        self.removed.emit(self._state.selected)

    @Slot()
    def _move_up(self) -> None:
        self._move_current(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move_current(1)

    def _move_current(self, by: int) -> None:
        row = self._view.currentIndex().row()
        self.model.ask_to_move(row, row + by)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setStyleSheet("QToolButton { padding: 3px 4px; }")
    button.setDefaultAction(action)
    button.setAccessibleName(action.toolTip())
    return button
