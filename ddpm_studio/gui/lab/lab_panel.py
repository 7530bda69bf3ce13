"""Lab panel: a question to a checkpoint, the row that has it answered, and four ways to look at the answer."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ddpm_studio.gui.lab.asking.question_page import QuestionPage
from ddpm_studio.gui.lab.best_steps.best_steps_page import BestStepsPage
from ddpm_studio.gui.lab.chart.chart_page import ChartPage
from ddpm_studio.gui.lab.running.run_row import RunRow
from ddpm_studio.gui.lab.table.sweep_table_page import SweepTablePage
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.window import Lab
from ddpm_studio.gui.widgets.empty_page import EmptyPage
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from ddpm_studio.gui.widgets.sizes.page_stack import PageStack
from ddpm_studio.gui.widgets.switch import Switch
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.lab_results import LabResults

MARGIN, GAP = 8, 6


class LabPage(StrEnum):
    """The pages to choose from."""

    QUESTION = "question"
    CHART = "chart"
    TABLE = "table"
    BEST_STEPS = "best_steps"


class LabPanel(LazyPanel):
    """Shows State.lab and the results that there are. `chosen` is the WayTold that is looked at, on every page.

    `default_wanted` says that a question is wanted that fits what the window samples with.
    """

    default_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_row, self.stack = RunRow(), PageStack()
        self.question, self.chart = QuestionPage(), ChartPage()
        self.table, self.best_steps = SweepTablePage(), BestStepsPage()
        self.results: LabResults | None = None
        self.chosen: WayTold | None = None
        self._lab: Lab | None = None
        self._lay_out()
        self._connect()
        self._page = LabPage.QUESTION
        self._turn_to(LabPage.QUESTION)

    # what is shown

    def refresh(self) -> None:
        """Show the question, and the theme if it has changed."""
        lab = self.state.lab
        if lab != self._lab:
            self._lab = lab
            self.question.show_question(lab.question)
            self.run_row.show_question(bool(lab.question) and not lab.folder)
            self._turn_to(self._page)
        for page in (self.question, self.best_steps):
            page.show_state(self.state)
        for part in (self.run_row, self.question, self.chart, self.table, self.best_steps):
            part.set_theme(self.tokens)

    @Slot(object)
    def show_results(self, results: LabResults | None) -> None:
        """Show what is there, of another sweep perhaps, of which nothing is chosen then."""
        self.results = results
        for page in (self.chart, self.table):
            page.show_results(results)
        if self.chosen is not None and (results is None or results.row_of(self.chosen) is None):
            self._choose(None)

    @Slot()
    def show_answer(self) -> None:
        """Turn from the question to what comes of it."""
        if self._page is LabPage.QUESTION:
            self._turn_to(LabPage.CHART)

    @Slot()
    def show_best_steps(self) -> None:
        """Turn to the search for the best steps."""
        self._turn_to(LabPage.BEST_STEPS)

    # underneath

    @Slot(object)
    def _choose(self, chosen: WayTold | None) -> None:
        self.chosen = chosen
        for page in (self.chart, self.table):
            page.show_chosen(chosen)

    @Slot(str)
    def _turn_to(self, page: str) -> None:
        self._page = LabPage(page)
        self.pages.show_value(page)
        shown = {
            LabPage.QUESTION: self.question if self.state.lab.question else self.empty,
            LabPage.CHART: self.chart,
            LabPage.TABLE: self.table,
            LabPage.BEST_STEPS: self.best_steps,
        }
        self.stack.setCurrentWidget(shown[self._page])

    def _connect(self) -> None:
        self.pages.chosen.connect(self._turn_to)
        self.empty.button.clicked.connect(self.default_wanted)
        self.chart.question_wanted.connect(self.default_wanted)
        for page in (self.chart, self.table):
            page.chosen.connect(self._choose)

    def _lay_out(self) -> None:
        self.empty = EmptyPage(
            self.tr("Which solver is best for this checkpoint, at your number of network calls?"),
            self.tr("Default question"),
        )
        self.empty.button.setToolTip(self.tr("Six solvers from 4 to 20 network calls; answered in about a minute"))
        self.pages = Switch(
            self.tr("Page of the lab"),
            {
                LabPage.QUESTION: (self.tr("Question"), self.tr("What is compared, as a form and as text")),
                LabPage.CHART: (self.tr("Chart"), self.tr("Error over network calls")),
                LabPage.TABLE: (self.tr("Table"), self.tr("Every number, to be sorted and filtered")),
                LabPage.BEST_STEPS: (self.tr("Best steps"), self.tr("Noise levels that are searched for")),
            },
        )
        for page in (self.empty, self.question, self.chart, self.table, self.best_steps):
            self.stack.addWidget(page)
        top = QHBoxLayout()
        top.setSpacing(2 * GAP)
        top.addWidget(self.pages)
        top.addWidget(self.run_row, 1)
        whole, inside = QVBoxLayout(self), QWidget()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(KeylessScrollArea(inside))
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
