from collections.abc import Iterable

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTableView, QTabWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES, TrainedCoefficients
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import DARK, LIGHT
from ddpm_studio.gui.values.values_panel import ValuesPanel
from tests.gui.finding import child
from tests.gui.values.conftest import Bench

NAMES = list(ALL_CURVES)
Role = Qt.ItemDataRole


@pytest.fixture
def panel(bench: Bench) -> ValuesPanel:
    panel = ValuesPanel()
    panel.copied.connect(put)
    bench.show(panel)
    return panel


def put(lines: Iterable[str]) -> None:
    """Copy a table as the window does, which takes its time for it."""
    QApplication.clipboard().setText("".join(lines))


def turn_to(panel: ValuesPanel, place: int) -> QTableView:
    tabs = child(panel, QTabWidget)
    bar = tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    table = tabs.currentWidget()
    assert isinstance(table, QTableView)
    return table


def text(table: QTableView, row: int, column: int, role: int = Role.DisplayRole) -> object:
    return table.model().index(row, column).data(role)


def header(table: QTableView, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
    return table.model().headerData(section, orientation, role)


ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


def copy_table(panel: ValuesPanel) -> list[list[str]]:
    button = next(b for b in panel.findChildren(QAbstractButton) if b.text() == "Copy table")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return [line.split("\t") for line in QApplication.clipboard().text().splitlines()]


@pytest.mark.parametrize("place", [0, 1])
def test_the_tab_key_leaves_a_table(bench: Bench, panel: ValuesPanel, place: int) -> None:
    table = turn_to(panel, place)
    bench.focus(table)
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()


# at t


def test_at_t_shows_every_coefficient_of_every_visible_schedule_at_its_own_t(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_t(30)
    bench.tell(panel)
    table = turn_to(panel, 0)
    assert [text(table, row, 0) for row in range(len(NAMES))] == NAMES
    assert [header(table, row, DOWN) for row in range(len(NAMES))] == [c.symbol for c in ALL_CURVES.values()]
    assert header(table, 1, ACROSS) == "A linear T=300\nt = 30"
    assert header(table, 2, ACROSS) == "B a<b\nt = 100"
    for column, (kind, T, t) in enumerate([("linear", 300, 30), ("cosine", 1000, 100)], 1):
        expected = [TrainedCoefficients(Schedule(kind, T), PLAIN)[name][t - 1] for name in NAMES]
        assert [float(str(text(table, row, column, Role.ToolTipRole))) for row in range(len(NAMES))] == expected


def test_hidden_schedules_have_no_column(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_visible(bench.studio.state.entries[0].key, False)
    bench.tell(panel)
    table = turn_to(panel, 0)
    assert table.model().columnCount() == 2
    assert str(header(table, 1, ACROSS)).startswith("B ")


def test_headings_have_the_colours_of_the_curves(panel: ValuesPanel) -> None:
    table = turn_to(panel, 0)
    assert header(table, 2, ACROSS, Role.ForegroundRole) == STYLES[1].color(dark=False)
    panel.set_theme(DARK)
    assert header(table, 2, ACROSS, Role.ForegroundRole) == STYLES[1].color(dark=True)


def test_at_0_stands_the_clean_picture(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_t(0)
    bench.tell(panel)
    table = turn_to(panel, 0)
    assert text(table, NAMES.index("alphas_cumprod"), 1) == "1"
    assert text(table, NAMES.index("snr"), 1) == "∞"
    assert text(table, NAMES.index("betas"), 1) == "–"


def test_without_a_visible_schedule_the_table_at_t_goes_on(bench: Bench, panel: ValuesPanel) -> None:
    """Qt warns of cells that have changed where there are none."""
    table = turn_to(panel, 0)
    for entry in bench.studio.state.entries:
        bench.studio.set_visible(entry.key, False)
    for t in (30, 31):
        bench.studio.set_t(t)
        bench.tell(panel)
    assert table.model().columnCount() == 1


def test_the_table_at_t_is_copied_whole_at_full_precision(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_t(30)
    bench.tell(panel)
    turn_to(panel, 0)
    rows = copy_table(panel)
    assert rows[0] == ["symbol", "name", "A linear T=300, t = 30", "B a<b, t = 100"]
    assert [row[1] for row in rows[1:]] == NAMES
    assert [float(row[3]) for row in rows[1:]] == [
        TrainedCoefficients(Schedule("cosine", 1000), PLAIN)[n][99] for n in NAMES
    ]


def test_ctrl_c_copies_the_selected_cells(bench: Bench, panel: ValuesPanel) -> None:
    table = turn_to(panel, 0)
    QApplication.clipboard().setText("before")
    bench.focus(table)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before"
    area = QItemSelection(table.model().index(1, 0), table.model().index(2, 1))
    table.selectionModel().select(area, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    c = Schedule().coefficients
    assert QApplication.clipboard().text() == (
        f"alphas\t{float(c.alphas[99])!r}\nalphas_cumprod\t{float(c.alphas_cumprod[99])!r}\n"
    )


# every t


def test_every_t_holds_the_arrays_of_the_selected_schedule(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.select(bench.studio.state.entries[1].key)
    bench.tell(panel)
    turn_to(panel, 1)
    assert child(panel, QTabWidget).tabText(1) == "Every t of B"
    rows = copy_table(panel)
    assert rows[0] == ["t", *NAMES]
    copied = np.array(rows[1:], dtype=np.float64)
    assert copied[:, 0].tolist() == list(range(1, 1001))
    for column, name in enumerate(NAMES, 1):
        assert np.array_equal(copied[:, column], TrainedCoefficients(Schedule("cosine", 1000), PLAIN)[name])


def test_the_table_follows_a_slider(bench: Bench, panel: ValuesPanel) -> None:
    table = turn_to(panel, 1)
    bench.studio.set_parameter("beta_start", 0.001)
    bench.tell(panel)
    assert text(table, 0, 0) == "0.001"
    bench.studio.set_parameter("T", 5)
    bench.tell(panel)
    assert table.model().rowCount() == 5
    assert header(table, 4, DOWN) == 5


def test_the_row_of_t_is_marked_and_in_sight(bench: Bench, panel: ValuesPanel) -> None:
    table = turn_to(panel, 1)
    for t in (200, 300, 1, 150):
        bench.studio.set_t(t)
        bench.tell(panel)
        marked = [row for row in range(300) if text(table, row, 3, Role.BackgroundRole) is not None]
        assert marked == [t - 1]
        assert table.viewport().rect().contains(table.visualRect(table.model().index(t - 1, 0)).center())
    bench.studio.set_t(0)
    bench.tell(panel)
    assert all(text(table, row, 0, Role.BackgroundRole) is None for row in range(300))


def test_t_is_in_sight_as_soon_as_the_tab_is_turned_to(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_t(250)
    bench.tell(panel)
    table = turn_to(panel, 1)
    assert table.viewport().rect().contains(table.visualRect(table.model().index(249, 0)).center())


def test_a_hundred_thousand_steps_are_read_on_demand(bench: Bench, panel: ValuesPanel) -> None:
    bench.studio.set_schedule(Schedule("linear", 100_000))
    bench.tell(panel)
    table = turn_to(panel, 1)
    assert table.model().rowCount() == 100_000
    assert text(table, 99_999, 0) == "0.02"


def test_a_double_click_on_a_row_asks_for_its_t(bench: Bench, panel: ValuesPanel) -> None:
    asked: list[int] = []
    panel.t_chosen.connect(asked.append)
    bench.studio.set_t(250)
    bench.tell(panel)
    table = turn_to(panel, 1)
    place = table.visualRect(table.model().index(250, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == []
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == [251]


def test_nothing_is_computed_while_hidden(bench: Bench, panel: ValuesPanel) -> None:
    panel.hide()
    schedule = Schedule("linear", 7)
    bench.studio.set_schedule(schedule)
    bench.tell(panel)
    panel.set_theme(LIGHT)
    assert vars(schedule.coefficients).keys() & ALL_CURVES.keys() == {"betas"}
    panel.show()
    table = turn_to(panel, 1)
    assert table.model().rowCount() == 7
