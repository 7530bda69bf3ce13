"""PaletteBox: a field over the top of the window, and below it what is found by what is typed into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from ddpm_studio.gui.palette.palette_delegate import PaletteDelegate
from ddpm_studio.gui.palette.palette_model import FOUND, PaletteModel
from ddpm_studio.gui.palette.ranking import FoundDeed

WIDTH = 46
"""Width in letters of the font."""

MOST_ROWS = 8
LONGEST = 100
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -MOST_ROWS, Qt.Key.Key_PageDown: MOST_ROWS}
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MARGIN = 6


class PaletteBox(QFrame):
    """Lies over `window` until something is chosen, Esc is pressed or the focus goes elsewhere; then what had the focus
    before has it again.

    `find` gives what is found by a text. `chosen` has the Deed, once the box is gone.
    """

    chosen = Signal(object)

    def __init__(self, window: QMainWindow, find: Callable[[str], Sequence[FoundDeed]]) -> None:
        super().__init__(window)
        self._window, self._find = window, find
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Command palette"))
        self.field, self.view, self.model = QLineEdit(), QListView(), PaletteModel()
        self._nothing = QLabel(self.tr("Nothing is found by these letters."))
        self._set_up_field()
        self._set_up_view()
        self._nothing.setProperty("role", "muted")
        self._nothing.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(_MARGIN)
        for part in (self.field, self.view, self._nothing):
            column.addWidget(part)
        window.installEventFilter(self)
        self.hide()

    def _set_up_field(self) -> None:
        self.field.setPlaceholderText(self.tr("An action, schedule, curve or setting, or a value: t 250, 0 dB, T 500"))
        self.field.setAccessibleName(self.tr("What is to be done"))
        self.field.setAccessibleDescription(self.tr("Up and down choose, Enter does it, Esc closes"))
        self.field.setMaxLength(LONGEST)
        self.field.textEdited.connect(self._look_for)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)

    def _set_up_view(self) -> None:
        self.view.setAccessibleName(self.tr("What was found"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(PaletteDelegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.clicked.connect(self._take)

    def open(self) -> None:
        """Appear, with an empty field that has the focus; or, if it is there, select what is typed."""
        if self.isVisible():
            self.field.selectAll()
            return
        self._window.activateWindow()
        self._before = self._window.focusWidget()
        self.field.clear()
        self._look_for("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_box(self) -> None:
        """Go, and give the focus back to what had it before."""
        before, self._before = self._before, None
        if before is not None and Shiboken.isValid(before) and self._window.focusWidget() is self.field:
            before.setFocus()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys of the field move through the list, go when the field is left, and move with the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        elif watched is self.field and isinstance(event, QKeyEvent):
            return self._use_key(event)
        elif watched is self.field and isinstance(event, QFocusEvent):
            self._follow_focus(event)
        return False

    def _follow_focus(self, event: QFocusEvent) -> None:
        """Go when the focus goes, unless to the menu of the field itself or because the window is destroyed."""
        to_menu = event.reason() is Qt.FocusReason.PopupFocusReason
        if event.lostFocus() and not to_menu and self.isVisible() and Shiboken.isValid(self._window):
            self.close_box()

    def _use_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key not in (*_STEPS, *_TAKES, Qt.Key.Key_Escape) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._press(key)
        return True

    def _press(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.close_box()
        elif key in _TAKES:
            self._take(self.view.currentIndex())
        else:
            self._step(next(by for each, by in _STEPS.items() if each == key))

    def _step(self, by: int) -> None:
        """Go to another row that can be chosen; single steps go round."""
        rows = [row for row in range(self.model.rowCount()) if self.model.flags(self.model.index(row))]
        if not rows:
            return
        now = rows.index(self.view.currentIndex().row()) if self.view.currentIndex().isValid() else -1
        place = (now + by) % len(rows) if abs(by) == 1 else max(0, min(now + by, len(rows) - 1))
        self.view.setCurrentIndex(self.model.index(rows[place]))

    @Slot(str)
    def _look_for(self, typed: str) -> None:
        self.model.show_found(self._find(typed))
        first = self.model.index(0)
        # Where the likeliest cannot be done, Enter does not do the next best.
        leads = first.isValid() and self.model.flags(first)
        self.view.setCurrentIndex(first if leads else QModelIndex())
        self.view.scrollToTop()
        found = self.model.rowCount() > 0
        self.view.setVisible(found)
        self._nothing.setHidden(found)
        self._place()

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        if index.isValid() and self.model.flags(index):
            found: FoundDeed = index.data(FOUND)
            self.close_box()
            self.chosen.emit(found.deed)

    def _place(self) -> None:
        """Lie below the menu bar, in the middle, as wide as many letters and as high as some rows."""
        window, bar = self._window, self._window.menuBar()
        rows = min(MOST_ROWS, self.model.rowCount())
        self.view.setFixedHeight(rows * self.view.sizeHintForRow(0) if rows else 0)
        width = min(WIDTH * self.fontMetrics().averageCharWidth() * 2, window.width() - 4 * _MARGIN)
        top = bar.geometry().bottom() + 1 if bar.isVisible() and not bar.isNativeMenuBar() else 0
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, top + _MARGIN)
