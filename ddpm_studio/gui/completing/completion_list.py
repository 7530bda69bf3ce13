"""CompletionList: what a field offers to complete, below it; the keys stay the field's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.widgets.mathtext import plain_tip

MOST_ROWS = 8
WIDTH = 460
_PADDING = 8
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class CompletionList(QTreeWidget):
    """Lies over the window of `field`, and goes when the field is left. `chosen` has the offer that was taken.

    `leading` tells whether the list is there with an offer that can be taken.
    """

    chosen = Signal(object)
    leading = Signal(bool)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        self._offers: tuple[Completion, ...] = ()
        self._note: QWidget | None = None
        self.setAccessibleName(self.tr("What can be typed here"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(self._take_item)
        # A field that is part of another one hears of its focus only through that.
        self._with_focus = field
        field.installEventFilter(self)
        self.hide()

    def leave_with(self, field: QWidget) -> None:
        """Go when this field is left, which passes what it hears on to the other."""
        self._with_focus = field
        field.installEventFilter(self)

    def keep_clear_of(self, note: QWidget) -> None:
        """Lie below what is said of the field's text, not over it."""
        self._note = note
        note.installEventFilter(self)

    @property
    def current(self) -> Completion | None:
        """The offer that the keys have come to; None until they are used."""
        row = self.currentIndex().row()
        return self._offers[row] if row >= 0 else None

    @property
    def leads_on(self) -> bool:
        """Whether the first offer can be taken, and does not only tell what can be typed."""
        return bool(self._offers and self._offers[0].text)

    @property
    def leads_into_path(self) -> bool:
        """Whether the first offer is a path, or the beginning of one."""
        return self.leads_on and self._offers[0].is_path

    def offer(self, offers: Sequence[Completion]) -> None:
        """Offer these below the field, none of them chosen yet; nothing if there are none."""
        self._offers = tuple(offers)
        self.clear()
        for each in offers:
            self.addTopLevelItem(self._item(each))
        self.setCurrentIndex(QModelIndex())
        self._place()
        self.setVisible(bool(offers))
        self.leading.emit(bool(offers) and self.leads_on)

    def step(self, by: int) -> bool:
        """Go to the next offer or the one before; False if there is none that can be taken."""
        rows = [row for row, each in enumerate(self._offers) if each.text] if self.isVisible() else []
        if not rows:
            return False
        now = self.currentIndex().row() if self.current else min(0, -by)
        self.setCurrentIndex(self.model().index(rows[(now + by) % len(rows)], 0))
        return True

    def take(self) -> bool:
        """Take the offer that the keys have come to; False if they have come to none."""
        offer = self.current if self.isVisible() else None
        self.hide()
        if offer is not None:
            self.chosen.emit(offer)
        return offer is not None

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that nothing is offered any more."""
        super().hideEvent(event)
        self.leading.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go when the field is left or hidden, and with it and its note when they move."""
        if watched not in (self._field, self._with_focus, self._note):
            # Qt has a view watch parts of its own.
            return super().eventFilter(watched, event)
        if watched is not self._note and event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.hide()
        elif event.type() in _MOVES and self.isVisible():
            self._place()
        return False

    def _item(self, offer: Completion) -> QTreeWidgetItem:
        item = QTreeWidgetItem([offer.label, offer.detail])
        item.setForeground(1, self.palette().placeholderText())
        # On the column that takes what is left: a hint has a width as well, which cut the names of the other one.
        item.setSizeHint(1, QSize(0, self.fontMetrics().height() + _PADDING))
        for column in (0, 1):
            item.setToolTip(column, plain_tip(offer.detail))
        if not offer.text:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _place(self) -> None:
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        rows = min(len(self._offers), MOST_ROWS)
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth() if rows else 0
        field = _within(window, self._field)
        below = 1 + (field if self._note is None or self._note.isHidden() else _within(window, self._note)).bottom()
        top = below if below + height <= window.height() else field.top() - height
        self.setGeometry(field.left(), top, min(WIDTH, window.width() - field.left()), height)
        self.raise_()

    @Slot(QTreeWidgetItem)
    def _take_item(self, item: QTreeWidgetItem) -> None:
        self.setCurrentItem(item)
        self.take()


def _within(window: QWidget, part: QWidget) -> QRect:
    """The place of a part in its window."""
    return QRect(part.mapTo(window, QPoint()), part.size())
