"""Numbers of a range in the chosen line: dragged, turned, and kept from what there cannot be, as other numbers are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.digits import NumberRole, numbers_in
from tests.gui.schedules.lines import (
    ALT,
    LEFT,
    NONE,
    SHIFT,
    drag,
    line,
    move,
    turn,
)
from tests.gui.windows import active_window, show_change

FIRST, LAST, COUNT = NumberRole.FIRST, NumberRole.LAST, NumberRole.COUNT
FAMILY = "cosine:T=100,s=0.005..0.03,n=5"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300)]) as window:
        show(window, qtbot, FAMILY)
        yield window


def show(window: MainWindow, qtbot: QtBot, text: str) -> None:
    """Have a family in the chosen line."""
    window.studio.set_schedule(ScheduleFamily.parse(text))
    show_change(window, qtbot)


def family(window: MainWindow) -> ScheduleFamily:
    found = window.studio.state.current.family
    assert found is not None
    return found


def at(window: MainWindow, part: NumberRole) -> QPoint:
    """The middle of a number of the text."""
    start, end = next(number.word.place for number in numbers_in(line(window).text()) if number.part is part)
    field = line(window)
    xs = []
    for caret in (start, end):
        field.setCursorPosition(caret)
        xs.append(field.cursorRect().center().x())
    return QPoint(sum(xs) // 2, field.height() // 2)


def test_each_number_of_a_range_is_dragged_as_one_step(window: MainWindow, qtbot: QtBot) -> None:
    for part, by, wanted in (
        (FIRST, 10, "s=0.01..0.03,n=5"),
        (FIRST, -1000, "s=0..0.03,n=5"),
        (LAST, 10, "s=0.005..0.035,n=5"),
        (LAST, -1000, "s=0.005..0,n=5"),
        (COUNT, 50, "s=0.005..0.03,n=9"),
        (COUNT, 1000, "s=0.005..0.03,n=16"),
        (COUNT, -1000, "s=0.005..0.03,n=2"),
    ):
        drag(window, at(window, part), by)
        show_change(window, qtbot)
        assert str(family(window)) == line(window).text() == f"cosine:T=100,{wanted}"
        assert not window.studio.state.adjusting, wanted
        window.studio.undo()
        show_change(window, qtbot)
        assert str(window.studio.state.current.spec) == line(window).text() == FAMILY, wanted


def test_a_drag_is_coarse_with_shift_and_fine_with_alt(window: MainWindow, qtbot: QtBot) -> None:
    found = []
    for held in (ALT, NONE, SHIFT):
        drag(window, at(window, LAST), 8, held)
        show_change(window, qtbot)
        found.append(family(window).last)
        show(window, qtbot, FAMILY)
    assert 0.03 < found[0] < found[1] < found[2]


def test_the_curves_follow_while_an_end_is_dragged(window: MainWindow, qtbot: QtBot) -> None:
    start, field = at(window, LAST), line(window)
    plot = window.panel(CurvesPanel).grid.plots()[0]
    QTest.mousePress(field, LEFT, NONE, start)
    for by in (10, 20):
        move(field, start + QPoint(by, 0), NONE)
        show_change(window, qtbot)
        assert window.studio.state.adjusting
        items = [item for item in plot.scene().items() if isinstance(item, CurveItem) and plot.isAncestorOf(item)]
        wanted = {member.coefficients["alphas_cumprod"].tobytes() for member in family(window).members}
        assert {item.getData()[1].tobytes() for item in items} == wanted
    QTest.mouseRelease(field, LEFT, NONE, start + QPoint(20, 0))


def test_a_number_stops_where_there_would_be_no_such_family(window: MainWindow, qtbot: QtBot) -> None:
    for text, part, by, wanted in (
        ("linear:T=20..10,n=5", FIRST, -100, "linear:T=14..10,n=5"),
        ("const:T=100,beta_end=0.01..0.5,n=2", LAST, -100, "const:T=100,beta_end=0.01..0.000707,n=2"),
        ("linear:T=10..14,n=5", LAST, 1000, "linear:T=10..4000,n=5"),
        ("linear:T=10..14,n=4", LAST, 100, "linear:T=10..280,n=4"),
        ("linear:T=10..14,n=4", LAST, -13, "linear:T=10..13,n=4"),
        ("linear:T=10..14,n=4", COUNT, 100, "linear:T=10..14,n=5"),
    ):
        show(window, qtbot, text)
        drag(window, at(window, part), by)
        show_change(window, qtbot)
        assert str(family(window)) == wanted
        assert not window.toast.isVisible(), wanted


def test_the_wheel_turns_the_numbers_of_a_range(window: MainWindow, qtbot: QtBot) -> None:
    line(window).setFocus()
    for part, notches, wanted in (
        (FIRST, 1, "s=0.006..0.03,n=5"),
        (LAST, -1, "s=0.006..0.029,n=5"),
        (COUNT, 2, "s=0.006..0.029,n=7"),
        (COUNT, -9, "s=0.006..0.029,n=2"),
    ):
        assert turn(window, at(window, part), notches)
        show_change(window, qtbot)
        assert str(family(window)) == f"cosine:T=100,{wanted}"


def test_the_mouse_says_which_numbers_can_be_dragged(window: MainWindow, qtbot: QtBot) -> None:
    show(window, qtbot, "cosine:T=9,s=0..0.1,n=5")
    QTest.mouseMove(line(window), QPoint(1, 1))
    for part in (FIRST, LAST, COUNT):
        QTest.mouseMove(line(window), at(window, part))
        assert line(window).cursor().shape() == Qt.CursorShape.SizeHorCursor
    QTest.mouseMove(line(window), QPoint(4, line(window).height() // 2))
    assert line(window).cursor().shape() == Qt.CursorShape.IBeamCursor


def test_a_press_on_a_number_that_only_the_refused_text_has_does_nothing(window: MainWindow, qtbot: QtBot) -> None:
    field = line(window)
    field.setFocus()
    field.replace((0, len(field.text())), "sigmoid:T=0,tau=1..2")
    show_change(window, qtbot)
    for part in (FIRST, LAST):
        drag(window, at(window, part), 30)
    show_change(window, qtbot)
    assert (str(family(window)), line(window).text()) == (FAMILY, "sigmoid:T=0,tau=1..2")
    assert line(window).draft.reason
