"""The values panel: the numbers at t of every visible schedule, and every t of the selected one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.every_t import EveryTModel
from ddpm_studio.gui.values.numbers_table import NumbersTable

_NAME_WIDTH, _VALUE_WIDTH = 220, 132


class ValuesPanel(LazyPanel):
    """Two tables, of which only the visible one is filled. `t_chosen` has the step that was double-clicked.

    `copied` has the lines that are to be put on the clipboard.
    """

    IN_TURN = True

    t_chosen = Signal(int)
    copied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._all = AtTModel(self), EveryTModel(self)
        self._now_table, self._all_table = NumbersTable(self._now), NumbersTable(self._all)
        self._scrolled_to = (0, 0)
        self._tabs = QTabWidget()
        self._lay_out()
        self._tabs.currentChanged.connect(self._turn_to)
        self._now.modelReset.connect(self._set_widths)
        self._now_table.setStatusTip(self.tr("Drag: select · Ctrl+C: copy"))
        self._all_table.setStatusTip(self.tr("Double-click: go to this t · drag: select · Ctrl+C: copy"))
        self._all_table.doubleClicked.connect(self._choose_t)
        for table in (self._now_table, self._all_table):
            table.copied.connect(self.copied)

    def refresh(self) -> None:
        """Fill the visible table."""
        current = self.state.current
        self._tabs.setTabText(1, self.tr("Every t of {letter}").format(letter=self.state.letter(current)))
        if self._tabs.currentWidget() is self._now_table:
            self._now.show_state(self.state, self.tokens)
            return
        self._all.show_schedule(current.schedule, self.state.t, current.train)
        if self._scrolled_to != (current.schedule.T, self.state.t):
            self._scrolled_to = (current.schedule.T, self.state.t)
            self._scroll_to_t()

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self._all.set_theme(tokens)
        super().set_theme(tokens)
        for table in (self._now_table, self._all_table):
            table.fit_rows()
        self._set_widths()
        self._all_table.horizontalHeader().setDefaultSectionSize(tokens.scaled(_VALUE_WIDTH))

    def sizeHint(self) -> QSize:
        """Room for a few rows."""
        return QSize(600, 260)

    def minimumSizeHint(self) -> QSize:
        """A small size: the tables scroll."""
        return QSize(200, 90)

    def _lay_out(self) -> None:
        self._now_table.setAccessibleName(self.tr("Coefficients at t"))
        self._all_table.setAccessibleName(self.tr("Coefficients at every t"))
        self._all_table.setToolTip(self.tr("Double-click a row to go to its t"))
        copy = QToolButton()
        copy.setText(self.tr("Copy table"))
        copy.setToolTip(self.tr("Copy the whole table as tab-separated values; Ctrl+C copies the selected cells"))
        copy.clicked.connect(self._copy)
        self._tabs.setDocumentMode(True)
        self._tabs.setCornerWidget(copy)
        self._tabs.addTab(self._now_table, self.tr("At t"))
        self._tabs.addTab(self._all_table, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tabs)

    def _scroll_to_t(self) -> None:
        # New rows are laid out only later, and until then nothing scrolls.
        self._all_table.doItemsLayout()
        self._all_table.scrollTo(
            self._all.index(max(self.state.t - 1, 0), max(self._all_table.columnAt(0), 0)),
            QAbstractItemView.ScrollHint.PositionAtCenter,
        )

    @Slot()
    def _set_widths(self) -> None:
        header = self._now_table.horizontalHeader()
        header.setDefaultSectionSize(self.tokens.scaled(_VALUE_WIDTH))
        header.resizeSection(0, self.tokens.scaled(_NAME_WIDTH))

    @Slot()
    def _turn_to(self) -> None:
        self.show_state(self.state)

    @Slot(QModelIndex)
    def _choose_t(self, index: QModelIndex) -> None:
        self.t_chosen.emit(index.row() + 1)

    @Slot()
    def _copy(self) -> None:
        table = self._tabs.currentWidget()
        assert isinstance(table, NumbersTable)
        table.copy_all()
