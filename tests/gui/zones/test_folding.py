"""Zones that fold to their headers, by mouse, keys and menu, and give their room to the others."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QToolBar, QWidget

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.zones.tab_zone import TabZone
from ddpm_studio.gui.zones.zone import Zone
from tests.gui.finding import child
from tests.gui.windows import settle

LEFT = Qt.MouseButton.LeftButton
FOLDING = ("equation", "curves", "timeline", "schedules", "explain")


def zone(window: MainWindow, name: str) -> Zone:
    return window._zones.zones[name]


def line(window: MainWindow, name: str) -> QAction:
    """The line of the View menu that shows a panel."""
    place = list(window._zones._panels).index(name)
    return list(window._zones.actions())[place]


def press_fold(window: MainWindow, name: str) -> None:
    QTest.mouseClick(zone(window, name).corner.fold, LEFT)
    settle()


@pytest.mark.parametrize("name", FOLDING)
def test_a_button_folds_a_zone_in_favour_of_the_others_and_gives_it_its_share_back(
    window: MainWindow, name: str
) -> None:
    before, button = zone(window, name).size(), zone(window, name).corner.fold
    sizes = [split.sizes() for split in window._zones.splits.values()]
    assert button.accessibleName().startswith("Fold ")
    assert button.statusTip()
    press_fold(window, name)
    assert zone(window, name).height() < before.height()
    assert button.accessibleName().startswith("Unfold ")
    assert button.isVisible()
    assert not line(window, name).isChecked()
    press_fold(window, name)
    assert zone(window, name).size() == before
    assert [split.sizes() for split in window._zones.splits.values()] == sizes
    assert line(window, name).isChecked()


def test_what_is_folded_makes_others_grow(window: MainWindow) -> None:
    curves, lanes = window.panel(CurvesPanel), window.panel(TimelinePanel)
    before = curves.height(), lanes.height()
    window._zones.tabs.set_folded(True)
    settle()
    assert curves.height() > before[0]
    assert lanes.height() > before[1]


def test_the_scales_stay_when_the_lanes_are_folded(window: MainWindow) -> None:
    panel = window.panel(TimelinePanel)
    press_fold(window, "timeline")
    assert not panel.lanes.isVisible()
    assert panel.scales.isVisible()
    assert panel.height() == panel.scales.height()


def test_the_header_of_the_curves_stays(window: MainWindow) -> None:
    panel = window.panel(CurvesPanel)
    press_fold(window, "curves")
    assert not panel.grid.isVisible()
    window.studio.set_axis("t")
    window.studio.set_curves(("betas", "snr"))
    settle()
    assert panel.grid.shown.curves != ("betas", "snr")
    assert panel.chooser.text().startswith("Curves: 2 ")
    press_fold(window, "curves")
    assert panel.grid.shown.curves == ("betas", "snr")


def test_the_equation_folds_to_one_line(window: MainWindow) -> None:
    panel = window.panel(EquationPanel)
    press_fold(window, "equation")
    assert panel.height() < 60
    assert panel.forward.isVisible()


def test_a_column_with_nothing_open_is_a_strip_that_opens_again(window: MainWindow) -> None:
    curves = window.panel(CurvesPanel)
    before = curves.width()
    for name in ("schedules", "explain"):
        press_fold(window, name)
    assert curves.width() > before + 200
    assert zone(window, "schedules").width() < 40
    press_fold(window, "explain")
    assert curves.width() == before
    assert window.panel(ExplainPanel).isVisible()
    assert not window.panel(SchedulesPanel).isVisible()


def handle(window: MainWindow, split: str, place: int = 1) -> QWidget:
    return window._zones.splits[split].handle(place)


@pytest.mark.parametrize(
    ("split", "names"), [("column", ["explain"]), ("centre", ["timeline"]), ("across", ["schedules", "explain"])]
)
def test_a_double_click_between_two_zones_folds_and_unfolds(window: MainWindow, split: str, names: list[str]) -> None:
    for folded in (True, False):
        QTest.mouseDClick(handle(window, split), LEFT)
        settle()
        assert [zone(window, name).put_away for name in names] == [folded] * len(names)
    assert handle(window, split).statusTip()


def test_a_double_click_on_a_header_folds(window: MainWindow) -> None:
    header = zone(window, "explain")._header
    assert header is not None
    for folded in (True, False):
        QTest.mouseDClick(header, LEFT, pos=QPoint(60, 10))
        settle()
        assert window.panel(ExplainPanel).isVisible() != folded


def drag(handle: QWidget, by: QPoint) -> None:
    start = handle.rect().center()
    QTest.mousePress(handle, LEFT, pos=start)
    QTest.mouseMove(handle, start + by)
    QTest.mouseRelease(handle, LEFT, pos=start + by)
    settle()


def test_a_folded_zone_is_dragged_open(window: MainWindow) -> None:
    press_fold(window, "timeline")
    tabs = window._zones.tabs.height()
    drag(handle(window, "centre"), QPoint(0, -120))
    assert window.panel(TimelinePanel).lanes.isVisible()
    assert line(window, "timeline").isChecked()
    assert window._zones.tabs.height() == tabs


def test_enlarging_shares_out_and_shrinking_forgets_nothing(window: MainWindow) -> None:
    drag(handle(window, "right"), QPoint(0, -60))
    shares = window._zones.splits["right"].shares
    sizes = window._zones.splits["right"].sizes()
    for size in (QSize(1920, 1200), QSize(960, 560), QSize(1280, 800)):
        window.resize(size)
        settle()
    assert window._zones.splits["right"].shares == shares
    assert window._zones.splits["right"].sizes() == sizes


def test_a_larger_window_is_for_plots_and_pictures_more_than_for_the_list(window: MainWindow) -> None:
    panels = window.panel(SchedulesPanel), window.panel(CurvesPanel)
    before = [panel.width() for panel in panels]
    window.resize(1920, 1200)
    settle()
    grown = [panel.width() - width for panel, width in zip(panels, before, strict=True)]
    assert sum(grown) == 640
    assert grown[0] < 0.25 * grown[1]


def test_the_smallest_window_has_room_for_all(window: MainWindow) -> None:
    window.share_out(QSize(960, 560))
    settle()
    assert window.size() == QSize(960, 560)
    panels = (SchedulesPanel, ExplainPanel, CurvesPanel, TimelinePanel, PicturePanel, EquationPanel)
    for panel in map(window.panel, panels):
        assert panel.width() >= panel.minimumSizeHint().width()
        assert panel.height() >= panel.minimumSizeHint().height()
        assert window.rect().contains(panel.rect().translated(panel.mapTo(window, QPoint(0, 0))))
    curves = window.panel(CurvesPanel)
    assert curves.area.verticalScrollBar().maximum() == 0
    width = curves.width()
    curves.grid.zoom(2.0)
    settle()
    assert curves.width() == width
    assert curves.minimumSizeHint().width() <= width


def test_everything_folds_at_once_and_the_room_is_left_empty(window: MainWindow) -> None:
    for name in FOLDING:
        zone(window, name).set_folded(True)
    window._zones.tabs.set_folded(True)
    settle()
    assert window.panel(TimelinePanel).scales.isVisible()
    assert child(window, TabZone).height() < 40
    assert child(window, TabZone).width() > window.width() - 50
    window.reset_layout()
    settle()
    assert all(action.isChecked() for action in list(window._zones.actions())[:6])
    assert child(window, TabZone).height() > 150


def test_the_keyboard_folds_and_the_focus_is_where_space_presses_nothing(window: MainWindow) -> None:
    button = zone(window, "schedules").corner.fold
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not window.panel(SchedulesPanel).isVisible()
    assert button.hasFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    window.panel(SchedulesPanel).list.view.setFocus()
    line(window, "schedules").trigger()
    settle()
    focused = QApplication.focusWidget()
    assert focused is window
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert window.panel(TimeBar).playing
    window.panel(TimeBar).stop()


def test_the_menu_brings_a_panel_to_the_front_and_folds_the_tabs_away(window: MainWindow) -> None:
    line(window, "values").trigger()
    assert window.panel_in_front() == "values"
    assert [line(window, name).isChecked() for name in ("picture", "sampling", "values")] == [False, False, True]
    line(window, "values").trigger()
    settle()
    assert window.panel_in_front() == ""
    assert not line(window, "values").isChecked()
    line(window, "picture").trigger()
    assert window.panel_in_front() == "picture"
    assert window.panel(PicturePanel).isVisible()


def test_a_tab_unfolds_and_a_double_click_on_it_folds(window: MainWindow) -> None:
    bar = child(child(window, TabZone), QTabBar)
    place = bar.tabRect(0).center()
    QTest.mouseClick(bar, LEFT, pos=place)
    QTest.mouseDClick(bar, LEFT, pos=place)
    assert not window.panel(PicturePanel).isVisible()
    QTest.mouseClick(bar, LEFT, pos=place)
    assert window.panel(PicturePanel).isVisible()


def test_a_double_click_on_a_tab_that_is_folded_leaves_it_open(window: MainWindow) -> None:
    window._zones.tabs.set_folded(True)
    bar = child(child(window, TabZone), QTabBar)
    place = bar.tabRect(0).center()
    QTest.mouseClick(bar, LEFT, pos=place)
    QTest.mouseDClick(bar, LEFT, pos=place)
    assert window.panel(PicturePanel).isVisible()


def test_the_contact_sheet_has_the_room_of_the_curves_and_gives_it_back(window: MainWindow) -> None:
    sizes = window._zones.splits["centre"].sizes()
    press_fold(window, "timeline")
    window.studio.toggle_sheet()
    settle()
    assert window.panel(TimelinePanel).lanes.isVisible()
    assert window._zones.splits["centre"].sizes()[0] == 0
    window.studio.toggle_sheet()
    settle()
    assert window._zones.splits["centre"].sizes() == sizes


def test_the_bars_are_not_offered_to_be_hidden(window: MainWindow) -> None:
    assert window.contextMenuPolicy() is Qt.ContextMenuPolicy.PreventContextMenu
    assert all(bar.isVisible() for bar in window.findChildren(QToolBar))
