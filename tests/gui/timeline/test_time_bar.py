"""The timestep bar at the keyboard and under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QSlider, QSpinBox, QStyle, QStyleOptionSlider, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.theme import LIGHT
from ddpm_studio.gui.timeline.time_bar import TimeBar, numbers_at
from tests.gui.finding import child


@pytest.fixture
def studio(qtbot: QtBot) -> Studio:
    return Studio()


@pytest.fixture
def bar(qtbot: QtBot, studio: Studio) -> TimeBar:
    bar = TimeBar()
    qtbot.addWidget(bar)
    bar.t_chosen.connect(studio.set_t)
    studio.changed.connect(bar.show_state)
    bar.show_state(studio.state)
    bar.resize(1000, 40)
    bar.show()
    return bar


@pytest.mark.parametrize(
    ("key", "t"),
    [
        (Qt.Key.Key_Right, 101),
        (Qt.Key.Key_Left, 99),
        (Qt.Key.Key_PageUp, 130),
        (Qt.Key.Key_PageDown, 70),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 300),
    ],
)
def test_keys_move_t(bar: TimeBar, studio: Studio, qtbot: QtBot, key: Qt.Key, t: int) -> None:
    assert studio.state.t == 100
    qtbot.keyClick(child(bar, QSlider), key)
    assert studio.state.t == t


def test_dragging_the_handle_visits_steps_in_order(bar: TimeBar, studio: Studio, qtbot: QtBot) -> None:
    slider = child(bar, QSlider)
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    seen: list[int] = []
    bar.t_chosen.connect(seen.append)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=handle.center())
    for step in range(1, 8):
        qtbot.mouseMove(slider, handle.center() + QPoint(20 * step, 0))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=handle.center() + QPoint(140, 0))
    assert len(seen) >= 5
    assert seen == sorted(seen)
    assert studio.state.t == seen[-1] > 150


def test_typing_a_number(bar: TimeBar, studio: Studio, qtbot: QtBot) -> None:
    spin = child(bar, QSpinBox)
    spin.selectAll()
    qtbot.keyClicks(spin, "42")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert studio.state.t == 42


def test_showing_a_state_says_nothing_back(bar: TimeBar, studio: Studio, qtbot: QtBot) -> None:
    studio.set_parameter("T", 50)
    with qtbot.assertNotEmitted(bar.t_chosen), qtbot.waitSignal(studio.changed):
        pass
    slider = child(bar, QSlider)
    assert (slider.maximum(), slider.value()) == (50, studio.state.t)


def test_play_runs_to_the_end_and_stops(bar: TimeBar, studio: Studio, qtbot: QtBot) -> None:
    studio.set_t(297)
    qtbot.waitSignal(studio.changed).wait()
    qtbot.mouseClick(child(bar, QToolButton), Qt.MouseButton.LeftButton)
    assert bar.playing
    qtbot.waitUntil(lambda: not bar.playing)
    assert studio.state.t == 300


def test_play_from_the_end_starts_over(bar: TimeBar, studio: Studio, qtbot: QtBot) -> None:
    studio.set_t(300)
    qtbot.waitSignal(studio.changed).wait()
    with qtbot.waitSignal(bar.t_chosen) as chosen:
        qtbot.keyClick(child(bar, QSlider), Qt.Key.Key_Space)
    assert chosen.args[0] < 300
    qtbot.keyClick(child(bar, QSlider), Qt.Key.Key_Space)
    assert not bar.playing


def test_the_numbers_at_t() -> None:
    schedule = Schedule()
    assert numbers_at(schedule, 0) == "ᾱ 1   √ᾱ 1   √(1−ᾱ) 0   SNR ∞ dB"
    # ᾱ_300 of linear 1e-4 … 0.02, T = 300, is 0.048058; 10·log10(0.048058/0.951942) = −12.968 dB.
    assert numbers_at(schedule, 300) == "ᾱ 0.048058   √ᾱ 0.21922   √(1−ᾱ) 0.97567   SNR −12.968 dB"


@pytest.mark.parametrize("spec", ["linear:T=1000", "sqrt:T=50000", "const:T=100000", "linear:T=300,zero_snr=1"])
def test_the_read_out_is_never_cut_off(bar: TimeBar, studio: Studio, qtbot: QtBot, spec: str) -> None:
    bar.set_theme(LIGHT)
    read_out = bar.findChildren(QLineEdit)[-1]
    studio.set_schedule(Schedule.parse(spec))
    for share in (0, 0.01, 0.5, 0.99, 1):
        studio.set_t(round(share * studio.state.current.schedule.T))
        bar.show_state(studio.state)
        assert read_out.text().endswith(" dB")
        assert read_out.fontMetrics().horizontalAdvance(read_out.text()) < read_out.width()


def test_the_read_out_does_not_change_its_width_back_and_forth(bar: TimeBar, studio: Studio) -> None:
    bar.set_theme(LIGHT)
    read_out = bar.findChildren(QLineEdit)[-1]
    widths = []
    for t in (300, 1, 0, 150):
        studio.set_t(t)
        bar.show_state(studio.state)
        widths.append(read_out.width())
    assert widths == sorted(widths)
