"""ChartPage: the answer of a sweep in a sentence, the errors that it rests on, and the pictures of what is chosen."""

from __future__ import annotations

import html
from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ddpm_studio.gui.lab.chart.budget_list import BudgetList
from ddpm_studio.gui.lab.chart.chart_line_names import NamedSweepLine
from ddpm_studio.gui.lab.chart.sweep_plot import SweepPlot
from ddpm_studio.gui.lab.chart.way_pictures import WayPictures
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.empty_page import EmptyPage
from ddpm_studio.gui.widgets.sizes.by_font import grown
from ddpm_studio.gui.widgets.steady_text import SteadyText
from ddpm_studio.gui.widgets.switch import Switch
from ddpm_studio.lab.answer_sentence import answer_at
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.compared_rows import ComparedRow, WayTold
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.sweep_lines import MOST_LINES, LinePer, SweepGroup, SweepLine, error_of, groups_of
from ddpm_studio.numerals import typeset
from ddpm_studio.texts import Text

NARROW, SHORT = 900, 480
"""Width below which list and pictures take turns, and height below which they stand beside each other, in pixels."""

LIST, PICTURES = "list", "pictures"
_LIST_WIDTH, _PICTURES_WIDTH, _SIDE_WIDTH = 250, 300, 400

FIRST_BUDGET = 10


class ChartPage(QWidget):
    """Shows the results of a sweep. Its signals but `csv_wanted` and `question_wanted` have a WayTold."""

    chosen = Signal(object)
    use_wanted = Signal(object)
    steps_wanted = Signal(object)
    copy_wanted = Signal(object)
    csv_wanted = Signal()
    question_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: LabResults | None = None
        self._asked: AskedPoints | None = None
        self._groups: tuple[SweepGroup, ...] = ()
        self._group: SweepGroup | None = None
        self._lines: tuple[NamedSweepLine, ...] = ()
        self._chosen: WayTold | None = None
        self._per, self._wanted_calls, self._side = LinePer.ALL, FIRST_BUDGET, LIST
        self._answers: dict[int, tuple[Text, ...]] = {}
        self.plot, self.budget_list, self.pictures = SweepPlot(), BudgetList(), WayPictures()
        self.answer, self.kinds = SteadyText(), QComboBox()
        self._lay_out()
        self._connect()
        self.show_results(None)

    # what is shown

    def show_results(self, results: LabResults | None) -> None:
        """Show what there is so far: of the same question the axes only widen, and what was looked at stays."""
        same = results is not None and results.asked == self._asked
        self._results, self._asked = results, None if results is None else results.asked
        self._groups = () if results is None else groups_of(results.found, results.remaining)
        before = None if self._group is None else (self._group.told, self._group.sets)
        kept = (each for each in self._groups if (each.told, each.sets) == before)
        group = next(kept, next(iter(self._groups), None))
        keeps_axes = same and group is not None and (group.told, group.sets) == before
        self._offer_groups()
        self._show_group(group, keeps_axes=keeps_axes)
        self._stack.setCurrentWidget(self._whole if group is not None else self._page_without(results))
        self.pictures.show_way(results, self._chosen)

    def show_chosen(self, chosen: WayTold | None) -> None:
        """Show which way is looked at, under its own condition if there is another in sight."""
        self._chosen = chosen
        if chosen is not None and self._group is not None and not _has(self._group, chosen):
            group = next((each for each in self._groups if _has(each, chosen)), self._group)
            self._show_group(group, keeps_axes=group is self._group)
        self.plot.show_way(chosen)
        self.budget_list.show_way(chosen)
        self.pictures.show_way(self._results, chosen)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(tokens)

    @property
    def budget(self) -> int:
        """The network calls that are asked about, as far as anything is there so far."""
        least, most = (1, 1) if self._group is None else (self._group.calls[0], self._group.calls[-1])
        return min(max(self._wanted_calls, least), most)

    # groups and lines

    def _page_without(self, results: LabResults | None) -> QWidget:
        """What stands in the place of a chart."""
        return self.empty if results is None else self._waiting

    def _offer_groups(self) -> None:
        with QSignalBlocker(self.kinds):
            self.kinds.clear()
            self.kinds.addItems([self._kind(group) for group in self._groups])
        self.kinds.setVisible(len(self._groups) > 1)

    def _kind(self, group: SweepGroup) -> str:
        """A group by what tells it from the others."""
        parts = [*map(translated, group.told.parts([each.told for each in self._groups]))]
        if len({each.sets for each in self._groups}) > 1 or not parts:
            parts.append(self.tr("sets of pictures") if group.sets else self.tr("pair by pair"))
        return " · ".join(parts)

    @Slot(int)
    def _choose_group(self, number: int) -> None:
        self._show_group(self._groups[number], keeps_axes=False)

    def _show_group(self, group: SweepGroup | None, *, keeps_axes: bool) -> None:
        self._group, self._answers = group, {}
        if group is None:
            return
        with QSignalBlocker(self.kinds):
            self.kinds.setCurrentIndex(self._groups.index(group))
        self.pers.offer(group.pers)
        self.pers.setVisible(len(group.pers) > 1)
        self._per_label.setVisible(len(group.pers) > 1)
        per = self._per_of(group)
        self.pers.show_value(per)
        lines = group.lines(per)
        self._lines = tuple(self._named(group, line, per, number) for number, line in enumerate(lines))
        self.plot.show_lines(group, self._lines, keeps_axes=keeps_axes)
        self.plot.show_way(self._chosen)
        self._show_budget()

    def _named(self, group: SweepGroup, line: SweepLine, per: LinePer, number: int) -> NamedSweepLine:
        if number >= MOST_LINES:
            return NamedSweepLine(line, "")
        order = "" if line.order is None else typeset(f"{line.order.order:.1f}")
        return NamedSweepLine(line, self._name(group, line, per), order)

    def _name(self, group: SweepGroup, line: SweepLine, per: LinePer) -> str:
        if per is LinePer.ALL:
            return group.short(line.rows[0].row.way)
        return line.name or self.tr("own schedule")

    @Slot(str)
    def _choose_per(self, per: str) -> None:
        self._per = LinePer(per)
        self._show_group(self._group, keeps_axes=True)

    # the budget

    @Slot(int)
    def _change_budget(self, calls: int) -> None:
        self._wanted_calls = calls
        self._show_budget()

    def _show_budget(self) -> None:
        """Answer for the budget, and list what is nearest within it."""
        group, budget = self._group, self.budget
        if group is None:
            return
        if budget not in self._answers:
            self._answers[budget] = answer_at(group, budget)
        first, *rest = (html.escape(translated(text)) for text in self._answers[budget])
        self.answer.set_html(f"<b>{first}</b> {' '.join(rest)}", settle=False)
        self.plot.show_budget(budget)
        self.list_title.setText(self.tr("Within {calls} calls").format(calls=budget))
        self.budget_list.show_rows(sorted(self._within(group), key=lambda row: error_of(row[1])), self._chosen)

    def _within(self, group: SweepGroup) -> Iterator[tuple[str, ComparedRow]]:
        for named in self._lines:
            each = named.line.within(self.budget)
            if each is not None:
                yield named.name or self._name(group, named.line, self._per_of(group)), each

    def _per_of(self, group: SweepGroup) -> LinePer:
        """What has a line: what was chosen, where there are several of it."""
        return self._per if self._per in group.pers else LinePer.ALL

    # underneath

    @Slot(object)
    def _choose(self, way: WayTold) -> None:
        self.show_chosen(way)
        self.chosen.emit(way)

    @Slot()
    def _use(self) -> None:
        if self._chosen is not None:
            self.use_wanted.emit(self._chosen)

    @Slot(str)
    def _turn_to(self, side: str) -> None:
        self._side = side
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Have list and pictures below each other, beside each other, or in turns."""
        narrow, short = self.width() < grown(NARROW), self.height() < grown(SHORT)
        beside = short and not narrow
        self.sides.setVisible(narrow)
        self.sides.show_value(self._side)
        self._list_box.setVisible(not narrow or self._side == LIST)
        self.pictures.setVisible(not narrow or self._side == PICTURES)
        self._side_row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._list_box.setFixedWidth(grown(_LIST_WIDTH if short else _SIDE_WIDTH))
        self.pictures.setFixedWidth(grown(_PICTURES_WIDTH if short else _SIDE_WIDTH))

    def _connect(self) -> None:
        self.plot.chosen.connect(self._choose)
        self.budget_list.chosen.connect(self._choose)
        self.plot.budget_changed.connect(self._change_budget)
        self.plot.entered.connect(self._use)
        self.pers.chosen.connect(self._choose_per)
        self.sides.chosen.connect(self._turn_to)
        self.kinds.currentIndexChanged.connect(self._choose_group)
        self.pictures.use_wanted.connect(self.use_wanted)
        self.pictures.steps_wanted.connect(self.steps_wanted)
        self.pictures.copy_wanted.connect(self.copy_wanted)
        self.csv.clicked.connect(self.csv_wanted)
        self.empty.button.clicked.connect(self.question_wanted)

    def _lay_out(self) -> None:
        self.empty = EmptyPage(
            self.tr("Ask which solver is best for this model at your budget."), self.tr("Default question")
        )
        self._waiting = QLabel(self.tr("No point of this question has an error yet; press Start."))
        self._waiting.setMargin(12)
        self._whole, self._stack = QWidget(), QStackedWidget()
        for page in (self.empty, self._waiting, self._whole):
            self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._head())
        column.addLayout(self._controls())
        body = QHBoxLayout()
        body.setSpacing(10)
        body.addWidget(self.plot, 1)
        body.addLayout(self._lay_out_side())
        column.addLayout(body, 1)

    def _head(self) -> QHBoxLayout:
        self.csv = QPushButton(self.tr("Save CSV…"))
        self.csv.setToolTip(self.tr("Save every number as a table"))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.answer, 1)
        row.addWidget(self.csv, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _controls(self) -> QHBoxLayout:
        self._per_label = QLabel(self.tr("A line per"))
        self.pers = Switch(
            self.tr("A line per"),
            {
                LinePer.SOLVER: (self.tr("solver"), self.tr("The nearest of each solver")),
                LinePer.STEPS: (self.tr("steps"), self.tr("The nearest of each kind of steps")),
                LinePer.SCHEDULE: (self.tr("schedule"), self.tr("The nearest of each schedule gone along")),
                LinePer.ALL: (self.tr("all"), self.tr("Every solver with all steps and schedules")),
            },
        )
        self.sides = Switch(
            self.tr("Beside the chart"),
            {
                LIST: (self.tr("List"), self.tr("What is nearest within the budget")),
                PICTURES: (self.tr("Pictures"), self.tr("Pictures of the point that is chosen")),
            },
        )
        self.kinds.setAccessibleName(self.tr("Condition and measure"))
        row = QHBoxLayout()
        for part in (self._per_label, self.pers, self.kinds):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.sides)
        return row

    def _lay_out_side(self) -> QBoxLayout:
        self.list_title, self._list_box = QLabel(), QWidget()
        self.list_title.setProperty("role", "heading")
        column = QVBoxLayout(self._list_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.list_title)
        column.addWidget(self.budget_list, 1)
        self._side_row = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._side_row.setSpacing(10)
        self._side_row.addWidget(self._list_box, 1)
        self._side_row.addWidget(self.pictures, 2)
        return self._side_row


def _has(group: SweepGroup, way: WayTold) -> bool:
    return any(each.way_told == way for each in group.rows)
