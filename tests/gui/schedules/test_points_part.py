"""The points of a drawn schedule in its card, by keys alone, and the way to them from any other schedule."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.points_part import PointsPart
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.stepping import read_steps
from ddpm_studio.gui.widgets.number_box import NumberBox
from tests.gui.windows import show_change

DRAWN = "drawn:T=300,points=0/8;0.4/1;1/-8"
FLOW = DRAWN.replace("T=300", "T=300,as=tau")


@pytest.fixture
def part(window: MainWindow, qtbot: QtBot) -> PointsPart:
    window.studio.set_schedule(Schedule.parse(DRAWN))
    show_change(window, qtbot)
    return window.panel(SchedulesPanel).points


def type_into(box: NumberBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def spec(window: MainWindow) -> str:
    return str(window.studio.state.current.schedule)


def test_every_point_has_its_fields(part: PointsPart) -> None:
    assert [(row.u.text(), row.level.text()) for row in part.rows] == [("0", "8"), ("0.4", "1"), ("1", "-8")]
    assert [row.u.isEnabled() for row in part.rows] == [False, True, False]
    assert [row.remove.isEnabled() for row in part.rows] == [False, True, False]


def test_what_is_typed_moves_a_point(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    type_into(part.rows[1].level, "2.5")
    show_change(window, qtbot)
    type_into(part.rows[1].u, "0,25")
    show_change(window, qtbot)
    assert spec(window) == "drawn:T=300,points=0/8;0.25/2.5;1/-8"
    assert str(window.studio.state.undo) == "change of the points"
    window.studio.undo()
    assert spec(window) == "drawn:T=300,points=0/8;0.4/2.5;1/-8"


def test_what_would_be_no_curve_is_refused_in_its_field(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    box = part.rows[1].level
    type_into(box, "9")
    assert box.draft.reason == "Log SNR goes from 8 to 9 in points; let it fall by 0.001."
    assert spec(window) == DRAWN
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "1"


def test_arrow_keys_go_as_far_as_the_neighbours(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    box = part.rows[1].u
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    show_change(window, qtbot)
    assert spec(window) == "drawn:T=300,points=0/8;0.41/1;1/-8"
    type_into(box, "0.9998")
    QTest.keyClick(box, Qt.Key.Key_PageUp)
    show_change(window, qtbot)
    assert window.studio.state.current.schedule.points[1][0] == 0.9999


@pytest.mark.parametrize("by_key", [True, False])
def test_a_tick_makes_it_a_flow(window: MainWindow, part: PointsPart, qtbot: QtBot, by_key: bool) -> None:
    for taken, done in ((FLOW, "making the schedule a flow"), (DRAWN, "making the schedule no flow")):
        levels = window.studio.state.current.schedule.coefficients.log_snr
        if by_key:
            part.flow.setFocus()
            QTest.keyClick(part.flow, Qt.Key.Key_Space)
        else:
            QTest.mouseClick(part.flow, Qt.MouseButton.LeftButton, pos=QPoint(8, part.flow.height() // 2))
        show_change(window, qtbot)
        assert (spec(window), part.flow.isChecked()) == (taken, taken == FLOW)
        assert window.studio.state.current.schedule.coefficients.log_snr.tolist() == levels.tolist()
        assert str(window.studio.state.undo) == done
    window.studio.undo()
    show_change(window, qtbot)
    assert (spec(window), part.flow.isChecked()) == (FLOW, True)


def test_a_flow_stays_one_while_its_points_move(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    part.flow.click()
    type_into(part.rows[1].level, "2.5")
    show_change(window, qtbot)
    assert spec(window) == FLOW.replace("0.4/1", "0.4/2.5")
    window.studio.add_steps(read_steps("0.9, 0.5, 0", window.studio.state.current.schedule))
    assert [str(each) for each in window.studio.state.current.steps] == ["taus:0.9,0.5,0"]


def test_points_are_added_and_removed(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    part.more.setFocus()
    QTest.keyClick(part.more, Qt.Key.Key_Space)
    show_change(window, qtbot)
    assert len(part.rows) == 4
    assert window.studio.state.current.schedule.points[2][0] == 0.7
    remove = part.rows[1].remove
    remove.setFocus()
    QTest.keyClick(remove, Qt.Key.Key_Space)
    show_change(window, qtbot)
    assert [row.u.text() for row in part.rows] == ["0", "0.7", "1"]


def test_there_is_nothing_to_see_for_other_kinds(window: MainWindow, part: PointsPart, qtbot: QtBot) -> None:
    draw = window.panel(SchedulesPanel).editor.draw
    assert part.isVisible()
    assert not draw.isVisible()
    window.studio.set_kind("cosine")
    show_change(window, qtbot)
    assert not part.isVisible()
    assert draw.isVisible()


@pytest.mark.parametrize("by", ["menu", "card"])
def test_any_schedule_becomes_a_drawn_one_in_one_step(window: MainWindow, qtbot: QtBot, by: str) -> None:
    said: list[str] = []
    window.desk.schedules.said.connect(said.append)
    window.studio.set_schedule(Schedule.parse("linear:T=1000,snr_shift=4"))
    show_change(window, qtbot)
    action = window.findChild(QAction, "draw_from")
    assert action is not None
    if by == "menu":
        action.trigger()
    else:
        button: QToolButton = window.panel(SchedulesPanel).editor.draw
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
    show_change(window, qtbot)
    drawn = window.studio.state.current.schedule
    assert (drawn.kind, drawn.T, dict(drawn.given)) == ("drawn", 1000, {"snr_shift": 4.0})
    count = len(window.panel(SchedulesPanel).points.rows)
    levels = [each.coefficients.log_snr for each in (drawn, Schedule.parse("linear:T=1000,snr_shift=4"))]
    error = max(abs(levels[0] - levels[1]))
    assert error < 0.01
    assert said == [f"Drawn through {count} points; log SNR is off by {error:.2g} at most."]
    assert not action.isEnabled()
    assert "drawn already" in action.toolTip()
    window.studio.undo()
    assert spec(window) == "linear:T=1000,snr_shift=4"
