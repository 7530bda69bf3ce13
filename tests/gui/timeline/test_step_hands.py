"""Notes of steps on the lanes: where they stand, and a hand that moves, adds and removes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.levels import timestep_at
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.steps.model_sigmas import log_snr_of_sigmas
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.step_notes import Snap, StepNotes
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.timeline.hands.step_hands import StepHandledLanes
from ddpm_studio.gui.timeline.strips import PICTURES
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.curves.conftest import offscreen_menu
from tests.gui.windows import active_window, settle

LEFT = Qt.MouseButton.LeftButton
LIST = "sigmas:20,5,2,1,0.5,0"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    schedules = [Schedule.parse(spec) for spec in ("linear:T=1000", "cosine:T=1000")]
    with active_window(qtbot, QSize(1440, 900), schedules, 400) as window:
        first, second = window.studio.state.entries
        window.studio.set_axis("t")
        for text, entry in ((LIST, first), ("trailing:steps=4", second)):
            window.studio.add_steps(StepsSpec.parse(text), entry.key)
        settle()
        yield window


def lanes(window: MainWindow) -> StepHandledLanes:
    return window.panel(TimelinePanel).lanes


def entry(window: MainWindow, place: int = 0) -> Entry:
    return window.studio.state.entries[place]


def xs(window: MainWindow, place: int = 0, row: int = 0) -> list[float]:
    notes = lanes(window)._bands.notes(entry(window, place))[row]
    found: list[float] = lanes(window)._band_place().xs(notes).tolist()
    return found


def note(window: MainWindow, number: int, place: int = 0, row: int = 0) -> QPoint:
    """Where a note is."""
    _, y = lanes(window)._bands.rows(entry(window, place), lanes(window)._band_place())[row]
    return QPointF(xs(window, place, row)[number], lanes(window).band(place).top() + y).toPoint()


def sigmas(window: MainWindow) -> list[float]:
    return list(entry(window).steps[0].numbers)


def drag(window: MainWindow, number: int, by: int, place: int = 0) -> None:
    begun = note(window, number, place)
    QTest.mousePress(lanes(window), LEFT, pos=begun)
    for share in (2, 1):
        QTest.mouseMove(lanes(window), begun + QPoint(by // share, 30))
        settle()
    QTest.mouseRelease(lanes(window), LEFT, pos=begun + QPoint(by, 30))
    settle()


def test_notes_stand_over_the_strip_at_their_noise_levels_on_every_axis(window: MainWindow) -> None:
    for axis in SCALES:
        window.studio.set_axis(axis)
        settle()
        field, state = lanes(window)._field(), window.studio.state
        places = [field.x(state.time_axis.position(entry(window, 1).schedule, t)) for t in (1000, 750, 500, 250)]
        # Another axis ends at the end of the noise that it shows.
        assert xs(window, 1)[1:] == pytest.approx(places[1:], abs=1e-6), axis
        for place in (0, 1):
            band, strip = lanes(window).band(place), lanes(window).strip(place)
            assert lanes(window).lane(place).contains(band), axis
            assert band.bottom() <= strip.top(), axis
            assert strip.height() >= PICTURES, axis


def test_lanes_without_steps_are_as_they_were(window: MainWindow) -> None:
    strip = lanes(window).strip(0)
    for each in window.studio.state.entries:
        window.studio.remove_steps(each.key, 0)
    settle()
    assert lanes(window).strip(0).top() < strip.top()
    assert lanes(window).band(0).height() == 0


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1024, 700)], ids=lambda size: f"{size.width()}")
def test_two_schedules_with_steps_are_seen_in_a_small_window(window: MainWindow, size: QSize) -> None:
    window.studio.add(Schedule("sigmoid", 1000), "")
    window.share_out(size)
    settle()
    room = lanes(window)._layout.room
    for place in (0, 1):
        lane, band, strip = (each(place) for each in (lanes(window).lane, lanes(window).band, lanes(window).strip))
        assert lane.bottom() <= room + 1
        assert lanes(window)._layout.head <= band.top() < band.bottom() <= strip.top() < strip.bottom() - 8


def test_each_line_of_steps_has_a_row_as_there_is_room(window: MainWindow) -> None:
    window.studio.toggle_sheet()
    for text in ("trailing:steps=2", "trailing:steps=3"):
        window.studio.add_steps(StepsSpec.parse(text), entry(window).key)
    settle()
    band, row = lanes(window).band(0), lanes(window)._layout.row
    assert band.height() == 3 * row
    assert lanes(window).strip(1).height() == lanes(window).strip(0).height() >= PICTURES
    alone = note(window, 0, place=1)
    assert 0 < lanes(window).band(1).bottom() - alone.y() < row, "right over its strip"
    color, picture = STYLES[entry(window).style].color(False), lanes(window).grab().toImage()
    ground = picture.pixelColor(note(window, 0, row=2))
    assert ground != color, "filled with the ground"
    edges = [picture.pixelColor(note(window, 0, row=2) + QPoint(by, 1)) for by in (-4, -3, 3, 4)]
    assert min(abs(edge.hue() - color.hue()) for edge in edges) < 20


def test_a_note_is_dragged_along_its_schedule_as_one_step_of_undo(window: MainWindow) -> None:
    for axis in SCALES:
        window.studio.set_axis(axis)
        settle()
        before = xs(window)[2]
        drag(window, 2, -12)
        moved = sigmas(window)
        assert moved[:2] + moved[3:] == [20, 5, 1, 0.5, 0], axis
        assert xs(window)[2] == pytest.approx(before - 12, abs=0.51), axis
        assert window.studio.state.t == 400, axis
        assert not window.studio.state.adjusting, axis
        window.studio.undo()
        assert str(entry(window).steps[0]) == LIST, axis
        window.studio.redo()
        assert sigmas(window) == moved, axis
        window.studio.undo()


def move_with(widget: QWidget, keys: Qt.KeyboardModifier, place: QPoint) -> None:
    """Move the mouse while a button and keys are held."""
    where, whole = QPointF(place), QPointF(widget.mapToGlobal(place))
    QApplication.sendEvent(
        widget, QMouseEvent(QEvent.Type.MouseMove, where, whole, Qt.MouseButton.NoButton, LEFT, keys)
    )
    settle()


def test_a_step_snaps_to_whole_t_or_to_a_round_level_while_a_key_is_held(window: MainWindow) -> None:
    for axis, in_plot in product(SCALES, (False, True)):
        window.studio.set_axis(axis)
        settle()
        widget, begun = lanes(window), note(window, 2)
        if in_plot:
            grid = window.panel(CurvesPanel).grid
            (plot,) = grid.plots()
            line = plot.steps.lines()[0]
            begun = grid.mapFromScene(plot.vb.mapViewToScene(QPointF(line.xs[2], line.ys[2])))
            widget = grid.viewport()
        QTest.mousePress(widget, LEFT, pos=begun)
        move_with(widget, Qt.KeyboardModifier.ShiftModifier, begun - QPoint(13, 0))
        whole = float(timestep_at(entry(window).schedule, log_snr_of_sigmas(np.array([sigmas(window)[2]])))[0])
        assert whole == pytest.approx(round(whole), abs=1e-6), (axis, in_plot)
        move_with(widget, Qt.KeyboardModifier.ControlModifier, begun - QPoint(13, 0))
        rounded = sigmas(window)[2]
        assert rounded == float(f"{rounded:.2g}") != 2, (axis, in_plot)
        QTest.mouseRelease(widget, LEFT, pos=begun - QPoint(13, 0))
        window.studio.undo()
        assert str(entry(window).steps[0]) == LIST, (axis, in_plot)


def test_a_step_of_a_flow_snaps_to_a_round_tau() -> None:
    schedule = Schedule("flow", 1000)
    (spec,) = (StepsSpec.parse("taus:1,0.7,0.3,0"),)
    notes = StepNotes(0, 0, spec, spec.levels(schedule))
    assert str(notes.moved(1, "t", 612.4, 1.0, Snap.ROUND_LEVEL)).startswith("taus:1,0.61,0.3")
    assert str(notes.moved(1, "t", 612.4, 1.0, Snap.WHOLE_T)).startswith("taus:1,0.612,0.3")


@pytest.mark.parametrize(("text", "end"), [(LIST, "σ 0"), ("sigmas:20,5,1,0 | above=3", "σ 3.00")])
def test_the_last_note_says_where_the_steps_end(text: str, end: str) -> None:
    spec, schedule = StepsSpec.parse(text), Schedule("linear", 1000)
    notes = StepNotes(0, 0, spec, spec.levels(schedule))
    assert notes.tip(notes.levels.count - 1).endswith(f"After this step they end at {end}")
    assert all("end at" not in notes.tip(number) for number in range(notes.levels.count - 1))


def test_a_note_keeps_between_its_neighbours(window: MainWindow) -> None:
    for number, by in ((0, 900), (2, 900), (2, -900), (4, -900), (0, -900), (4, 900)):
        drag(window, number, by)
        assert all(np.diff(sigmas(window)) < 0)
        assert len(sigmas(window)) == 6


def test_escape_takes_a_drag_back(window: MainWindow) -> None:
    begun = note(window, 2)
    QTest.mousePress(lanes(window), LEFT, pos=begun)
    QTest.mouseMove(lanes(window), begun + QPoint(20, 0))
    settle()
    assert sigmas(window)[2] > 2
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    QTest.mouseMove(lanes(window), begun + QPoint(30, 0))
    QTest.mouseRelease(lanes(window), LEFT, pos=begun + QPoint(30, 0))
    settle()
    assert str(entry(window).steps[0]) == LIST
    assert not window.studio.state.adjusting


def test_a_drag_that_was_given_up_never_was(window: MainWindow) -> None:
    drag(window, 1, 15)
    dragged = sigmas(window)
    window.studio.undo()
    settle()
    undone = window.studio.state
    begun = note(window, 2)
    QTest.mousePress(lanes(window), LEFT, pos=begun)
    QTest.mouseMove(lanes(window), begun + QPoint(20, 0))
    settle()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    settle()
    assert (window.studio.state.undo, window.studio.state.redo) == (undone.undo, undone.redo)
    window.studio.redo()
    assert sigmas(window) == dragged


def test_the_card_comes_to_the_line_under_the_hand_and_leaves_the_keys_where_they_are(window: MainWindow) -> None:
    window.studio.add_steps(StepsSpec.parse("sigmas:9,3,0.4,0"), entry(window, 1).key)
    settle()
    panel = window.panel(SchedulesPanel)
    panel.list.view.setFocus()
    for row, place in ((0, 1), (1, 1), (0, 0)):
        panel.steps.set_open(False)
        if row:  # A lane has room for no more than one.
            window.studio.reshape_steps(entry(window, place).key, row, StepsSpec.parse("sigmas:9,2,0.4,0"))
            settle()
        else:
            drag(window, 1, 14, place)
        assert window.studio.state.selected == entry(window, place).key
        assert panel.steps.head.isChecked()
        assert [each.place for each in panel.steps.rows if each.mark.isChecked()] == [row]
        assert not panel.steps.rows[row].visibleRegion().isEmpty()
        assert panel.list.view.hasFocus()


def test_a_click_on_a_note_goes_to_it_and_changes_nothing(window: MainWindow) -> None:
    QTest.mouseClick(lanes(window), LEFT, pos=note(window, 1, place=1) + QPoint(3, 2))
    settle()
    assert window.studio.state.t == 750
    assert [str(spec) for spec in entry(window, 1).steps] == ["trailing:steps=4"]


def test_a_double_click_on_the_band_adds_a_step_there(window: MainWindow) -> None:
    place = (note(window, 1) + note(window, 2)) / 2
    QTest.mouseDClick(lanes(window), LEFT, pos=place)
    settle()
    now = sigmas(window)
    assert now[:2] + now[3:] == [20, 5, 2, 1, 0.5, 0]
    assert 2 < now[2] < 5
    assert xs(window)[2] == pytest.approx(place.x(), abs=0.51)


@pytest.mark.parametrize("with_list", [False, True])
def test_delete_removes_the_note_under_the_pointer_and_nothing_else(window: MainWindow, with_list: bool) -> None:
    if with_list:
        window.panel(SchedulesPanel).list.view.setFocus()
    for left in ([20, 5, 1, 0.5, 0], [20, 5, 0.5, 0], [20, 5, 0], [20, 0], [20, 0]):
        number = min(2, len(sigmas(window)) - 2)
        QTest.mouseMove(lanes(window), note(window, number) + QPoint(1, 60))
        QTest.mouseMove(lanes(window), note(window, number) + QPoint(1, 1))
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Delete)
        settle()
        assert sigmas(window) == left
        assert len(window.studio.state.entries) == 2


@offscreen_menu
def test_the_menu_removes_a_step_and_adds_one(window: MainWindow) -> None:
    def ask(place: QPoint) -> None:
        where = lanes(window).mapToGlobal(place)
        QApplication.sendEvent(lanes(window), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, where))

    ask(note(window, 1))
    assert lanes(window).remove_step.isVisible()
    assert not lanes(window).add_step.isVisible()
    lanes(window).remove_step.trigger()
    settle()
    assert sigmas(window) == [20, 2, 1, 0.5, 0]
    ask((note(window, 0) + note(window, 1)) / 2)
    lanes(window).add_step.trigger()
    settle()
    assert len(sigmas(window)) == 6
    window.studio.replace_steps(entry(window).key, 0, StepsSpec.parse("sigmas:3,0"))
    settle()
    ask(note(window, 0))
    assert not lanes(window).remove_step.isEnabled()
    lanes(window).step_menu.close()


def test_the_tip_and_the_hint_of_a_note_and_of_its_row(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *others: said.append(text))
    place = note(window, 1, place=1)
    QApplication.sendEvent(lanes(window), QHelpEvent(QEvent.Type.ToolTip, place, QPoint()))
    assert "● trailing:steps=4" in said[-1]
    assert "Step 2 of 4: t = 750, σ " in said[-1]
    QTest.mouseMove(lanes(window), place)
    assert "move this step" in lanes(window).statusTip()
    assert lanes(window).grab().toImage().pixelColor(place) == STYLES[entry(window, 1).style].color(False)
    QTest.mouseMove(lanes(window), place + QPoint(30, 0))
    assert "add a step here" in lanes(window).statusTip()


def test_a_move_of_t_paints_no_band_anew_and_a_drag_only_its_own(window: MainWindow) -> None:
    bands = lanes(window)._bands

    def painted() -> list[int]:
        lanes(window).grab()
        return [bands._known[each.key][1].cacheKey() for each in window.studio.state.entries]

    before = painted()
    window.studio.set_t(700)
    settle()
    assert painted() == before
    drag(window, 2, -12)
    first, second = painted()
    assert (first != before[0], second) == (True, before[1])


def test_a_dot_that_is_dragged_in_the_plot_takes_its_note_along(window: MainWindow) -> None:
    grid, before = window.panel(CurvesPanel).grid, xs(window)[2]
    (plot,) = grid.plots()
    line = plot.steps.lines()[0]
    begun = grid.mapFromScene(plot.vb.mapViewToScene(QPointF(line.xs[2], line.ys[2])))
    QTest.mousePress(grid.viewport(), LEFT, pos=begun)
    for by in (-8, -16):
        QTest.mouseMove(grid.viewport(), begun + QPoint(by, 0))
        settle()
    assert window.studio.state.adjusting
    QTest.mouseRelease(grid.viewport(), LEFT, pos=begun + QPoint(-16, 0))
    settle()
    assert not window.studio.state.adjusting
    assert xs(window)[2] == pytest.approx(before - 16, abs=1), "plot and lane have the same field"


def test_notes_that_meet_at_an_end_leave_the_others_their_size(window: MainWindow) -> None:
    window.studio.replace_steps(entry(window).key, 0, StepsSpec.parse("sigmas:20,5,2,0.0206,0.0155,0.0101,0"))
    settle()
    place = note(window, 1)
    picture = lanes(window).grab().toImage()
    line = QColor(STYLES[entry(window).style].color(dark=False))
    assert any(_near(picture.pixelColor(place + QPoint(0, by)), line) for by in (-3, -4)), "the edge of a glyph"


def _near(seen: QColor, wanted: QColor) -> bool:
    apart = seen.red() - wanted.red(), seen.green() - wanted.green(), seen.blue() - wanted.blue()
    return max(map(abs, apart)) < 90


def test_a_step_that_was_dragged_or_added_has_as_many_digits_as_pixels_tell_apart(window: MainWindow) -> None:
    for axis in SCALES:
        window.studio.set_axis(axis)
        settle()
        drag(window, 2, 11)
        numbers = sigmas(window)
        assert numbers[2] != 2, axis
        assert len(repr(numbers[2])) <= 6, axis
        assert numbers == sorted(numbers, reverse=True), axis
        assert [*numbers[:2], *numbers[3:]] == [20, 5, 1, 0.5, 0], "the others are as they were"
        QTest.mouseDClick(lanes(window), LEFT, pos=(note(window, 3) + note(window, 4)) / 2)
        settle()
        (added,) = set(sigmas(window)) - set(numbers)
        assert 0.5 < added < 1, axis
        assert len(repr(added)) <= 6, axis
        for _ in range(2):
            window.studio.undo()
        assert str(entry(window).steps[0]) == LIST, axis


def test_the_sampler_is_told_of_steps_at_a_glance(window: MainWindow) -> None:
    window.desk.steps.use(entry(window, 1).key, 0)
    window.studio.add_steps(StepsSpec.parse("sigmas:14.614641229333636,1.0000000000000002,0"), entry(window).key)
    window.desk.steps.use(entry(window).key, 1)
    assert "sigmas:14.615,1,0" in window.toast.text
