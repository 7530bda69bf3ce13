"""Lanes of runs: notes where the network was called, the pictures predicted there, and a hand that goes to them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import NOISE_LEVELS, SCALES
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.run import CheckpointCard, RunSpec, Said
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.shown_traces import ShownTrace, traces_of
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.run_hands import RunHandledLanes
from ddpm_studio.gui.timeline.run_texts import in_a_line
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.worker.run_recording import RunRecording
from ddpm_studio.sampling import Step
from tests.gui.windows import active_window, settle
from tests.gui.worker.fakes import SHAPE, FakeBackend

LEFT = Qt.MouseButton.LeftButton
SPECS = ("linear:T=1000", "cosine:T=1000")
BUDGET = 2**20
FRAME_BYTES = 2 * 2 * math.prod(SHAPE)
"""Those of x and the estimate of two pictures."""


class FakeRun:
    """A run in a window whose calls are made one by one; the checkpoint was trained with linear:T=1000."""

    def __init__(self, window: MainWindow, *lines: Line, budget: int = BUDGET) -> None:
        self.window, backend = window, FakeBackend()
        studio = window.studio
        card: CheckpointCard = backend.open("fake", Said())
        studio.set_sampling(lines=lines, chosen=0, checkpoint="fake")
        studio.learn(card=card)
        along = {entry.key: entry.schedule for entry in studio.state.entries}
        self.samplers = tuple(line.sampler(along.get(line.along or 0)) for line in lines)
        drawings = [backend.draw(RunSpec("fake", self.samplers, pictures=2), each) for each in self.samplers]
        self.recording = RunRecording(1, drawings, budget)
        self._steps: list[Iterator[Step]] = [drawing.steps for drawing in drawings]
        studio.set_traces(tuple(traces_of(studio.state, 1, self.samplers, self.recording.tables)))
        window.desk.samples.recorded.emit(self.recording, self.samplers)
        settle()

    def make(self, calls: int, row: int = 0) -> None:
        """Make some calls of a sampler, and deliver the newest frames."""
        for _ in range(calls):
            self.recording.take(row, self._steps[row])
        self.window.desk.samples.framed.emit(self.recording.newest())
        settle()


class Areas(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.seen.append(event.rect())
        return False


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS], 120) as window:
        settle()
        yield window


def lanes(window: MainWindow) -> RunHandledLanes:
    return window.panel(TimelinePanel).lanes


def runs(window: MainWindow) -> list[int]:
    """The numbers of the lanes that are runs'."""
    return [number for number, shown in enumerate(lanes(window)._lanes) if isinstance(shown, ShownTrace)]


def line(window: MainWindow, place: int | None, steps: int = 4, solver: str = "ddim", key: int = 0) -> Line:
    along = None if place is None else window.studio.state.entries[place].key
    return Line(solver, (), steps, along=along, key=key)


def x_of(window: MainWindow, t: int, place: int = 0) -> float:
    """The pixel of a schedule's step."""
    state = window.studio.state
    return lanes(window)._field().x(state.time_axis.position(state.entries[place].schedule, t))


def xs(window: MainWindow, number: int) -> list[float]:
    return [float(x) for x in lanes(window)._run_place(number).xs]


def note(window: MainWindow, lane: int, call: int) -> QPoint:
    place = lanes(window)._run_place(lane)
    return QPoint(round(float(place.xs[call])), round(place.y))


@pytest.mark.parametrize("scale", SCALES)
def test_notes_stand_at_the_levels_that_are_visited_under_their_schedule(window: MainWindow, scale: str) -> None:
    window.studio.set_axis(scale)
    FakeRun(window, line(window, 1), line(window, 0, key=1))
    assert runs(window) == [1, 3]
    for number, place in ((1, 0), (3, 1)):
        # The cosine schedule ends in more noise than the network was trained with, so its first call is elsewhere.
        steps = (1000, 750, 500, 250) if place == 0 else (750, 500, 250)
        assert xs(window, number)[-len(steps) :] == pytest.approx([x_of(window, t, place) for t in steps], abs=0.6)


def test_notes_are_filled_as_calls_are_made_and_pictures_stand_under_them(window: MainWindow) -> None:
    window.studio.toggle_sheet()
    run = FakeRun(window, line(window, 0))
    dark = STYLES[window.studio.state.entries[0].style].color(False)

    def color(call: int, down: int) -> QColor:
        return lanes(window).grab().toImage().pixelColor(note(window, 1, call) + QPoint(0, down))

    assert [color(call, 0) == dark for call in range(4)] == [False] * 4
    run.make(2)
    assert [color(call, 0) == dark for call in range(4)] == [True, True, False, False]
    # Call i of the fake predicts −i/8 everywhere.
    assert [color(call, 40).red() for call in (0, 1)] == [round(127.5), round((1 - 1 / 8) * 127.5)]
    assert "2 of 4 calls" in lanes(window).accessibleDescription()
    run.make(2)
    assert "4 calls" in lanes(window).accessibleDescription()


def test_a_click_on_a_note_goes_there_in_time_and_in_the_run(window: MainWindow) -> None:
    window.desk.samples.wanted.emit()
    settle()
    run = FakeRun(window, line(window, 0))
    run.make(3)
    panel = window.panel(SamplingPanel)
    QTest.mouseClick(lanes(window), LEFT, pos=note(window, 1, 1))
    settle()
    assert window.studio.state.t == 750
    assert panel.timeline.slider.value() == 1
    assert panel.views.watched is not None
    assert panel.views.watched.measures.index == 1
    assert "at step 2" in lanes(window).accessibleDescription()
    run.make(1)
    assert panel.views.watched.measures.index == 1, "the run goes on, and what is looked at stays"
    QTest.mouseClick(panel.timeline.newest, LEFT)
    settle()
    assert "at step 4" in lanes(window).accessibleDescription()
    assert window.studio.state.t == 750


def test_a_note_to_come_moves_time_alone(window: MainWindow) -> None:
    run = FakeRun(window, line(window, 0))
    run.make(1)
    QTest.mouseClick(lanes(window), LEFT, pos=note(window, 1, 3))
    settle()
    assert window.studio.state.t == 250
    assert "at step 1" in lanes(window).accessibleDescription()


def test_a_drag_that_begins_on_a_run_keeps_to_its_notes(window: MainWindow) -> None:
    FakeRun(window, line(window, 0)).make(4)
    QTest.mousePress(lanes(window), LEFT, pos=note(window, 1, 0))
    for call, away in ((2, 9), (3, -9)):
        QTest.mouseMove(lanes(window), note(window, 1, call) + QPoint(away, 90))
        settle()
        assert window.studio.state.t == (500, 250)[call - 2]
    QTest.mouseRelease(lanes(window), LEFT, pos=note(window, 1, 3))
    QTest.mouseClick(
        lanes(window), LEFT, pos=QPoint(round(x_of(window, 333)), round(lanes(window).strip(0).center().y()))
    )
    settle()
    assert abs(window.studio.state.t - 333) <= 1, "a pixel is more than a step"


def test_the_slider_of_the_run_takes_the_ring_and_the_moment_along(window: MainWindow) -> None:
    window.desk.samples.wanted.emit()
    settle()
    FakeRun(window, line(window, 0)).make(4)
    slider = window.panel(SamplingPanel).timeline.slider
    slider.setValue(1)
    settle()
    assert "at step 2" in lanes(window).accessibleDescription()
    assert window.studio.state.t == 750


def test_a_run_goes_to_the_end_when_its_schedule_is_hidden_and_comes_back(window: MainWindow) -> None:
    FakeRun(window, line(window, 1))
    entry = window.studio.state.entries[1]
    assert runs(window) == [2]
    window.studio.set_visible(entry.key, False)
    settle()
    assert runs(window) == [1]
    assert "run ddim · 4, 0 of 4 calls, cosine:T=1000" in lanes(window).accessibleDescription()
    window.studio.set_visible(entry.key, True)
    window.studio.move(entry.key, 0)
    settle()
    assert runs(window) == [1]
    window.studio.remove(entry.key)
    settle()
    assert "run ddim · 4, 0 of 4 calls, cosine:T=1000" in lanes(window).accessibleDescription()


def test_the_checkpoint_s_own_schedule_has_its_run_at_the_end_unless_it_is_in_the_list(window: MainWindow) -> None:
    FakeRun(window, line(window, None))
    assert runs(window) == [1]
    first = window.studio.state.entries[0]
    window.studio.set_parameter("T", 300)
    settle()
    assert window.studio.state.current.key == first.key
    assert runs(window) == [2]
    assert "run ddim · 4, 0 of 4 calls, fake" in lanes(window).accessibleDescription()


@pytest.mark.parametrize("scale", SCALES)
def test_a_schedule_that_has_changed_since_keeps_the_run_at_its_true_levels(window: MainWindow, scale: str) -> None:
    window.studio.set_axis(scale)
    FakeRun(window, line(window, 0))
    (trace,) = window.studio.state.traces
    window.studio.set_parameter("T", 300)
    settle()
    assert runs(window) == [1]
    assert "A has changed" in lanes(window).accessibleDescription()
    schedule = window.studio.state.entries[0].schedule
    levels = schedule.coefficients.log_snr
    field, axis = lanes(window)._field(), window.studio.state.time_axis
    for x, level in zip(xs(window, 1), trace.levels, strict=True):
        if level < levels[-1] and scale in ("t", "t/T"):
            assert math.isnan(x)
        elif not math.isnan(x):
            near = int(np.abs(levels - level).argmin()) + 1
            steps = [field.x(axis.position(schedule, t)) for t in (max(1, near - 1), min(300, near + 1))]
            assert steps[0] - 0.6 <= x <= steps[1] + 0.6 or scale in NOISE_LEVELS
            assert x == pytest.approx(field.x(-level)) or scale != "log_snr"


@pytest.mark.parametrize("T", [1, 2, 100_000])
def test_any_length_has_its_notes(window: MainWindow, T: int) -> None:
    window.studio.set_schedule(Schedule("cosine", T))
    settle()
    run = FakeRun(window, line(window, 0, steps=min(T, 500)))
    run.make(1)
    for scale in SCALES:
        window.studio.set_axis(scale)
        settle()
        lanes(window).grab()
        assert not math.isnan(xs(window, 1)[0])
    # Over τ, the noisiest notes lie less than a pixel apart.
    window.studio.set_axis("sigma")
    settle()
    QTest.mouseClick(lanes(window), LEFT, pos=note(window, 1, 0))
    settle()
    (trace,) = window.studio.state.traces
    assert abs(window.studio.state.t - float(trace.times[0])) <= 0.5


def test_a_move_of_t_and_a_frame_leave_other_strips_alone(window: MainWindow) -> None:
    run = FakeRun(window, line(window, 0))
    run.make(1)
    painted = {key: known[1].cacheKey() for key, known in lanes(window)._strips._known.items()}
    strip = lanes(window).runs._strips._known[0][1].cacheKey()
    window.studio.set_t(700)
    settle()
    assert lanes(window).runs._strips._known[0][1].cacheKey() == strip
    areas = Areas(lanes(window))
    run.make(1)
    assert areas.seen
    assert all(lanes(window)._lane_at(1).toAlignedRect().contains(area) for area in areas.seen)
    assert lanes(window).runs._strips._known[0][1].cacheKey() != strip
    assert {key: known[1].cacheKey() for key, known in lanes(window)._strips._known.items()} == painted


def test_lines_are_numbered_and_say_how_far_they_are_from_the_first(window: MainWindow) -> None:
    run = FakeRun(window, line(window, 0), line(window, 0, steps=8, key=7))
    run.make(4)
    run.make(8, row=1)
    said = lanes(window).accessibleDescription().split("; ")
    assert said[1].startswith("run 1 ddim · 4, 4 calls")
    assert "RMS" not in said[1]
    # The last x of the fake's are 3/8 and 7/8.
    assert "run 2 ddim · 8, 8 calls, RMS to 1: 0.5" in said[2]
    window.desk.samples.setup.remove_line(1)
    settle()
    assert len(runs(window)) == 1
    assert "run ddim · 4" in lanes(window).accessibleDescription()


def test_a_title_is_whole_before_it_is_said_at_length_how_far_a_run_is(qapp: QApplication) -> None:
    metrics = QFontMetricsF(qapp.font())
    title, details = "dpm-solver++ · 20", ("11 of 20 calls", "11/20")
    wide = {detail: metrics.horizontalAdvance(f"{title}{detail} ") + 0.5 for detail in details}
    assert in_a_line(title, details, metrics, wide[details[0]]) == (title, details[0])
    assert in_a_line(title, details, metrics, wide[details[0]] - 2) == (title, details[1])
    assert in_a_line(title, details, metrics, wide[details[1]]) == (title, details[1])
    cut, detail = in_a_line(title, details, metrics, wide[details[1]] - 20)
    assert (cut[:6], cut[-1], detail) == (title[:6], "…", details[1])


def test_another_checkpoint_and_a_fresh_start_take_the_lanes_away(window: MainWindow) -> None:
    FakeRun(window, line(window, 0)).make(2)
    studio, before = window.studio, window.studio.state.sampling.checkpoint
    studio.set_sampling(checkpoint="other")
    settle()
    assert not runs(window)
    studio.set_sampling(checkpoint=before)
    settle()
    assert runs(window)
    window.desk.projects.start_afresh()
    settle()
    assert not runs(window)
    studio.undo()
    settle()
    assert not runs(window)


def test_the_picture_that_is_enlarged_is_that_of_the_lane(window: MainWindow) -> None:
    window.studio.toggle_sheet()
    window.desk.samples.wanted.emit()
    settle()
    run, grid = FakeRun(window, line(window, 0)), window.panel(SamplingPanel).views.watch.x0_grid
    x0 = torch.stack([torch.full(SHAPE, value) for value in (-0.5, 0.5)])
    run._steps[0] = iter([Step(0, 4, 999.0, x0, x0)])
    run.make(1)

    def shade() -> int:
        return lanes(window).grab().toImage().pixelColor(note(window, 1, 0) + QPoint(-4, 40)).red()

    assert shade() == round(0.5 * 127.5)
    for number, value in ((1, 0.5), (1, -0.5)):
        QTest.mouseClick(grid, LEFT, pos=grid.place(number).center())
        settle()
        assert shade() == round((value + 1) * 127.5)


def test_of_a_long_run_those_steps_have_pictures_that_are_kept_and_the_last_in_the_end(window: MainWindow) -> None:
    window.studio.toggle_sheet()
    run = FakeRun(window, line(window, 0, steps=8), budget=2 * FRAME_BYTES)
    run.make(8)
    image = lanes(window).grab().toImage()
    # Of the steps 0 … 7 every fourth is kept; call i of the fake predicts −i/8 everywhere.
    assert image.pixelColor(note(window, 1, 4) + QPoint(0, 40)).red() == round((1 - 4 / 8) * 127.5)
    last = note(window, 1, 7) + QPoint(0, 40)
    assert image.pixelColor(last).red() > 200, "there is none yet"
    run.recording.finish()
    run.make(0)
    assert lanes(window).grab().toImage().pixelColor(last).red() == round((1 - 7 / 8) * 127.5)


def test_a_switch_in_the_view_menu_takes_them_away_and_back(window: MainWindow) -> None:
    FakeRun(window, line(window, 0)).make(2)
    switch = window.menus.action("toggle_run_lanes")
    assert switch.isChecked()
    switch.trigger()
    settle()
    assert not runs(window)
    assert not switch.isChecked()
    window.studio.undo()
    settle()
    assert "2 of 4 calls, at step 2" in lanes(window).accessibleDescription()


def test_a_note_says_what_it_is(window: MainWindow) -> None:
    FakeRun(window, line(window, 0)).make(1)
    place = note(window, 1, 2) + QPoint(4, 0)
    QApplication.sendEvent(lanes(window), QHelpEvent(QEvent.Type.ToolTip, place, lanes(window).mapToGlobal(place)))
    coefficients = window.studio.state.entries[0].schedule.coefficients
    sigma, level = float(coefficients.sigmas[499]), float(coefficients.log_snr[499])
    text = QToolTip.text().replace("−", "-")
    assert "ddim · 4" in text
    assert f"Step 3 of 4: t = 500, σ {sigma:.3g}, log SNR {level:.3g}" in text
    QTest.mouseMove(lanes(window), place)
    assert "nearest step of the run" in lanes(window).statusTip()
    QTest.mouseMove(lanes(window), QPoint(round(x_of(window, 300)), round(lanes(window).strip(1).center().y())))
    assert "nearest step" not in lanes(window).statusTip()


def test_many_lanes_are_bare_notes_and_scroll(window: MainWindow) -> None:
    FakeRun(window, *(line(window, 0, key=key) for key in range(4)))
    for _ in range(9):
        window.studio.duplicate(window.studio.state.selected)
    settle()
    assert len(runs(window)) == 4
    assert lanes(window).height() > window.panel(TimelinePanel).height() - 80
    assert all(lanes(window)._run_place(number).side == 0 for number in runs(window))
    window.set_theme(ThemeChoice.DARK)
    settle()
    lanes(window).grab()


def test_frames_are_shown_in_lanes_while_another_tab_is_in_front(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(SamplingPanel)
    assert not panel.isVisible()
    FakeRun(window, line(window, 0)).make(2)
    assert "2 of 4 calls, at step 2" in lanes(window).accessibleDescription()
    assert panel.views.watch.x_grid.count == 0
    window.desk.samples.wanted.emit()
    qtbot.waitUntil(lambda: panel.views.page is Page.WATCH and panel.views.watch.x_grid.count == 2)
