"""The chart answers for a budget, fills while a sweep runs, and shows the pictures of what is chosen."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.lab.chart.chart_page import ChartPage
from ddpm_studio.gui.lab.chart.sweep_strokes import place_of_row
from ddpm_studio.gui.theme import DARK
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_lines import MOST_LINES, LinePer
from tests.gui.windows import end_tasks
from tests.lab.fake_results import QUESTION, fake_results

LEFT = Qt.MouseButton.LeftButton
MANY = Sweep(
    solvers=("ddim", "deis", "unipc:order=3"),
    steps=("trailing", "karras", "linspace", "leading"),
    along=("", "cosine:T=1000"),
    calls=(5, 10),
    pictures=6,
    seeds=(0, 1),
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> LabResults:
    """All of a question."""
    return fake_results(tmp_path_factory.mktemp("whole"))


def shown(qtbot: QtBot, results: LabResults | None, size: QSize | None = None) -> ChartPage:
    """A page with results."""
    page = ChartPage()
    qtbot.addWidget(page, before_close_func=end_tasks)
    page.resize(size or QSize(1100, 290))
    page.set_theme(DARK)
    page.show_results(results)
    page.show()
    return page


def settle(qtbot: QtBot, page: ChartPage) -> None:
    """Wait until nothing is read beside the page, which may end then."""
    qtbot.waitUntil(lambda: not page.pictures.reading.under_way)


def place(page: ChartPage, way: WayTold) -> QPoint:
    """Where the point of a way stands in the plot."""
    paper = page.plot.paper()
    assert paper is not None
    row = next(each for named in page.plot.lines() for each in named.line.rows if each.row.way == way.way)
    return place_of_row(row, paper).toPoint()


def test_a_budget_is_answered_for_and_dragged(qtbot: QtBot, results: LabResults) -> None:
    page = shown(qtbot, results)
    plot, paper = page.plot, page.plot.paper()
    assert paper is not None
    assert "At 10 calls, unipc:order=3 comes closest" in page.answer.label.text()
    assert [page.budget_list.item(n).text().split()[0] for n in (0, 4)] == ["unipc:order=3", "heun"]
    y = paper.area.bottom() - 3
    start, end = (paper.place(calls, 1).toPoint().x() for calls in (10, 5))
    qtbot.mousePress(plot, LEFT, pos=QPoint(start, round(y)))
    qtbot.mouseMove(plot, QPoint(end, round(y)))
    qtbot.mouseRelease(plot, LEFT, pos=QPoint(end, round(y)))
    assert page.budget == 5
    assert "dpm-solver++ comes closest" in page.answer.label.text()
    assert "unipc:order=3 may be as near" in page.answer.label.text()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert page.budget == 6
    for _ in range(9):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert page.budget == 3, "the fewest calls there are"
    assert page.budget_list.count() == 1


def test_a_click_chooses_and_the_pictures_are_those_of_the_folder(qtbot: QtBot, results: LabResults) -> None:
    page = shown(qtbot, results)
    row = next(each for each in results.found if each.row.way.solver == "ddim" and each.row.calls == 20)
    way = WayTold(row.row.way, row.row.told)
    qtbot.mouseMove(page.plot, place(page, way))
    assert page.plot.hovered is row
    assert "ddim · trailing · 20" in page.plot.tip_of(row)
    assert "network calls: 20" in page.plot.tip_of(row)
    with qtbot.waitSignal(page.chosen) as told:
        qtbot.mouseClick(page.plot, LEFT, pos=place(page, way))
    assert told.args == [way]
    qtbot.waitUntil(lambda: page.pictures.grids[0].count == QUESTION.pictures)
    assert page.pictures.grids[1].count == QUESTION.pictures
    for button, signal in (
        (page.pictures.use, page.use_wanted),
        (page.pictures.steps, page.steps_wanted),
        (page.pictures.copy, page.copy_wanted),
    ):
        with qtbot.waitSignal(signal) as told:
            button.click()
        assert told.args == [way]
    with qtbot.waitSignal(page.use_wanted):
        qtbot.keyClick(page.plot, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.chosen) as told:
        page.budget_list.setCurrentRow(0)
    assert told.args is not None
    assert told.args[0].way.solver == "unipc:order=3"
    settle(qtbot, page)


def test_pictures_that_are_gone_are_told_of_in_their_place(qtbot: QtBot, tmp_path: Path) -> None:
    results = fake_results(tmp_path, replace(QUESTION, solvers=("ddim",), calls=(5,), pictures=2, seeds=(0, 1)))
    page = shown(qtbot, results)
    way = WayTold(results.found[0].row.way, results.found[0].row.told)
    (tmp_path / "points" / f"{results.asked.point(way.way, 1, way.told).key}.npy").unlink()
    with qtbot.assertNotEmitted(page.chosen):
        page.show_chosen(way)
    qtbot.waitUntil(lambda: page.pictures.grids[0].count == 2)
    settle(qtbot, page)
    page.pictures.seeds.setCurrentText("1")
    qtbot.waitUntil(lambda: "points" in page.pictures.note.text())
    settle(qtbot, page)
    assert not page.pictures.grids[0].isVisible()


def test_the_axes_only_widen_while_it_fills(qtbot: QtBot, tmp_path: Path) -> None:
    page = shown(qtbot, None)
    with qtbot.waitSignal(page.question_wanted):
        page.empty.button.click()
    extents = []
    for first in (2, 6, 20, None):
        page.show_results(fake_results(tmp_path, QUESTION, first))
        paper = page.plot.paper()
        if paper is not None:
            extents.append(paper.extent)
    assert len(extents) == 3
    for before, after in itertools.pairwise(extents):
        assert after.widened(before) == after


def test_conditions_and_sets_have_plots_of_their_own(qtbot: QtBot, tmp_path: Path) -> None:
    told = (Conditioned(None, 1.0), Conditioned(3, 2.0))
    results = fake_results(tmp_path, Sweep(solvers=("ddim", "ddpm"), calls=(5, 10), pictures=6, conditions=told))
    page = shown(qtbot, results)
    names = [page.kinds.itemText(number) for number in range(page.kinds.count())]
    assert len(set(names)) == 4
    page.kinds.setCurrentIndex(next(n for n, name in enumerate(names) if "sets" in name))
    assert {each.row.way.solver for named in page.plot.lines() for each in named.line.rows} == {"ddpm"}
    assert "cannot be said of sets" in page.answer.label.text()
    paired = next(each for each in results.found if each.row.way.solver == "ddim" and each.row.told == told[1])
    page.show_chosen(WayTold(paired.row.way, paired.row.told))
    assert "class 3" in page.kinds.currentText()
    settle(qtbot, page)


def test_many_lines_are_faint_or_share_one(qtbot: QtBot, tmp_path: Path) -> None:
    page = shown(qtbot, fake_results(tmp_path, MANY), QSize(700, 230))
    assert len(page.plot.lines()) == 24
    assert sum(bool(named.name) for named in page.plot.lines()) == MOST_LINES
    page.pers.chosen.emit(LinePer.SCHEDULE)
    assert sorted(named.name for named in page.plot.lines()) == ["cosine:T=1000", "own schedule"]
    assert page.budget_list.count() == 2
    assert page.budget_list.isVisible()
    assert not page.pictures.isVisible()
    page.sides.chosen.emit("pictures")
    assert page.pictures.isVisible()
    page.resize(1100, 290)
    assert page.pictures.isVisible()
    assert page.budget_list.isVisible()
