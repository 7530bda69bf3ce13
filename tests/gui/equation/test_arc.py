"""The arc of the weights in the whole window: where its dots are, and t when it is dragged."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.equation.arc import WeightArc, angle_at
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.state.window import Side
from ddpm_studio.gui.styles import STYLES
from tests.gui.windows import active_window, settle, show_change

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SCHEDULES = [Schedule("linear", 300), Schedule("cosine", 1000)]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), SCHEDULES) as window:
        window.studio.set_axis("t")
        window.studio.set_t(200)
        show_change(window, qtbot)
        yield window


@pytest.fixture
def arc(window: MainWindow) -> WeightArc:
    return window.panel(EquationPanel).arc


def towards(arc: WeightArc, angle: float) -> QPoint:
    return arc.place_of(angle).toPoint()


def test_the_window_has_it_as_it_first_opens(arc: WeightArc) -> None:
    assert arc.isVisible()
    assert arc.visibleRegion().boundingRect() == arc.rect()


def test_it_is_back_when_the_equation_has_been_in_a_window_of_its_own(window: MainWindow, arc: WeightArc) -> None:
    home = window._zones.homes["equation"]
    for size in (QSize(1400, 88), QSize(1400, 300), QSize(700, 60)):
        home.set_apart(True)
        home.own_window.resize(size)
        settle()
        home.set_apart(False)
        settle()
        assert arc.isVisible(), size


def test_every_schedule_has_a_dot_where_its_weights_are(window: MainWindow, arc: WeightArc) -> None:
    painted = arc.grab().toImage()
    center, right, top = towards(arc, 0.0), towards(arc, 0.0).x(), towards(arc, math.pi / 2).y()
    for entry in window.studio.state.entries:
        alpha_bar = entry.schedule.coefficients["alphas_cumprod"][199]
        left = towards(arc, math.pi / 2).x()
        place = QPoint(
            round(left + math.sqrt(alpha_bar) * (right - left)),
            round(center.y() - math.sqrt(1 - alpha_bar) * (center.y() - top)),
        )
        seen = painted.pixelColor(place * painted.devicePixelRatio())
        assert seen.name() == STYLES[entry.style].color(dark=False).name()


def test_t_follows_a_drag_along_it(window: MainWindow, arc: WeightArc) -> None:
    schedule = SCHEDULES[0]
    QTest.mousePress(arc, LEFT, NONE, towards(arc, angle_at(schedule, 200)))
    for t in (150, 60, 240):
        QTest.mouseMove(arc, towards(arc, angle_at(schedule, t)))
        QApplication.processEvents()
        # Half a pixel beside the arc's radius of 50 is a hundredth of it.
        assert angle_at(schedule, window.studio.state.t) == pytest.approx(angle_at(schedule, t), abs=0.02)
    QTest.mouseRelease(arc, LEFT, NONE, towards(arc, 0.3))
    t = window.studio.state.t
    QTest.mouseMove(arc, towards(arc, 0.9))
    assert window.studio.state.t == t, "what was let go stays"
    assert window.studio.state.undo == "change of the x axis", "where one looks is no step"


@pytest.mark.parametrize(
    "schedule", [Schedule("linear", 1), Schedule("linear", 300), Schedule("cosine", 100_000), Schedule("flow", 50)]
)
def test_a_drag_beyond_its_ends_goes_to_the_ends_of_the_schedule(qtbot: QtBot, schedule: Schedule) -> None:
    with active_window(qtbot, QSize(1440, 900), [schedule]) as window:
        arc = window.panel(EquationPanel).arc
        show_change(window, qtbot)
        QTest.mousePress(arc, LEFT, NONE, towards(arc, 0.7))
        QTest.mouseMove(arc, QPoint(0, -300))
        QApplication.processEvents()
        noisiest = angle_at(schedule, schedule.T)
        assert angle_at(schedule, window.studio.state.t) == pytest.approx(noisiest, abs=1e-6)
        QTest.mouseMove(arc, QPoint(900, 400))
        QApplication.processEvents()
        assert window.studio.state.t == 0
        QTest.mouseMove(arc, QPoint(-900, 400))
        QApplication.processEvents()
        assert window.studio.state.t == 0, "where there is no direction, nothing moves"
        QTest.mouseRelease(arc, LEFT, NONE, QPoint(900, 400))


@pytest.mark.parametrize(("size", "shown"), [((960, 560), False), ((1024, 700), True), ((1920, 1200), True)])
def test_it_is_there_where_it_has_room_and_takes_none_from_the_numbers(
    qtbot: QtBot, size: tuple[int, int], shown: bool
) -> None:
    with active_window(qtbot, QSize(*size), SCHEDULES) as window:
        show_change(window, qtbot)
        panel = window.panel(EquationPanel)
        assert panel.arc.isVisible() is shown
        assert all(number.visibleRegion().boundingRect() == number.rect() for number in panel.forward.numbers)
        panel.sides.choose(Side.TRAINING)
        assert not panel.arc.isVisible()
        panel.sides.choose(Side.FORWARD)
        assert panel.arc.isVisible() is shown
