"""Keys that mean something in a control: they stay there, even where they do nothing, and take nothing with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_keys import PLOT_KEYS
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.state import limits
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.numbers_table import NumbersTable
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.seed_field import SeedField
from tests.gui.finding import child, with_focus
from tests.gui.windows import active_window, settle, show_change

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300), Schedule("cosine", 1000)], 100) as window:
        yield window


def press(widget: QWidget, key: Qt.Key) -> None:
    widget.setFocus()
    assert with_focus() is widget
    QTest.keyClick(widget, key)


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_PageDown, Key.Key_End])
def test_at_the_last_line_of_the_list_keys_stay_there(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    entries = child(window, EntriesView)
    window.studio.select(window.studio.state.entries[-1].key)
    show_change(window, qtbot)
    before = window.studio.state
    press(entries, key)
    assert window.studio.state is before


@pytest.mark.parametrize("key", [Key.Key_Up, Key.Key_PageUp, Key.Key_Home])
def test_at_the_first_line_of_the_list_keys_stay_there(window: MainWindow, key: Qt.Key) -> None:
    before = window.studio.state
    press(child(window, EntriesView), key)
    assert window.studio.state is before


@pytest.mark.parametrize("kind", [NumbersTable, QComboBox, SeedField])
def test_in_tables_boxes_and_lines_of_text_keys_move_no_t(
    window: MainWindow, qtbot: QtBot, kind: type[QWidget]
) -> None:
    window.bring_up("values" if kind is NumbersTable else "picture")
    show_change(window, qtbot)
    area = window.panel(ExplainPanel) if kind is QComboBox else window
    field = next(field for field in area.findChildren(kind) if field.isVisible())
    for key in (Key.Key_PageUp, Key.Key_Home, Key.Key_Up, Key.Key_Up, Key.Key_PageDown, Key.Key_End, Key.Key_Down):
        press(field, key)
        assert window.studio.state.t * 3 == window.studio.state.current.schedule.T, key


def test_where_nothing_has_a_use_for_them_keys_move_t(window: MainWindow) -> None:
    QTest.keyClick(window.panel(TimeBar)._slider, Key.Key_Home)
    assert window.studio.state.t == 0
    window.setFocus()
    QTest.keyClick(window, Key.Key_End)
    assert window.studio.state.t == 300


def number_fields(window: MainWindow) -> list[QAbstractSpinBox]:
    return [box for box in window.findChildren(QAbstractSpinBox) if box.isVisible() and box.isEnabled()]


def test_space_empties_no_number_field(window: MainWindow, qtbot: QtBot) -> None:
    window.bring_up("sampling")
    window.panel(SamplingPanel).view_bar.more.click()
    window.desk.samples.setup.change_line("solver", "ddim")
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    show_change(window, qtbot)
    fields = number_fields(window)
    assert len(fields) >= 8
    for box in fields:
        box.setFocus()
        box.selectAll()
        text, before = box.text(), window.studio.state
        QTest.keyClick(box, Key.Key_Space)
        assert box.text() == text, box.accessibleName()
        window.panel(TimeBar).stop()
        assert window.studio.state is before
        QApplication.processEvents()


def test_space_after_t_was_typed_plays_from_there(window: MainWindow, qtbot: QtBot) -> None:
    spin = window.panel(TimeBar)._spin
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, "42")
    QTest.keyClick(spin, Key.Key_Return)
    QTest.keyClick(spin, Key.Key_Space)
    assert spin.text() == "42 / 300"
    assert window.studio.state.t == 42
    assert window.panel(TimeBar).playing
    qtbot.waitUntil(lambda: window.studio.state.t > 42)
    assert window.studio.state.t < 100, "It played from elsewhere."
    window.panel(TimeBar).stop()


@pytest.mark.parametrize(("text", "T"), [("1 000", 1000), ("500 ", 500), ("1 00", 300)])
def test_space_is_a_blank_of_what_is_being_typed(window: MainWindow, qtbot: QtBot, text: str, T: int) -> None:
    box = next(box for box in number_fields(window) if box.accessibleName() == "T")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    assert box.text() == text
    assert not window.panel(TimeBar).playing
    QTest.keyClick(box, Key.Key_Return)
    assert window.studio.state.current.schedule.T == T
    show_change(window, qtbot)
    assert box.text() == (text if T == 300 else str(T))


def test_menus_offer_nothing_that_the_list_has_no_room_for(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_SCHEDULES", 4)

    def offered(name: str) -> tuple[bool, str]:
        show_change(window, qtbot)
        action = window.findChild(QAction, name)
        assert isinstance(action, QAction)
        return action.isEnabled(), action.toolTip()

    usual = {name: offered(name) for name in ("duplicate", "open_betas", "remove")}
    assert all(enabled for enabled, _ in usual.values())
    while len(window.studio.state.entries) < 4:
        window.studio.duplicate(window.studio.state.selected)
    full = (False, "There are 4 schedules already; remove one to add another.")
    assert {name: offered(name) for name in usual} == {**usual, "duplicate": full, "open_betas": full}
    while len(window.studio.state.entries) > 1:
        window.studio.remove(window.studio.state.selected)
    alone = (False, "The last schedule stays; change it, or add another first.")
    assert {name: offered(name) for name in usual} == {**usual, "remove": alone}


@pytest.mark.parametrize(("key", "scale"), [(Key.Key_T, "t"), (Key.Key_L, "log_snr"), (Key.Key_N, "sigma")])
def test_a_letter_chooses_the_axis(window: MainWindow, key: Qt.Key, scale: str) -> None:
    press(window.panel(TimeBar)._slider, key)
    assert (window.studio.state.axis, window.studio.state.moment.scale) == (scale, scale)
    press(window.panel(TimeBar)._slider, Key.Key_U)
    assert window.studio.state.axis == "t/T"


def test_a_letter_in_a_field_is_only_a_letter(window: MainWindow) -> None:
    before = window.studio.state.axis
    for key in (Key.Key_T, Key.Key_L, Key.Key_N):
        press(window.panel(SchedulesPanel).list.new_line, key)
        press(child(window, QAbstractSpinBox), key)
    assert window.studio.state.axis == before


@pytest.mark.parametrize(("key", "scale"), [(Key.Key_T, "t"), (Key.Key_L, "log_snr"), (Key.Key_N, "sigma")])
def test_letters_choose_the_axis_in_the_list_as_well(window: MainWindow, key: Qt.Key, scale: str) -> None:
    entries = child(window, EntriesView)
    entries.setFocus()
    QTest.keyClick(entries, key)
    assert window.studio.state.axis == scale
    assert with_focus() is entries


@pytest.mark.parametrize("apart", [False, True])
def test_f2_leads_from_anywhere_into_the_text_of_the_selected_schedule(
    window: MainWindow, qtbot: QtBot, apart: bool
) -> None:
    zone = window._zones.zones["schedules"]
    if apart:
        zone.set_apart(True)
    else:
        zone.set_folded(True)
    show_change(window, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window.panel(TimeBar)._slider, Key.Key_F2)
    line = child(window.panel(SchedulesPanel), SpecLine)
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, ",beta_end=0.03")
    assert window.studio.state.current.schedule == Schedule("linear", 300, {"beta_end": 0.03})
    window.reset_layout()


def test_f6_leads_from_part_to_part_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    kinds = (EquationPanel, SchedulesPanel, ExplainPanel, CurvesPanel, TimelinePanel, PicturePanel, TimeBar)
    window.panel(TimeBar).setFocus()
    for kind in (*kinds, *kinds):
        QTest.keyClick(with_focus(), Key.Key_F6)
        assert holds_focus(window.panel(kind)), with_focus()
    for kind in (*kinds[-2::-1], *kinds[::-1]):
        QTest.keyClick(with_focus(), Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        assert holds_focus(window.panel(kind)), with_focus()


def test_f6_leads_out_of_a_window_of_its_own(window: MainWindow, qtbot: QtBot) -> None:
    window._zones.zones["schedules"].set_apart(True)
    show_change(window, qtbot)
    line = child(window.panel(SchedulesPanel), NewLine)
    line.window().activateWindow()
    qtbot.waitUntil(line.window().isActiveWindow)
    press(line, Key.Key_F6)
    qtbot.waitUntil(window.isActiveWindow)
    assert window.isAncestorOf(with_focus())
    window.reset_layout()


def test_what_a_key_does_in_a_plot_comes_before_the_menus(window: MainWindow) -> None:
    """Ctrl+→ stepped through a run."""
    grid, heard = window.panel(CurvesPanel).grid, list[QAction]()
    for action in window.findChildren(QAction):
        action.triggered.connect(partial(heard.append, action))
    for (held, key), (name, _) in PLOT_KEYS.items():
        if name != "give up":
            grid.setFocus()
            QTest.keyClick(grid, key, held)
            settle()
            assert (heard, grid.hasFocus()) == ([], True), (held, key)


def test_ctrl_and_arrows_in_a_plot_choose_the_curve(window: MainWindow, qtbot: QtBot) -> None:
    grid, curves = window.panel(CurvesPanel).grid, list[str]()
    grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(grid, key, Qt.KeyboardModifier.ControlModifier)
        show_change(window, qtbot)
        curves.append(window.studio.state.curve)
    assert len(set(curves)) == 2
    assert curves[0] == curves[2]
