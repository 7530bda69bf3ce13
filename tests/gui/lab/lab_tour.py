"""Tour of the lab: every page in every state, for whoever reads what is said there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.lab.asking.question_page import QuestionPage
from ddpm_studio.gui.lab.best_steps.search_beside import FoundSteps, SearchTold
from ddpm_studio.gui.lab.chart.sweep_strokes import place_of_row
from ddpm_studio.gui.lab.lab_panel import LabPage, LabPanel
from ddpm_studio.gui.lab.running.sweep_progress import SweepPhase, SweepProgress
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.optimizing.optimization import Question
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_lines import LinePer
from ddpm_studio.lab.sweep_toml import sweep_text
from tests.gui.finding import child
from tests.gui.lab.best_steps.fake_optimization import fake_optimum
from tests.gui.shown import Shown
from tests.gui.windows import show_change
from tests.lab.fake_results import fake_results

PHASES = (
    SweepProgress(SweepPhase.PREPARED),
    SweepProgress(SweepPhase.RUNNING, 7, 9, left_s=7.0),
    SweepProgress(SweepPhase.RUNNING, 7, 9, failed=2, left_s=777.0),
    SweepProgress(SweepPhase.PAUSING, 7, 9),
    SweepProgress(SweepPhase.PAUSED, 7, 9),
)
MANY = Sweep(
    solvers=("ddim", "ddpm"),
    steps=("trailing", "karras", "linspace", "leading", "beta", "sgm_uniform"),
    along=("", "cosine:T=1000"),
    calls=(1, 5),
    conditions=(Conditioned(1, 2.0), Conditioned(None, 3.0)),
    pictures=2,
)


class LabTour:
    """Goes through the lab of a window, and has what is shown there looked at."""

    def __init__(self, qtbot: QtBot, shown: Shown, window: MainWindow, folder: Path) -> None:
        self._qtbot, self._shown, self._window, self._folder = qtbot, shown, window, folder
        self._actions, self._panel = window.desk.lab, window.panel(LabPanel)

    def walk(self) -> None:
        """Go everywhere once."""
        self._window.bring_up("lab")
        self._drawn()
        self._others()
        self._many_results()
        self._best_steps()
        self._question()
        self._window.studio.set_question("")
        self._window.bring_up("sampling")

    def _look(self, widget: QWidget | None = None) -> None:
        """Let what is done beside the window end, and look at the lab, or at something in it."""
        show_change(self._window, self._qtbot)
        self._qtbot.waitUntil(lambda: not self._window.desk.busy)
        self._shown.look_at(widget or self._panel)
        self._shown.look_at(self._window.toast)

    def _trigger(self, name: str) -> None:
        action = self._window.findChild(QAction, name)
        assert action is not None, name
        action.trigger()

    def _drawn(self) -> None:
        """A question, its row in every phase, and what came of it."""
        panel, lab = self._panel, self._actions
        self._trigger("start_sweep")
        lab.keep_in(self._folder / "lab")
        self._trigger("start_sweep")
        lab.ask_default()
        self._look()
        for progress in PHASES:
            panel.run_row.show_progress(progress)
            self._look(panel.run_row)
        self._shown.look_at(panel.run_row.menu)
        reference = Contender("ddim", "trailing", 4)
        sweep = Sweep(solvers=("ddim", "euler-ancestral"), counts=(3,), pictures=2, reference=reference)
        self._window.studio.set_question(sweep_text(sweep))
        lab.start()
        self._look()
        for page in LabPage:
            panel.pages.chosen.emit(page)
            self._look()
        for use in (lab.use, lab.show_steps, lab.copy_steps):
            use(WayTold(sweep.ways[0], Conditioned()))
            self._look()
        self._window.studio.undo()
        self._window.studio.undo()

    def _others(self) -> None:
        """Results that are only looked at, nowhere, and forgotten; and files that are asked for."""
        lab, file = self._actions, self._folder / "7.toml"
        for ask in (lab.open_question, lab.save_question, lab.open_results, lab.save_table):
            ask()
        lab._write(str(file), self._window.studio.state.lab.question.encode())
        lab.look_at(str(self._folder / "7"))
        lab.look_at(str(self._folder / "lab"))
        self._look()
        lab.start()
        self._look()
        lab.go_back()
        lab.ask_to_forget()
        box = child(self._window, QMessageBox)
        self._look(box)
        box.buttons()[0].click()
        self._look()

    def _many_results(self) -> None:
        """More lines than have names, pairs and sets under two conditions, and points that are not there yet."""
        panel, whole = self._panel, fake_results(self._folder / "many", MANY)
        chart = panel.chart
        for results in (fake_results(self._folder / "begun", MANY, first=9), whole):
            panel.show_results(results)
            for page in (LabPage.CHART, LabPage.TABLE):
                panel.pages.chosen.emit(page)
                self._look()
            chart.show_chosen(WayTold(MANY.ways[-1], MANY.conditions[0]))
            self._look(chart)
        panel.pages.chosen.emit(LabPage.CHART)
        for number in range(chart.kinds.count()):
            chart.kinds.setCurrentIndex(number)
            self._look(chart)
            self._hover()
            self._qtbot.keyClick(chart.plot, Qt.Key.Key_Home)
            self._look(chart)
        chart.kinds.setCurrentIndex(0)
        chart.pers.chosen.emit(LinePer.SCHEDULE)
        self._look(chart)
        panel.table.filter.setText("calls>777")
        self._look(panel.table)
        panel.table.filter.clear()
        panel.show_results(None)

    def _hover(self) -> None:
        plot = self._panel.chart.plot
        paper = plot.paper()
        assert paper is not None
        self._shown.rest_at(plot, place_of_row(plot.lines()[0].line.rows[0], paper).toPoint())

    def _best_steps(self) -> None:
        """A search from its beginning to what is done with what it found."""
        page, search = self._panel.best_steps, self._window.desk.best_steps
        self._actions.show_search()
        page.show_search()
        self._look()
        for told in (SearchTold(3, 40, 0.1, "karras"), SearchTold(9, 40, 0.1, "found", proving=True)):
            page.show_told(told)
            self._look()
        search._take(FoundSteps("other.pt", fake_optimum(Question("ddim", 3)), complete=False))
        self._look()
        for use in (search.use, search.show_steps, page.found.copying.actions()[0].trigger):
            use()
            self._look()
        self._window.studio.undo()

    def _question(self) -> None:
        """A question, and texts that are none."""
        page = QuestionPage()
        self._qtbot.addWidget(page)
        page.show_state(self._window.studio.state)
        page.show()
        page.default.click()
        self._shown.look_at(page)
        form = page.form
        for line, text in ((form.solvers.line, "ddim"), (form.numbers, "x"), (form.conditions.guidance, "x")):
            assert line is not None
            line.entered.emit(text)
        page.text.setPlainText('solver = ["ddim"]')
        page.read_text()
        self._shown.look_at(page)
        told = (Conditioned(prompt="7"),)
        asked = Sweep(solvers=("ddim", "pndm"), calls=(2,), checkpoint="other.pt", conditions=told)
        page.show_question(sweep_text(asked))
        self._shown.look_at(page)
        page.text.setPlainText('precision = "float32"')
        page.read_text()
        self._shown.look_at(page)
