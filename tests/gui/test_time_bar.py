"""The timestep bar at the keyboard and under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSlider, QSpinBox, QStyle, QStyleOptionSlider, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.time_bar import TimeBar, numbers_at
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
    # ᾱ_300 of linear 1e-4 … 0.02, T = 300, is 0.0481; 10·log10(0.0481/0.9519) = −13.0 dB.
    assert numbers_at(schedule, 300) == "ᾱ 0.0481   √ᾱ 0.2192   √(1−ᾱ) 0.9757   SNR −13.0 dB"
