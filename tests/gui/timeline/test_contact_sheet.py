"""The contact sheet: lanes that grow over the plots, with captions, and give them their room back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.frame_captions import MARGIN, captions, paint_caption_over, paint_captions
from ddpm_studio.gui.timeline.lane import StripFrame
from ddpm_studio.gui.timeline.lane_layout import LEAST_IN_SHEET, TALLEST_IN_SHEET
from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.finding import child, with_focus
from tests.gui.windows import active_window, settle

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    specs = "linear:T=300", "cosine:T=1000", "linear:T=1000,zero_snr=1"
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in specs], 120) as window:
        settle()
        yield window


def press_c(window: MainWindow) -> None:
    QTest.keyClick(with_focus(), Key.Key_C)
    settle()


def lanes(window: MainWindow) -> Lanes:
    return window.panel(TimelinePanel).lanes


def test_c_lets_the_lanes_grow_over_the_plots_and_gives_them_back(window: MainWindow) -> None:
    plots, panel = window.panel(CurvesPanel), window.panel(TimelinePanel)
    before = plots.height(), panel.height(), lanes(window).lane(0).height()
    press_c(window)
    assert window.studio.state.sheet
    assert plots.height() < 10
    assert not child(plots, PlotGrid).isVisible()
    assert before[2] * 1.5 < lanes(window).lane(0).height() <= TALLEST_IN_SHEET
    press_c(window)
    assert (plots.height(), panel.height(), lanes(window).lane(0).height()) == before


def test_it_is_a_step_in_the_view_menu_and_plots_are_up_to_date_again(window: MainWindow) -> None:
    action = window.findChild(QAction, "toggle_sheet")
    assert action is not None
    action.trigger()
    settle()
    assert action.isChecked()
    window.studio.set_t(240)
    settle()
    window.studio.undo()
    settle()
    assert not window.studio.state.sheet
    (plot,) = window.panel(CurvesPanel).grid.plots()
    letters = [label.text.split()[0] for label in plot._numbers.labels()]
    assert sorted(letters) == ["A", "B", "C"]
    assert all(label.text for label in plot._numbers.labels())


def test_a_move_of_t_leaves_the_sheet_s_strips_and_the_folded_plots_alone(window: MainWindow) -> None:
    press_c(window)
    strips = lanes(window)._strips
    painted = {key: known[1].cacheKey() for key, known in strips._known.items()}
    grid = window.panel(CurvesPanel).grid
    shown = grid._state
    window.studio.set_t(200)
    settle()
    assert {key: known[1].cacheKey() for key, known in strips._known.items()} == painted
    assert grid._state is shown


def test_many_lanes_scroll(window: MainWindow) -> None:
    for _ in range(9):
        window.studio.duplicate(window.studio.state.selected)
    press_c(window)
    assert lanes(window).lane(0).height() >= LEAST_IN_SHEET
    assert lanes(window).height() > window.panel(TimelinePanel).height()


def test_messages_are_seen_although_the_plots_are_not(window: MainWindow) -> None:
    press_c(window)
    window.messages.say("Something is to be said.")
    settle()
    assert window.toast.isVisible()
    assert window.toast.height() >= window.toast.minimumSizeHint().height()
    assert not window.toast.visibleRegion().isEmpty()


def test_c_in_a_box_chooses_an_item_there_and_in_a_line_it_is_a_letter(window: MainWindow) -> None:
    box = child(window.panel(SchedulesPanel), QComboBox)
    box.setFocus()
    press_c(window)
    assert not window.studio.state.sheet
    assert box.currentText().startswith("C")
    line = window.panel(SchedulesPanel).list.new_line
    line.setFocus()
    press_c(window)
    assert line.text() == "c"
    assert not window.studio.state.sheet
    QTest.keyClick(line, Key.Key_Escape)
    window.panel(TimeBar).setFocus()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [10, 30, 60, 90, 120, 160])
def test_captions_of_a_lane_have_one_form_that_fits(width: int) -> None:
    schedule, metrics = Schedule("linear", 1000), QFontMetricsF(QFont())
    found = [StripFrame(place * width, (place + 1) * width, t) for place, t in enumerate((20, 300, 1000))]
    found.append(StripFrame(3 * width, 3 * width + 4, 1000))
    *full, cut = captions(schedule, found, metrics)
    assert cut == ""
    assert all(metrics.horizontalAdvance(text) <= width - MARGIN for text in full)
    assert len({("dB" in text, "SNR" in text, "=" in text, text == "") for text in full}) == 1
    if width == 160:
        decibels = float(schedule.coefficients.snr_db[19])
        assert full[0] == f"t = 20 · SNR {decibels:.3g} dB"


def test_the_frame_of_the_moment_has_its_own_t_and_no_half_of_another(qapp: QApplication) -> None:
    schedule, ground = Schedule.parse("linear:T=300"), QColor("white")
    found = [StripFrame(left, left + 66, left + 30) for left in range(0, 198, 66)]
    row, now = QRectF(0, 4, 0, 16), StripFrame(100, 166, 128)

    def painted(*frames: StripFrame, over: bool) -> QImage:
        image = QImage(240, 24, QImage.Format.Format_RGB32)
        image.fill(ground)
        with QPainter(image) as painter:
            paint_captions(painter, schedule, frames, row.top(), row.height())
            if over:
                paint_caption_over(painter, schedule, now, found, row, ground)
        return image

    assert painted(*found, over=True) == painted(found[0], now, over=False)
