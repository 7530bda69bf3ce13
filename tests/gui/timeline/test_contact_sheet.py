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
from ddpm_studio.gui.timeline.lane import StripFrame, balance
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
    *full, cut = captions(schedule, found, metrics, 1000)
    assert cut == ""
    assert all(metrics.horizontalAdvance(text) <= width - MARGIN for text in full)
    assert len({("dB" in text, "SNR" in text, "=" in text, text == "") for text in full}) == 1
    if width == 160:
        decibels = float(schedule.coefficients.snr_db[19])
        assert full[0] == f"t = 20 · SNR {decibels:.3g} dB"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [60, 90, 110, 120, 135, 160])
def test_captions_of_all_lanes_have_the_same_form(width: int) -> None:
    metrics, frames = QFontMetricsF(QFont()), 8
    forms = set()
    for spec in ("linear:T=300", "cosine:T=1000", "sigmoid:T=1000", "edm:T=300", "linear:T=20"):
        schedule = Schedule.parse(spec)
        # One of them where picture and noise weigh nearly the same, which has many digits.
        ts = [round((place + 0.5) * schedule.T / frames) for place in range(frames)] + [balance(schedule) or 1]
        found = [StripFrame(place * width, (place + 1) * width, t) for place, t in enumerate(ts)]
        forms |= {("dB" in text, "SNR" in text, "=" in text) for text in captions(schedule, found, metrics, 1000)}
    assert len(forms) == 1


@pytest.mark.usefixtures("qapp")
def test_a_caption_that_is_longer_than_others_has_no_half_of_a_number() -> None:
    schedule, metrics = Schedule.parse("linear:T=100000"), QFontMetricsF(QFont())
    width = metrics.horizontalAdvance("t = 100000 · −88.8 dB") + MARGIN
    found = [StripFrame(0, width, 100), StripFrame(width, 2 * width, 100_000)]
    texts = captions(schedule, found, metrics, 100_000)
    assert schedule.coefficients.snr_db[-1] < -1000
    assert texts[0].endswith("dB")
    assert texts[1] == "t = 100000"


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1440, 900)], ids=lambda size: f"{size.width()}")
def test_the_tint_of_the_chosen_lane_goes_on_under_its_captions(window: MainWindow, size: QSize) -> None:
    window.share_out(size)
    press_c(window)
    lane, strip = lanes(window).lane(0), lanes(window).strip(0)
    image = lanes(window).grab().toImage()
    # In each row from the lane's top to its end, the tint is the same left of the strip, at its edge and right of it.
    for y in (lane.top() + 1, strip.bottom() + 2, lane.bottom() - 2):
        colors = {image.pixelColor(x, round(y)).name() for x in (4, round(strip.right()) - 1, round(strip.right()) + 3)}
        assert len(colors) == 1
        assert colors != {lanes(window)._tokens.surface}


def test_the_tint_goes_on_under_what_is_said_of_the_end(window: MainWindow) -> None:
    window.studio.set_axis("t")
    settle()
    strip, image = lanes(window).strip(0), lanes(window).grab().toImage()
    beside = image.pixelColor(round(strip.right()) - 2, round(strip.center().y()))
    assert beside == image.pixelColor(4, round(strip.center().y())) != QColor(lanes(window)._tokens.surface)


def test_the_number_of_balance_stands_at_its_mark(window: MainWindow) -> None:
    window.share_out(QSize(960, 600))
    window.studio.set_picture(None)  # Whose pixels are as dark as numbers.
    press_c(window)
    assert lanes(window)._notes_over
    found = lanes(window)._balance_at(window.studio.state.visible[0])
    assert found is not None
    strip, ink = lanes(window).strip(0), QColor(lanes(window)._tokens.text)
    image = lanes(window).grab().toImage()

    def is_written(top: float) -> bool:
        xs, ys = range(round(found[1]) + 6, round(found[1]) + 40), range(round(top), round(top) + 12)
        colors = (image.pixelColor(x, y) for x in xs for y in ys)
        away = min(abs(each.red() - ink.red()) + abs(each.blue() - ink.blue()) for each in colors)
        return away < 30

    assert is_written(strip.top())
    assert not is_written(strip.bottom() - 13)


def test_the_frame_of_the_moment_has_its_own_t_and_no_half_of_another(qapp: QApplication) -> None:
    schedule, ground = Schedule.parse("linear:T=300"), QColor("white")
    found = [StripFrame(left, left + 66, left + 30) for left in range(0, 198, 66)]
    row, now = QRectF(0, 4, 0, 16), StripFrame(100, 166, 128)

    def painted(*frames: StripFrame, over: bool) -> QImage:
        image = QImage(240, 24, QImage.Format.Format_RGB32)
        image.fill(ground)
        with QPainter(image) as painter:
            paint_captions(painter, schedule, frames, row, 300)
            if over:
                paint_caption_over(painter, schedule, now, found, row, 300, [ground])
        return image

    assert painted(*found, over=True) == painted(found[0], now, over=False)


def test_the_frame_of_the_moment_says_as_much_as_those_under_it(qapp: QApplication) -> None:
    schedule, ground = Schedule.parse("linear:T=300"), QColor("white")
    image = QImage(600, 24, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        width = QFontMetricsF(painter.font()).horizontalAdvance("t = 300 · −88.8 dB") + MARGIN
        found = [StripFrame(place * width, (place + 1) * width, 30 + place) for place in range(3)]
        # It is as wide as high, and they share the field among them.
        now, row = StripFrame(0.5 * width, 1.5 * width - 2, 128), QRectF(0, 4, 0, 16)

        def written(frame: StripFrame, *under: StripFrame) -> QImage:
            image.fill(ground)
            paint_caption_over(painter, schedule, frame, under, row, 300, [ground])
            return image.copy()

        whole = written(StripFrame(now.left, now.left + width, now.t))
        assert written(now, *found) == whole != written(now)
