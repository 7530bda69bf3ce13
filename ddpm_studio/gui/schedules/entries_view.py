"""EntriesView: the lines of the schedules list; the chosen one is a field for its text, and opens as a card."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QSizePolicy,
    QStyleOptionViewItem,
    QWidget,
)

from ddpm_studio.gui.schedules.card.schedule_card import ScheduleCard
from ddpm_studio.gui.schedules.rows.family_opening import FamilyOpening
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.rows.row_delegate import MEMBERS_MARGIN, RowDelegate
from ddpm_studio.gui.schedules.rows.row_hits import RowHits
from ddpm_studio.gui.schedules.rows.row_layout import BAR, MARGIN, RowLayout, RowParts
from ddpm_studio.gui.schedules.rows.ticking import Ticking
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.item_models import Index
from ddpm_studio.gui.widgets.reading_order import scroll_to
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote

_FRAME = 3
"""Pixels from the edge of the field to its text."""


@dataclass(frozen=True)
class _Press:
    """A press of the mouse on the line of an entry, and where in the field that its text becomes, if on that."""

    place: QPoint
    key: int
    x: int | None


class EntriesView(QListView):
    """Shows an EntriesModel. A click on a text edits it, Space and `ticks` tick, dragging reorders, `families` open.

    The field of the chosen line, `line`, the reason why its text is refused, and its `card` lie over its row.
    """

    remove_pressed = Signal()
    up_pressed = Signal()
    down_pressed = Signal()
    finding_wanted = Signal()

    def __init__(self, model: EntriesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = model
        self._key = 0
        self._pressed: _Press | None = None
        self._caret: _Press | None = None
        self._typed_ahead: list[QKeyEvent] = []
        self._folded = False
        self._painted: tuple[object, ...] = ()
        self._height = 0
        self._rows = RowDelegate(self)
        self._hits = RowHits(model, self._rows)
        self.families = FamilyOpening(model, self._hits, self)
        self.ticks = Ticking(model, self._row_at, self)
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self._set_up()
        self.line = SpecLine(self.viewport())
        self.note = RefusalNote(self.line.draft)
        self.note.setParent(self.viewport())
        self.line.completion.keep_clear_of(self.note)
        self.card = ScheduleCard(self.viewport())
        self.card.grew.connect(self.fit)
        self.card.opened.connect(self._show_opened)
        self.families.opened.connect(self.fit)
        self.line.draft.refused.connect(self.fit)

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Schedules"))
        self.viewport().setStatusTip(self.tr("Click: choose, and in its text: type · on its mark: show or hide"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    # showing

    def show_state(self, state: State) -> None:
        """Show the entries, with one of them open."""
        self._entries.show_state(state)
        if state.selected != self._key:
            self._entries.keep_refused(self._key, self.line.let_go())
        if self._rows.layout.count != len(state.entries):
            self._rows.layout = RowLayout(self.font(), len(state.entries))
        index = self._entries.index_of(state.selected)
        self._rows.chosen = index.row()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        self._open(state)
        if not state.adjusting:
            # While a slider is held, only what its card needs can change.
            self.fit()
            self.viewport().update()
        elif self._entries.is_open(self._key):
            self.viewport().update(self.visualRect(index))

    def set_tokens(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self._rows.tokens = tokens
        self._rows.layout = RowLayout(self.font(), self._rows.layout.count)
        self.scheduleDelayedItemsLayout()
        self.line.set_tokens(tokens)
        self.viewport().update()

    @property
    def is_folded(self) -> bool:
        """Whether the card is closed."""
        return self._folded

    def fold(self, folded: bool) -> None:
        """Close the card of the chosen line, or open it."""
        self._folded = folded
        self.fit()

    def edit_text(self) -> None:
        """Put the caret into the text of the chosen line."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.end(False)

    @Slot()
    def edit_name(self) -> None:
        """Let the name of the chosen line be edited, unless it already is."""
        # Qt warns of an editing that failed where a name is being typed.
        if self.state() is not QAbstractItemView.State.EditingState:
            # The key may have been pressed in another window, and an editor without the focus would never close.
            self.activateWindow()
            self.edit(self.currentIndex())

    @Slot()
    def show_only(self) -> None:
        """Have the chosen line shown alone, or what was shown before that."""
        self.ticks.only_wanted.emit(self._key)

    def _open(self, state: State) -> None:
        entry = state.current
        if entry.key != self._key:
            self._key = entry.key
            self.line.show_spec(entry.spec)
            refused = self._entries.refused(entry.key)
            if refused is not None:
                self._entries.keep_refused(entry.key, None)
                self.line.bring_back(refused)
            # Where rows lie is known from when another one was open.
            self.scheduleDelayedItemsLayout()
            self.scrollTo(self.currentIndex())
        self.line.show_spec(entry.spec)
        family = None if entry.family is None else entry.family.parameter
        painted = (entry.style, self._rows.tokens, self.card.editor.parameters, family)
        if painted != self._painted:  # The sliders are others, or have another colour.
            self._painted = painted
            self.card.set_color(STYLES[entry.style].color(self._rows.tokens.dark))
        caret, self._caret = self._caret, None
        typed, self._typed_ahead = self._typed_ahead, []
        if caret is not None and caret.key == self._key and caret.x is not None:
            self._place()
            self.line.caret_at(caret.x)
            for event in typed:
                QApplication.sendEvent(self.line, event)

    @Slot()
    def fit(self) -> None:
        """Give the chosen line the room of what it opens as."""
        self.card.setVisible(not self._folded)
        # The line below the row has a pixel of its own, which is not the card's.
        opened = 0 if self._folded else max(map(self.card.height_for, self._widths())) + 1
        notes = (self.note.heightForWidth(_note_width(width)) for width in self._widths())
        self._rows.noted = max(notes) + 6 if self.note.text() else 0
        self._rows.opened = opened + self._rows.noted
        height = self._content_height()
        if height != self._height:
            self._height = height
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()
        self._place()

    # room

    def sizeHint(self) -> QSize:
        """As tall as all lines together."""
        return QSize(264, self._height)

    def minimumSizeHint(self) -> QSize:
        """A few lines."""
        return QSize(200, min(120, self._height))

    def _content_height(self) -> int:
        rows = range(self._entries.rowCount())
        option = QStyleOptionViewItem()
        return sum(self._rows.sizeHint(option, self._entries.index(row)).height() for row in rows)

    def updateGeometries(self) -> None:
        """Lay what is open over the chosen row."""
        super().updateGeometries()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the chosen line the room that it needs at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QListView.ScrollHint.EnsureVisible) -> None:
        """Bring a row into view, its head in any case."""
        self.executeDelayedItemsLayout()
        row, bar = self.visualRect(index), self.verticalScrollBar()
        below = row.bottom() + 1 - self.viewport().height()
        bar.setValue(bar.value() + (min(max(below, 0), row.top()) if row.top() >= 0 else row.top()))

    @Slot(object)
    def _show_opened(self, part: QWidget) -> None:
        """Bring a part of the card that was opened into view, its beginning in any case."""
        for _ in range(2):  # Texts are wrapped anew where a scroll bar comes, which moves what is below them.
            self.card.settle()
            self.fit()
            self.executeDelayedItemsLayout()
            self._place()
        scroll_to(self, part)

    def _inner(self) -> QRect:
        """The room of the card, as wide as the view's column."""
        return self.viewport().rect().adjusted(BAR + MARGIN, 0, -MARGIN, 0)

    def _widths(self) -> tuple[int, int]:
        """The widths of the card without a scroll bar and with one.

        What is opened has the height that it needs at both, or its height would move the scroll bar that it depends on.
        """
        width = self.contentsRect().width() - BAR - 2 * MARGIN
        return width, width - self.verticalScrollBar().sizeHint().width()

    def _place(self) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        row = self.visualRect(index)
        parts = self._parts(index)
        text = parts.text.adjusted(-_FRAME, -2, 0, 2)
        self.line.setGeometry(text)
        below = parts.head.bottom() + 1
        if self.note.text():
            self.note.setGeometry(text.left(), below - 2, _note_width(self._inner().width()), self._rows.noted - 6)
        members = self._rows.members(row, index)
        below = members[-1].bottom() + MEMBERS_MARGIN if members else below + self._rows.noted
        inner = self._inner()
        self.card.setGeometry(inner.left(), below, inner.width(), row.bottom() - below)

    # hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit at Enter and F2, remove on Delete, and so on, before the menus' shortcuts.

        While a name is being typed, keys that are of no use in it do nothing.
        """
        focused = QApplication.focusWidget()
        if focused not in (None, self) and self.isAncestorOf(focused):
            # A field that lies over the list had no use for it, and nor has the list.
            event.ignore()
            return
        if self._caret is not None and self._caret.x is not None:
            # The click was in a text that is not shown as a field yet, and whose keys these are.
            self._typed_ahead.append(event.clone())
            return
        index = self.currentIndex()
        if self.state() is QAbstractItemView.State.EditingState or self.families.press_key(event, index):
            return
        pressed = QKeySequence(event.keyCombination())
        for key, do in (
            ("Del", self.remove_pressed.emit),
            ("Alt+Up", self.up_pressed.emit),
            ("Alt+Down", self.down_pressed.emit),
            ("Shift+Space", self.show_only),
            ("Alt+Space", self.show_only),
            ("F2", self.edit_text),
            ("Return", self.edit_text),
            ("Enter", self.edit_text),
        ):
            if pressed == QKeySequence(key):
                do()
                return
        if event.text().isalpha():
            # Qt would look for a line that begins so, and letters choose the axis wherever nothing is typed.
            event.ignore()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick where a tick is pressed, else choose the line."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            row = self.visualRect(index)
            if self._hits.is_tick(row, index, place):
                self.ticks.press(index.row(), event)
                return
            if self.families.press(row, index, place):
                return
            x = self._hits.letter(row, index, place)
            self._pressed = _Press(place, self._entries.entry(index).key, None if x is None else x + _FRAME)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second press for one more."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tick what the mouse comes to from another tick, else drag a line."""
        if self.ticks.under_way:
            self.ticks.move(event)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Put the caret into a text that was clicked on, and show what a badge stands for."""
        self.ticks.let_go()
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        place = event.position().toPoint()
        if pressed is None or (place - pressed.place).manhattanLength() >= QApplication.startDragDistance():
            return
        index = self.indexAt(place)
        if index.isValid() and self._hits.badge(self.visualRect(index), index, place) is not None:
            self.finding_wanted.emit()
        elif pressed.x is not None and pressed.key == self._key:
            self.line.caret_at(pressed.x)
        else:
            self._caret = pressed

    def _parts(self, index: Index) -> RowParts:
        return self._rows.parts(self.visualRect(index), index)

    def _row_at(self, place: QPoint) -> int:
        """The row at a height, the first or the last one beyond the ends."""
        index = self.indexAt(QPoint(1, place.y()))
        return index.row() if index.isValid() else 0 if place.y() < 0 else self._entries.rowCount() - 1


def _note_width(width: int) -> int:
    return width - 24
