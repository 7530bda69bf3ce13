"""The table of a sweep, as a person sorts, filters and uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.lab.table.row_columns import COLUMNS
from ddpm_studio.gui.lab.table.sweep_table_page import SweepTablePage
from ddpm_studio.lab.compared_rows import WayTold
from ddpm_studio.lab.exported_rows import CSV_HEADS
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.sweep import Sweep
from tests.lab.fake_results import fake_results

HEADS = [str(column.head) for column in COLUMNS]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> LabResults:
    """Of three solvers with three numbers of calls, one of which is not drawn yet and one measured by sets."""
    solvers = ("ddim", "unipc:order=3", "ddpm")
    sweep = Sweep(solvers=solvers, steps=("trailing", "karras"), calls=(5, 10, 20), pictures=8)
    return fake_results(tmp_path_factory.mktemp("lab") / "results", sweep, 2 + 17)


@pytest.fixture
def page(qtbot: QtBot, results: LabResults) -> SweepTablePage:
    made = SweepTablePage()
    qtbot.addWidget(made)
    made.resize(1100, 330)
    made.show()
    made.show_results(results)
    return made


def column(page: SweepTablePage, head: str) -> list[str]:
    """What stands below a head."""
    place = HEADS.index(head)
    return [str(page.model.index(row, place).data()) for row in range(page.model.rowCount())]


def click_head(page: SweepTablePage, head: str) -> None:
    bar = page.table.horizontalHeader()
    place = HEADS.index(head)
    page.table.scrollTo(page.model.index(0, place))
    x = bar.sectionViewportPosition(place) + 10
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 8))


def test_a_click_on_a_head_sorts_numbers_as_numbers_and_leaves_what_is_missing_last(page: SweepTablePage) -> None:
    at_first = column(page, "calls")
    click_head(page, "calls")
    assert column(page, "calls") == [*["5"] * 6, *["10"] * 6, *["20"] * 5, ""]
    click_head(page, "calls")
    assert column(page, "calls") == [*["20"] * 5, *["10"] * 6, *["5"] * 6, ""]
    assert column(page, "why not") == [*[""] * 17, "not drawn yet"]
    click_head(page, "error")
    errors = column(page, "error")
    assert [each.endswith(" of sets") for each in errors] == [*[False] * 12, *[True] * 5, False], "apart from pairs"
    assert [float(each) for each in errors[:12]] == sorted(float(each) for each in errors[:12])
    page.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    assert column(page, "calls") == at_first
    fronts = column(page, "•")
    assert 0 < fronts.count("•") < len(fronts)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("unipc karras", 3),
        ("UNIPC", 6),
        ("calls<=10", 12),
        ("calls=10 ddim", 2),
        ("order=3", 6),
        ("best<=1", 6),
        ("drawn yet", 1),
        ("nothing<3", 0),
        ("", 18),
    ],
)
def test_a_line_of_words_and_bounds_filters_the_rows(
    page: SweepTablePage, results: LabResults, line: str, left: int
) -> None:
    QTest.keyClicks(page.filter, line)
    if line.startswith("best"):
        left = sum(each.is_best and each.row.distance is not None for each in results.found)
    assert page.model.rowCount() == left
    assert page.count.text() == f"{left} of 18 rows"
    assert page.nothing.isVisible() == (left == 0)


def test_the_chosen_row_is_told_and_shown_and_stays_chosen(page: SweepTablePage, results: LabResults) -> None:
    told: list[WayTold] = []
    wanted: list[tuple[str, object]] = []
    page.chosen.connect(told.append)
    for name in ("use_wanted", "steps_wanted", "copy_wanted"):
        getattr(page, name).connect(lambda way, name=name: wanted.append((name, way)))
    assert not page.use.isEnabled()
    way = page.model.way_of(4)
    page.show_chosen(way)
    assert (page.table.currentIndex().row(), told) == (4, [])
    page.filter.setText("unipc")
    page.filter.setText("")
    page.show_results(results)
    click_head(page, "solver")
    assert page.model.way_of(page.table.currentIndex().row()) == way
    assert told == []
    QTest.mouseClick(
        page.table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.table.visualRect(page.model.index(2, 1)).center(),
    )
    assert told == [page.model.way_of(2)]
    QTest.mouseClick(page.use, Qt.MouseButton.LeftButton)
    page.show_action.trigger()
    page.copy_steps.trigger()
    assert wanted == [(name, told[0]) for name in ("use_wanted", "steps_wanted", "copy_wanted")]
    page.show_chosen(None)
    assert not page.use.isEnabled()
    assert not page.copy_steps.isEnabled()


def test_more_results_leave_what_is_seen_where_it_is(page: SweepTablePage, results: LabResults) -> None:
    page.resize(500, 200)
    page.show_chosen(page.model.way_of(0))
    QApplication.processEvents()
    bars = page.table.horizontalScrollBar(), page.table.verticalScrollBar()
    for bar in bars:
        assert bar.maximum() > 4
        bar.setValue(4)
    page.show_results(results)
    QApplication.processEvents()
    assert [bar.value() for bar in bars] == [4, 4]
    assert page.table.currentIndex().row() == 0


def test_selected_rows_are_copied_as_in_the_csv(page: SweepTablePage) -> None:
    copied: list[str] = []
    page.copied.connect(lambda lines: copied.extend(lines))
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, row = (line.rstrip("\n").split("\t") for line in copied)
    assert tuple(head) == CSV_HEADS
    assert row[0] == page.model.way_of(0).way.solver
    assert len(row) == len(head)


def test_without_results_it_says_what_comes_here(qtbot: QtBot) -> None:
    page = SweepTablePage()
    qtbot.addWidget(page)
    page.show()
    assert "gets a row here" in page.nothing.text()
    assert page.nothing.isVisible()
    assert not page.filter.isEnabled()
