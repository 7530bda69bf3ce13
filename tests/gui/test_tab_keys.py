"""The Tab key in the whole window: through everything that can be seen, in reading order, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SIGMA_SCALE, T_SCALE
from ddpm_studio.gui.curves.chooser import CurveChooser
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.equation.sides import SideChoice
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.reading_order import move_focus
from ddpm_studio.gui.widgets.switch import Switch
from ddpm_studio.gui.zones.home import Home
from ddpm_studio.gui.zones.tab_zone import TabZone
from tests.gui.finding import child, with_focus
from tests.gui.windows import active_window, show_change

TABS = ("picture", "sampling", "values")
FORWARDS, BACKWARDS = Qt.Key.Key_Tab, Qt.Key.Key_Backtab


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300), Schedule("cosine", 1000)]) as window:
        yield window


def bring_up(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.bring_up(name)
    show_change(window, qtbot)


def walk(start: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where the key leads from a control, until it is back there."""
    start.setFocus()
    found = [start]
    QTest.keyClick(start, key)
    while with_focus() is not start:
        assert with_focus() not in found, f"{with_focus()} comes twice"
        found.append(with_focus())
        QTest.keyClick(found[-1], key)
    return found


def controls(window: QWidget) -> set[QWidget]:
    """All that can be used by keys, and is before a person's eyes or can be scrolled to."""
    return {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.window() is window
        and _is_before_the_eyes(widget)
    }


def _is_before_the_eyes(widget: QWidget) -> bool:
    if isinstance(widget, QScrollArea) and widget.verticalScrollBar().maximum() == 0:
        return False
    around = _around(widget.parentWidget(), QScrollArea, EntriesView)
    return widget.isVisible() and not seen(widget if around is None else around).isEmpty()


def seen(widget: QWidget) -> QRect:
    """What can be seen of a widget, on the screen."""
    shown, around = place(widget), widget.parentWidget()
    while around is not None:
        shown &= place(around)
        around = around.parentWidget() if not around.isWindow() else None
    return shown


def _around(widget: QWidget | None, *kinds: type[QWidget]) -> QWidget | None:
    while widget is not None and not isinstance(widget, kinds):
        widget = widget.parentWidget()
    return widget


def part(window: MainWindow, widget: QWidget) -> str:
    """What of the window a control is in."""
    frame = _around(widget, Home, TabZone, QToolBar)
    assert frame is not None
    return "tabs" if isinstance(frame, TabZone) else frame.name if isinstance(frame, Home) else frame.objectName()


def place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def check_order(window: QWidget, widgets: Iterable[QWidget]) -> None:
    for area in (*window.findChildren(QScrollArea), *window.findChildren(EntriesView)):
        area.verticalScrollBar().setValue(0)
    for first, second in pairwise(widgets):
        assert follows(place(first), place(second)), (first, second)


def follows(first: QRect, second: QRect) -> bool:
    """Whether a reader comes from the first of two places to the second one."""
    if first.contains(second):
        return True
    if second.top() > first.bottom() or first.top() > second.bottom():
        return second.top() > first.bottom()
    return second.left() > first.left()


def add_button(window: QWidget) -> QPushButton:
    """The first control of the schedules panel."""
    return next(button for button in window.findChildren(QPushButton) if button.text() == "Add")


@pytest.mark.parametrize("tab", TABS)
def test_the_tab_key_goes_through_the_window_in_reading_order(window: MainWindow, qtbot: QtBot, tab: str) -> None:
    bring_up(window, qtbot, tab)
    start = window._zones.zones["schedules"].corner.apart
    there = walk(start, FORWARDS)
    assert set(there) == controls(window)
    assert [name for name, _ in groupby(there, lambda widget: part(window, widget))] == [
        "schedules",
        "explain",
        "curves",
        "timeline",
        "tabs",
        tab,
        "timestep",
        "equation",
    ]
    # The sides of the equation stand beside both its lines.
    for _, group in groupby(there, lambda widget: (part(window, widget), isinstance(widget.parent(), SideChoice))):
        check_order(window, group)
    assert walk(start, BACKWARDS) == [start, *reversed(there[1:])]


def test_what_could_not_be_reached_is_reached(window: MainWindow, qtbot: QtBot) -> None:
    there = walk(child(window.panel(SchedulesPanel), EntriesView), FORWARDS)
    names = [widget.accessibleName() for widget in there]
    assert {add_button(window), child(window, CurveChooser), child(window, PlotGrid)} < set(there)
    assert names.index("The schedule as one line") < names.index("Kind of schedule")
    assert names.index("T") < names.index("Another schedule as one line")
    assert names.index("Kind of schedule") < names.index("T, slider") < names.index("T")
    assert "Play" in names


@pytest.mark.parametrize("theme", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_the_focus_is_seen_wherever_tab_leads(window: MainWindow, qtbot: QtBot, theme: ThemeChoice) -> None:
    window.set_theme(theme)
    bring_up(window, qtbot, "sampling")
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    there = walk(window._zones.zones["schedules"].corner.apart, FORWARDS)
    for before, widget in pairwise([*there, there[0]]):
        before.setFocus()
        at = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) & window.rect()
        without = window.grab(at).toImage()
        QTest.keyClick(before, FORWARDS)
        assert with_focus() is widget
        assert window.grab(at).toImage() != without, widget.accessibleName() or widget


def test_tab_leads_to_the_button_that_is_down(window: MainWindow) -> None:
    start = window._zones.zones["schedules"].corner.apart
    for axis in (LEVEL_SCALE, SIGMA_SCALE, T_SCALE, RELATIVE_SCALE):
        window.studio.set_axis(axis)
        for key in (FORWARDS, BACKWARDS):
            buttons = [
                widget for widget in walk(start, key) if isinstance(widget, QToolButton) and widget.isCheckable()
            ]
            switches = [button for button in buttons if isinstance(button.parent(), Switch | SideChoice)]
            assert len(switches) == 4
            assert all(button.isChecked() for button in switches)


def test_every_page_of_the_sampling_panel_is_gone_through(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(SamplingPanel)
    bring_up(window, qtbot, "sampling")
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    panel.view_bar.more.click()
    for page in Page:
        panel.view_bar.pages.chosen.emit(page)
        show_change(window, qtbot)
        there = walk(panel.run_bar.solver, FORWARDS)
        assert set(there) == controls(window), page
        assert walk(panel.run_bar.solver, BACKWARDS) == [there[0], *reversed(there[1:])], page


@pytest.mark.parametrize("forwards", [True, False])
def test_the_focus_leaves_what_has_no_size_any_more(qtbot: QtBot, forwards: bool) -> None:
    with active_window(qtbot, QSize(1024, 700)) as window:
        views = window.panel(SamplingPanel).views
        bring_up(window, qtbot, "sampling")
        folded = views.currentWidget()
        assert folded is not None
        folded.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        folded.setFocus()
        views.setFixedHeight(0)
        show_change(window, qtbot)
        assert window.focusWidget() is folded
        assert move_focus(window, forwards)
        assert with_focus() in controls(window)


def test_controls_that_are_made_later_have_their_place(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_kind("sigmoid")
    bring_up(window, qtbot, "sampling")
    panel = window.panel(SamplingPanel)
    panel.view_bar.more.click()
    window.desk.samples.setup.change_line("solver", "ddim")
    show_change(window, qtbot)
    names = [widget.accessibleName() for widget in walk(panel.run_bar.solver, FORWARDS)]
    first, after = names.index("T, slider"), names.index("eta, slider")
    fields = ("T", "start", "end", "tau", "snr_shift")
    expected = [each for key in fields for each in (f"{key}, slider", key)]
    expected.insert(-1, "Shift by size")
    assert names[first : first + 11] == expected
    best = "Best steps for this checkpoint"
    assert names[after : after + 6] == ["eta, slider", "eta", "Spacing", best, "set_alpha_to_one", "Clip x₀"]


def test_a_folded_panel_is_passed_by_and_one_in_a_window_of_its_own_keeps_the_key(
    window: MainWindow, qtbot: QtBot
) -> None:
    zones = window._zones.zones
    zones["explain"].set_folded(True)
    zones["schedules"].set_apart(True)
    show_change(window, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    play = window.panel(TimeBar)._play
    around = walk(play, FORWARDS)
    parts = {part(window, widget) for widget in around}
    assert parts == {"equation", "explain", "curves", "timeline", "tabs", "picture", "timestep"}
    assert [each for each in around if part(window, each) == "explain"] == [zones["explain"].corner.fold]
    own = window.panel(SchedulesPanel).window()
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow)
    there = walk(add_button(own), FORWARDS)
    assert set(there) == controls(own)
    check_order(own, there)
    window.reset_layout()


def test_tab_scrolls_to_where_it_leads(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 700)
    show_change(window, qtbot)
    for key in (FORWARDS, BACKWARDS):
        for widget in walk(child(window, EntriesView), key):
            widget.setFocus()
            QTest.keyClick(widget, key)
            assert not seen(with_focus()).isEmpty(), with_focus()


def click_tab(window: MainWindow, title: str) -> None:
    bar = child(child(window, TabZone), QTabBar)
    number = next(n for n in range(bar.count()) if bar.tabText(n) == title)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())


def test_space_never_presses_what_has_been_covered(window: MainWindow, qtbot: QtBot) -> None:
    bring_up(window, qtbot, "sampling")
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    panel, samples = window.panel(SamplingPanel), window.desk.samples
    panel.run_bar.buttons.run.setFocus()
    click_tab(window, "Picture")
    assert not holds_focus(panel)
    assert with_focus().isVisible()
    phases: list[Phase] = []
    samples.phase_changed.connect(phases.append)
    QTest.keyClick(with_focus(), Qt.Key.Key_Space)
    assert phases == []
    assert window.panel(TimeBar).playing
    window.panel(TimeBar).stop()


def test_a_label_s_key_leads_to_no_field_that_is_covered(window: MainWindow, qtbot: QtBot) -> None:
    bring_up(window, qtbot, "sampling")
    panel = window.panel(SamplingPanel)
    panel.view_bar.more.click()
    show_change(window, qtbot)
    kind = child(window.panel(SchedulesPanel), QComboBox)
    kind.setFocus()
    QTest.keyClick(kind, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    assert with_focus() is panel.details.pictures
    bring_up(window, qtbot, "values")
    kind.setFocus()
    QTest.keyClick(kind, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    assert with_focus() is kind


def test_nothing_moves_when_another_tab_comes_to_the_front(window: MainWindow, qtbot: QtBot) -> None:
    places: set[object] = set()
    for tab in TABS:
        bring_up(window, qtbot, tab)
        places.add(place(window._zones.homes[tab]).getRect())
    assert len(places) == 1
