"""The area of the lanes where there are more than have room: whole rows under their heads, the selected one in view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.timeline.lane_area import LaneArea
from ddpm_studio.gui.timeline.lane_layout import ASKED
from ddpm_studio.gui.timeline.strips import PICTURES
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.finding import child
from tests.gui.windows import active_window, settle

MANY = 30


@pytest.fixture(params=[QSize(960, 600), QSize(1440, 900)], ids=["small", "large"])
def window(qtbot: QtBot, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    schedules = [Schedule("cosine", 100 + 10 * number) for number in range(MANY)]
    with active_window(qtbot, request.param, schedules, 20) as window:
        settle()
        yield window


def area_of(window: MainWindow) -> LaneArea:
    return child(window.panel(TimelinePanel), LaneArea)


def seen(window: MainWindow) -> list[int]:
    """The schedules whose lanes are whole in what is seen under the heads; no other may be seen in part."""
    area, lanes = area_of(window), window.panel(TimelinePanel).lanes
    top, bottom = -lanes.y() + lanes.head, -lanes.y() + area.viewport().height()
    found = []
    for number in range(len(window.studio.state.visible)):
        lane = lanes.lane(number)
        if lane.top() >= top - 1 and lane.bottom() <= bottom + 1:
            found.append(number)
        else:
            assert min(lane.bottom(), bottom) - max(lane.top(), top) <= 1, f"lane {number} is cut"
    return found


def test_a_schedule_that_is_selected_has_its_lane_in_view(window: MainWindow) -> None:
    for number in (0, MANY - 1, 12, 13, 3, MANY - 2):
        window.studio.select(window.studio.state.entries[number].key)
        settle()
        assert number in seen(window)


def test_so_has_one_that_is_new_and_what_is_seen_already_stays(window: MainWindow) -> None:
    window.studio.add(Schedule("linear", 77))
    settle()
    before = seen(window)
    assert MANY in before
    window.studio.select(window.studio.state.entries[before[0]].key)
    settle()
    assert seen(window) == before


def test_lanes_are_scrolled_by_whole_rows(window: MainWindow) -> None:
    area = area_of(window)
    window.studio.select(window.studio.state.entries[0].key)
    settle()
    first, rows = seen(window)[0], len(seen(window))
    assert (first, rows > 1) == (0, True)
    where = QPointF(area.viewport().rect().center())
    for turned in (-40, -40, -40, -120):
        there = area.viewport().mapToGlobal(where)
        held, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        wheel = QWheelEvent(where, there, QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, held, phase, False)
        QApplication.sendEvent(area.viewport(), wheel)
        settle()
        assert len(seen(window)) == rows
    assert seen(window)[0] == 2
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    settle()
    assert seen(window) == list(range(MANY - rows, MANY))


def test_what_is_under_the_heads_is_not_pressed_through_them(window: MainWindow) -> None:
    lanes = window.panel(TimelinePanel).lanes
    window.studio.select(window.studio.state.entries[20].key)
    settle()
    hidden = -lanes.y() + lanes.head // 2
    assert lanes.y() < 0
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(5, hidden))
    settle()
    assert window.studio.state.selected == window.studio.state.entries[20].key
    number = seen(window)[0]
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(5, round(lanes.lane(number).center().y())))
    settle()
    assert window.studio.state.selected == window.studio.state.entries[number].key


@pytest.mark.parametrize(("size", "few"), [(QSize(960, 600), 2), (QSize(1024, 700), 3), (QSize(1440, 900), 5)])
def test_a_few_schedules_have_pictures_and_one_more_moves_nothing_else(qtbot: QtBot, size: QSize, few: int) -> None:
    with active_window(qtbot, size, [Schedule("cosine", 100)]) as window:
        settle()
        lanes, splits = window.panel(TimelinePanel).lanes, window._zones.splits
        before = splits["right"].sizes()
        for number in range(2, 10):
            plot = splits["centre"].sizes()[0]
            window.studio.add(Schedule("cosine", 100 + number))
            settle()
            assert (lanes.strip(0).height() >= PICTURES) == (number <= few)
            assert splits["right"].sizes() == before
            assert plot - splits["centre"].sizes()[0] <= lanes._tokens.scaled(ASKED)
        assert splits["centre"].sizes()[0] >= splits["centre"].sizes()[1] - 1


def test_steps_of_one_of_four_schedules_leave_all_their_pictures(qtbot: QtBot) -> None:
    with active_window(qtbot, QSize(1440, 900), [Schedule("cosine", 100 + number) for number in range(4)]) as window:
        window.studio.add_steps(StepsSpec.parse("trailing:steps=5"))
        settle()
        lanes = window.panel(TimelinePanel).lanes
        assert all(lanes.strip(place).height() >= PICTURES for place in range(4))
