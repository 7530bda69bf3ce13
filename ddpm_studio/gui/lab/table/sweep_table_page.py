"""Table page: every way of a sweep as a row, to be sorted, filtered, chosen, used and saved."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.gui.lab.table.sweep_rows_model import SweepRowsModel
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.widgets.copied_table import CopiedTable
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.lab_results import LabResults

GAP = 6
WIDEST = 240
"""Width of a column at first, in pixels, at most: sentences and lists of steps would push all else out of view."""


class SweepTablePage(QWidget):
    """Shows LabResults. `chosen` has the WayTold of a row that was chosen here.

    What is wanted of it: `use_wanted` that the sampler does it, `steps_wanted` that its steps are shown, and
    `copy_wanted` that they are copied. `csv_wanted` asks for all rows in a file, and `copied` has lines to be copied.
    """

    chosen = Signal(object)
    use_wanted = Signal(object)
    steps_wanted = Signal(object)
    copy_wanted = Signal(object)
    csv_wanted = Signal()
    copied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SweepRowsModel(self)
        self.table = CopiedTable(self.model, self.model.exported_rows)
        self.filter, self.count, self.nothing = QLineEdit(), QLabel(), QLabel()
        self.use, self.show_steps, self.more = QPushButton(), QPushButton(), QToolButton()
        self.menu = QMenu(self)
        self._chosen: WayTold | None = None
        self._describe()
        self._fill_menu()
        self._lay_out()
        self._connect()
        self.show_results(None)

    def show_results(self, results: LabResults | None) -> None:
        """Show other results, or more of the same; the row that is chosen stays so, and what is seen where it is."""
        first = not self.model.count
        bars = self.table.horizontalScrollBar(), self.table.verticalScrollBar()
        places = [bar.value() for bar in bars]
        self.model.show_results(results)
        for column in range(self.model.columnCount()):
            self.table.setColumnHidden(column, self.model.is_empty(column))
        if first and self.model.count:
            self._fit_columns()
        for part in (self.filter, self.more):
            part.setEnabled(bool(self.model.count))
        # Results come every moment while a sweep runs, and nothing jumps.
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def show_chosen(self, chosen: WayTold | None) -> None:
        """Mark the row of what is chosen elsewhere, if it is shown."""
        self._chosen = chosen
        self._mark_chosen()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.model.muted = QColor(tokens.muted)
        self.table.viewport().update()

    # making

    def _describe(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter: {example}").format(example="unipc karras calls<=10"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.setToolTip(
            self.tr(
                "Words that all have to be in a row, and bounds of its numbers by <, <=, =, >= and >: count, calls, "
                "error, interval, best, order, seconds"
            )
        )
        self.count.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.use.setText(self.tr("Use this"))
        self.use.setToolTip(self.tr("Have the sampler use this solver and these steps"))
        self.show_steps.setText(self.tr("Show steps"))
        self.show_steps.setToolTip(self.tr("Show on the curves where its steps lie"))
        self.more.setText(self.tr("More"))
        self.more.setAccessibleName(self.tr("More to do with these rows"))
        self.more.setToolTip(self.tr("Copy steps or rows, or save all of them"))
        table = self.table
        table.setAccessibleName(self.tr("Results of the sweep"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setSortingEnabled(True)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(table.row_height)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _fill_menu(self) -> None:
        self.use_action = self.menu.addAction(self.tr("&Use this"))
        self.show_action = self.menu.addAction(self.tr("S&how steps"))
        self.menu.addSeparator()
        self.copy_steps = self.menu.addAction(self.tr("Copy &steps"))
        self.copy_rows = self.menu.addAction(self.tr("&Copy rows"))
        self.save_csv = self.menu.addAction(self.tr("Save CS&V…"))
        self.copy_rows.setToolTip(self.tr("Copy the selected rows with their headings, all numbers of them"))
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        whole, top, body = QVBoxLayout(self), QHBoxLayout(), QWidget()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        top.setSpacing(GAP)
        top.addWidget(self.filter, 1)
        for part in (self.count, self.use, self.show_steps, self.more):
            top.addWidget(part)
        self._body = QStackedLayout(body)
        self._body.addWidget(self.table)
        self._body.addWidget(self.nothing)
        whole.addLayout(top)
        whole.addWidget(body, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.model.filter)
        self.model.modelReset.connect(self._mark_chosen)
        self.model.modelReset.connect(self._say_count)
        self.table.selectionModel().currentRowChanged.connect(self._choose_current)
        self.table.customContextMenuRequested.connect(self._pop_up)
        self.table.doubleClicked.connect(self._use)
        self.table.copied.connect(self.copied)
        for signal in (self.use.clicked, self.use_action.triggered):
            signal.connect(self._use)
        for signal in (self.show_steps.clicked, self.show_action.triggered):
            signal.connect(self._show_steps)
        self.copy_steps.triggered.connect(self._copy_steps)
        self.copy_rows.triggered.connect(self.table.copy_selection)
        self.save_csv.triggered.connect(self.csv_wanted)

    # choosing

    @Slot()
    def _mark_chosen(self) -> None:
        """Select the row of what is chosen; of none nothing can be wanted."""
        row = self.model.row_of(self._chosen)
        selected = self.table.selectionModel()
        if row is None:
            selected.clear()
        elif row != self.table.currentIndex().row() or not selected.hasSelection():
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))
        self._enable(row is not None)

    @Slot()
    def _choose_current(self) -> None:
        row = self.table.currentIndex().row()
        if row < 0:
            return
        way = self.model.way_of(row)
        self._enable(True)
        if way != self._chosen:
            self._chosen = way
            self.chosen.emit(way)

    def _enable(self, on: bool) -> None:
        parts: tuple[QWidget | QAction, ...] = self.use, self.show_steps, self.use_action, self.show_action
        for part in (*parts, self.copy_steps, self.copy_rows):
            part.setEnabled(on)

    @Slot(QPoint)
    def _pop_up(self, place: QPoint) -> None:
        if self.table.indexAt(place).isValid():
            self.menu.popup(self.table.viewport().mapToGlobal(place))

    # wanting

    @Slot()
    def _use(self) -> None:
        self.use_wanted.emit(self._chosen)

    @Slot()
    def _show_steps(self) -> None:
        self.steps_wanted.emit(self._chosen)

    @Slot()
    def _copy_steps(self) -> None:
        self.copy_wanted.emit(self._chosen)

    # saying

    @Slot()
    def _say_count(self) -> None:
        shown, count = len(self.model.shown), self.model.count
        rows = self.tr("{shown} of {count} rows").format(shown=shown, count=count)
        self.count.setText(rows if count else "")
        if not count:
            self.nothing.setText(self.tr("Every way that is compared gets a row here, once a question is asked."))
        elif not shown:
            self.nothing.setText(self.tr("No row has all of this; clear the filter, or ask for less."))
        self._body.setCurrentWidget(self.table if shown else self.nothing)

    def _fit_columns(self) -> None:
        """Give each column the width that it needs."""
        self.table.resizeColumnsToContents()
        head = self.table.horizontalHeader()
        for column in range(self.model.columnCount()):
            head.resizeSection(column, min(head.sectionSize(column), grown(WIDEST)))
