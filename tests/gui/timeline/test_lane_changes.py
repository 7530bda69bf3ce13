"""Lanes on the screen look as they would if all of them were painted again, though only those that changed are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.timeline.lane_hands import HandledLanes
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.windows import active_window, settle

SPECS = ("linear:T=1000", "cosine:T=1000", "linear:T=1000,snr_shift=2")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS], 400) as window:
        settle()
        yield window


class Painted(QObject):
    """Notes what is painted of the lanes."""

    def __init__(self, lanes: HandledLanes) -> None:
        super().__init__(lanes)
        self.parts: list[QRect] = []
        lanes.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note the part, and let it be painted."""
        if isinstance(event, QPaintEvent):
            self.parts.append(event.rect())
        return False


def on_screen(window: MainWindow) -> QImage:
    """The lanes as they were painted last."""
    lanes = window.panel(TimelinePanel).lanes
    place = QRect(lanes.mapTo(window, QPoint(0, 0)), lanes.size())
    shot: QImage = QApplication.primaryScreen().grabWindow(window.winId()).toImage()
    return shot.copy(place).convertToFormat(QImage.Format.Format_RGB32)


def painted_whole(window: MainWindow) -> QImage:
    image: QImage = window.panel(TimelinePanel).lanes.grab().toImage()
    return image.convertToFormat(QImage.Format.Format_RGB32)


def second(window: MainWindow) -> int:
    return window.studio.state.entries[1].key


def steps_of_second(window: MainWindow, first: str, *later: str) -> None:
    """Put a line of steps below the second schedule, and make others of it one after the other."""
    window.studio.add_steps(StepsSpec.parse(first), second(window))
    for text in later:
        settle()
        window.studio.replace_steps(second(window), 0, StepsSpec.parse(text))


CHANGES: dict[str, Callable[[MainWindow], object]] = {
    "a parameter": lambda window: window.studio.set_parameter("beta_end", 0.03),
    "the length": lambda window: window.studio.set_parameter("T", 700),
    "t": lambda window: window.studio.set_t(650),
    "what is selected": lambda window: window.studio.select(second(window)),
    "a schedule that is hidden": lambda window: window.studio.set_visible(second(window), False),
    "the kind": lambda window: window.studio.set_kind("sigmoid"),
    "the axis": lambda window: window.studio.set_axis("log_snr"),
    "the curve": lambda window: window.studio.explain("betas"),
    "noise": lambda window: window.desk.pictures.new_noise(),
    "the first steps": lambda window: window.studio.add_steps(StepsSpec.parse("karras:steps=9")),
    "other steps": lambda window: steps_of_second(window, "karras:steps=9", "trailing:steps=4"),
    "steps that there are not": lambda window: steps_of_second(window, "karras", "sigmas:9e9,0"),
    "a step back": lambda window: (window.studio.set_parameter("beta_end", 0.03), window.studio.undo()),
}


@pytest.mark.parametrize("axis", ["t/T", "log_snr"])
def test_lanes_on_the_screen_are_those_of_the_state(window: MainWindow, axis: str) -> None:
    window.studio.set_axis(axis)
    first = window.studio.state
    for name, change in CHANGES.items():
        window.studio._become(first)
        settle()
        assert on_screen(window) == painted_whole(window), f"before {name}"
        change(window)
        settle()
        assert on_screen(window) == painted_whole(window), name


def test_a_slider_has_only_the_lane_of_its_schedule_painted(window: MainWindow) -> None:
    lanes = window.panel(TimelinePanel).lanes
    painted = Painted(lanes)
    window.studio.set_parameter("beta_end", 0.03)
    settle()
    assert painted.parts
    assert all(lanes.lane(0).toAlignedRect().contains(part) for part in painted.parts)
    assert on_screen(window) == painted_whole(window)


def test_a_step_that_moves_has_only_the_lane_of_its_schedule_painted(window: MainWindow) -> None:
    steps_of_second(window, "sigmas:9,3,1,0")
    settle()
    lanes = window.panel(TimelinePanel).lanes
    painted = Painted(lanes)
    window.studio.replace_steps(second(window), 0, StepsSpec.parse("sigmas:9,2,1,0"))
    settle()
    assert painted.parts
    assert all(lanes.lane(1).toAlignedRect().contains(part) for part in painted.parts)
    assert on_screen(window) == painted_whole(window)
