"""TickedTexts: texts of which any number is chosen, and a line in which another is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.typed.typed_line import TypedLine

_ROWS, _LETTERS = 3, 15
"""Rows, and letters of one, that are seen in any case."""

_AROUND = 6
"""What a row is higher than its text, in pixels."""


class TickedTexts(QWidget):
    """Holds a tuple of texts in the order in which they were ticked; `chosen` has another one.

    `normal` makes the same of texts that mean the same, or raises a StudioError for what means nothing.
    """

    chosen = Signal(object)

    def __init__(self, title: str, normal: Callable[[str], str], line: TypedLine | None = None) -> None:
        super().__init__()
        self._normal, self._value = normal, tuple[str, ...]()
        self._offered: Mapping[str, tuple[str, str]] = {}
        self._besides = tuple[str, ...]()
        self.list, self.line = QListWidget(), line
        head = QLabel(title)
        head.setBuddy(self.list)
        self.list.setAccessibleName(title.replace("&", ""))
        self.list.setSpacing(1)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head)
        column.addWidget(self.list, 1)
        if line is not None:
            column.addWidget(line)
            column.addWidget(RefusalNote(line.draft))
            line.entered.connect(self._add)
        metrics = self.fontMetrics()
        self.list.setMinimumSize(QSize(_LETTERS * metrics.averageCharWidth(), _ROWS * (metrics.height() + _AROUND)))
        self.list.itemChanged.connect(self._tick)

    def offer(self, offered: Mapping[str, tuple[str, str]]) -> None:
        """Offer these texts, each with what its row says and its tip."""
        if offered != self._offered:
            self._offered = dict(offered)
            self._fill()

    def show_value(self, value: object) -> None:
        """Tick these; those that are not offered stand below the others."""
        assert isinstance(value, tuple)
        self._value, self._besides = value, tuple(map(self._normal, value))
        self._fill()

    def _fill(self) -> None:
        ticked = dict.fromkeys(map(self._normal, self._value))
        rows = dict.fromkeys((*self._offered, *self._besides))
        with QSignalBlocker(self.list):
            if list(rows) != self._texts():
                self.list.clear()
                for text in rows:
                    self._append(text)
            for row in range(self.list.count()):
                item = self.list.item(row)
                on = item.data(Qt.ItemDataRole.UserRole) in ticked
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _texts(self) -> list[str]:
        """Those of the rows."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def _append(self, text: str) -> None:
        said, tip = self._offered.get(text, (text, text))
        item = QListWidgetItem(said, self.list)
        item.setData(Qt.ItemDataRole.UserRole, text)
        item.setToolTip(plain_tip(tip))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        # A box to tick is higher than a line of text.
        item.setSizeHint(QSize(0, self.fontMetrics().height() + _AROUND))

    @Slot(QListWidgetItem)
    def _tick(self, item: QListWidgetItem) -> None:
        text = item.data(Qt.ItemDataRole.UserRole)
        others = tuple(each for each in self._value if self._normal(each) != text)
        self._choose((*others, text) if item.checkState() is Qt.CheckState.Checked else others)

    @Slot(str)
    def _add(self, text: str) -> None:
        assert self.line is not None
        try:
            normal = self._normal(text.strip())
        except StudioError as error:
            self.line.draft.refuse(translated(error))
            return
        self.line.clear()
        self._choose((*(each for each in self._value if self._normal(each) != normal), normal))
        row = self._texts().index(normal)
        self.list.scrollToItem(self.list.item(row))

    def _choose(self, value: tuple[str, ...]) -> None:
        # What was there without a tick stays, to be ticked again.
        self._value, self._besides = value, (*self._besides, *map(self._normal, value))
        self._fill()
        self.chosen.emit(value)
