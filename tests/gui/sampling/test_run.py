"""A run through the panel's own buttons and keys: begin, watch, hold, step, end, fail, begin again."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.sampling.pages.statistics import REACH, Statistics
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.run import Measures
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from tests.gui.finding import child, with_focus
from tests.gui.sampling.conftest import Stage
from tests.gui.worker.fakes import SHAPE, FakeBackend
from tests.patience import PATIENCE_S
from tests.tiers import repeated


def press(qtbot: QtBot, stage: Stage, name: str) -> None:
    buttons = stage.panel.run_bar.buttons
    qtbot.mouseClick(getattr(buttons, name), Qt.MouseButton.LeftButton)


def run_to_end(qtbot: QtBot, stage: Stage) -> None:
    press(qtbot, stage, "run")
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def status(stage: Stage) -> str:
    return stage.panel.status.whole


def says(stage: Stage, words: str) -> bool:
    return words in status(stage)


def shown_value(image: QImage) -> int:
    return image.pixelColor(0, 0).red()


def shut(backend: FakeBackend) -> None:
    """Shut the gate that was open."""
    while backend.gate.acquire(blocking=False):
        pass


@pytest.mark.parametrize(
    "size", [QSize(655, 145), QSize(720, 178), QSize(1130, 245)], ids=lambda size: f"{size.height()}"
)
def test_pictures_are_whole_in_a_low_panel_without_a_scroll_bar(stage: Stage, qtbot: QtBot, size: QSize) -> None:
    run_to_end(qtbot, stage)
    watch = stage.panel.views.watch
    stage.panel.resize(size)
    QApplication.processEvents()
    assert child(stage.panel, KeylessScrollArea).verticalScrollBar().maximum() == 0
    for grid in (watch.x_grid, watch.x0_grid):
        for number in range(grid.count):
            place = grid.place(number)
            seen = place.translated(grid.mapTo(stage.panel, QPoint()))
            assert grid.rect().contains(place)
            assert stage.panel.rect().contains(seen)
            assert place.height() >= 10
    assert watch.statistics.isVisible() == (size.height() > 150)
    title = watch._x_title.geometry()
    assert (title.right() <= watch.x_grid.x()) == (size.height() < 150), "beside them, or over them"


def test_run_ends_with_the_pictures_on_screen(stage: Stage, qtbot: QtBot) -> None:
    assert stage.panel.views.empty.button.isVisible()
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("steps", 4)
    run_to_end(qtbot, stage)
    watch = stage.panel.views.watch
    assert watch.isVisible()
    assert watch.x_grid.count == watch.x0_grid.count == stage.studio.state.sampling.pictures
    assert shown_value(watch.x_grid.picture(0)) == round((3 / 8 + 1) * 127.5)
    assert shown_value(watch.x0_grid.picture(0)) == round((-3 / 8 + 1) * 127.5)
    assert status(stage).startswith("4 of 4 calls")
    assert "NFE 4" in status(stage)
    assert "Slide rule" in status(stage)


def test_a_run_whose_first_call_takes_long_is_seen_to_have_begun(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    shut(backend)
    backend.errors[0] = MemoryError("no room for 2 GB")
    press(qtbot, stage, "run")
    backend.wait_in_call()
    qtbot.waitUntil(lambda: status(stage) == "call 0 of 20 · NFE 20 · Slide rule")
    assert not stage.panel.views.empty.button.isVisible()
    backend.gate.release()
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert stage.panel.views.empty.button.isVisible()


def test_what_is_measured_is_plotted_over_what_is_predicted(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("steps", 5)
    run_to_end(qtbot, stage)
    stds, means, predicted, _ = stage.panel.views.watch.statistics.plot.lines()
    np.testing.assert_allclose(means.y, np.arange(5) / 8, atol=1e-6)
    np.testing.assert_allclose(stds.y, 0, atol=1e-6)
    assert len(predicted.y) == 5
    assert predicted.y[0] > predicted.y[-1]


def test_the_visited_steps_are_told(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("steps", 4)
    run_to_end(qtbot, stage)
    visited = stage.studio.state.visited
    assert visited is not None
    assert visited.times == (1000, 750, 500, 250)
    assert visited.schedule.T == 1000


def test_space_holds_and_goes_on_and_escape_is_for_the_window(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    press(qtbot, stage, "run")
    backend.wait_in_call()
    qtbot.waitUntil(lambda: stage.phase is Phase.RUNNING)
    qtbot.keyClick(stage.panel, Qt.Key.Key_Space)
    assert stage.phase is Phase.PAUSED
    backend.gate.release(5)
    qtbot.waitUntil(lambda: stage.panel.views.watch.x_grid.count > 0)
    assert backend.calls == 1
    qtbot.keyClick(stage.panel, Qt.Key.Key_Space)
    backend.wait_in_call()
    assert stage.actions.phase is Phase.RUNNING
    press(qtbot, stage, "stop")
    backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert status(stage).startswith("stopped after")


def test_space_holds_a_run_also_after_another_view_or_range_was_clicked(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    shut(backend)
    press(qtbot, stage, "run")
    backend.wait_in_call()
    qtbot.waitUntil(lambda: stage.phase is Phase.RUNNING)
    row = stage.panel.view_bar
    for button in (row.more, *row.range.findChildren(QToolButton), *row.pages.findChildren(QToolButton)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(with_focus(), Qt.Key.Key_Space)
    assert stage.phase is Phase.PAUSED
    stage.actions.stop()
    backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_step_begins_a_run_and_does_one_call_at_a_time(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    backend.gate.release(100)
    press(qtbot, stage, "step")
    qtbot.waitUntil(lambda: stage.panel.views.watch.x_grid.count > 0)
    assert (backend.calls, stage.phase) == (1, Phase.PAUSED)
    press(qtbot, stage, "step")
    qtbot.waitUntil(lambda: "call 2 of" in status(stage))
    assert (backend.calls, stage.phase) == (2, Phase.PAUSED)
    press(qtbot, stage, "stop")
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_a_failure_is_told_keeps_what_there_is_and_the_next_run_works(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    backend.errors[3] = MemoryError("no room for 2 GB")
    run_to_end(qtbot, stage)
    note = stage.panel.note
    assert note.isVisible()
    assert note.label.property("role") == "error"
    assert note.text()
    assert stage.panel.views.watch.x_grid.count > 0
    assert stage.panel.timeline.slider.maximum() == 2
    run_to_end(qtbot, stage)
    assert not note.isVisible()
    assert status(stage).startswith("20 of 20")


def test_what_fails_afterwards_leaves_the_status_of_a_finished_run(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    run_to_end(qtbot, stage)
    note, done = stage.panel.note, status(stage)
    assert done.startswith("20 of 20")
    stage.actions.setup.change_line("steps", 5000)
    stage.actions.run()
    assert status(stage) == done
    stage.actions.setup.change_line("steps", 20)
    qtbot.waitUntil(lambda: not note.isVisible())
    assert status(stage) == done
    backend.missing.add("gone")
    stage.actions.checkpoints.choose("gone")
    qtbot.waitUntil(lambda: note.isVisible() and "gone" in note.text())
    assert status(stage) == done
    stage.actions.setup.change_line("steps", 19)
    qtbot.waitUntil(lambda: not note.isVisible())
    assert status(stage) == done


def test_a_checkpoint_that_is_asked_about_and_given_up_leaves_it_too(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    run_to_end(qtbot, stage)
    done = status(stage)
    backend.unanswered = {"shape"}
    stage.actions.checkpoints.choose("riddle")
    qtbot.waitUntil(lambda: status(stage) == "riddle is not open; see Model.")
    stage.actions.checkpoints.keep()
    qtbot.waitUntil(lambda: status(stage) == done)


def test_a_run_that_fails_has_no_other_s_status(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    run_to_end(qtbot, stage)
    backend.errors[backend.calls] = MemoryError("no room for 2 GB")
    run_to_end(qtbot, stage)
    assert status(stage) == ""
    assert stage.panel.note.label.property("role") == "error"


class LateBackend(FakeBackend):
    """Torch, which takes its time to be imported."""

    def __init__(self) -> None:
        super().__init__()
        self.there = threading.Event()

    def __call__(self) -> FakeBackend:
        assert self.there.wait(PATIENCE_S)
        return super().__call__()


def test_runs_wanted_while_torch_starts_are_acknowledged_and_make_one(qtbot: QtBot, tmp_path: Path) -> None:
    window, backend = QWidget(), LateBackend()
    qtbot.addWidget(window)
    stage = Stage(Studio(window), backend, tmp_path, window)
    window.show()
    try:
        qtbot.waitUntil(lambda: status(stage) == "Starting torch …")
        for steps in (7, 5):
            stage.actions.setup.change_line("steps", steps)
            stage.actions.run()
            assert status(stage) == "Starting torch for the run …"
            assert stage.phase is Phase.STARTING
        backend.there.set()
        qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
        assert status(stage).startswith("5 of 5")
        assert (backend.calls, backend.opened) == (5, [stage.studio.state.sampling.checkpoint])
    finally:
        backend.there.set()
        stage.actions.end()


def test_run_while_running_begins_anew(stage: Stage, qtbot: QtBot, backend: FakeBackend) -> None:
    shut(backend)
    press(qtbot, stage, "run")
    backend.wait_in_call()
    stage.actions.setup.change_line("steps", 3)
    press(qtbot, stage, "run")
    backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert status(stage).startswith("3 of 3")


def test_the_timeline_goes_back_and_follows_again(stage: Stage, qtbot: QtBot) -> None:
    run_to_end(qtbot, stage)
    timeline, grid = stage.panel.timeline, stage.panel.views.watch.x_grid
    timeline.slider.setFocus()
    qtbot.keyClick(timeline.slider, Qt.Key.Key_Home)
    assert shown_value(grid.picture(0)) == round(127.5)
    qtbot.keyClick(timeline.slider, Qt.Key.Key_Right)
    assert shown_value(grid.picture(0)) == round((1 / 8 + 1) * 127.5)
    assert len(stage.panel.views.watch.statistics.plot.lines()[0].y) == 2
    qtbot.mouseClick(timeline.newest, Qt.MouseButton.LeftButton)
    assert timeline.place is None
    assert shown_value(grid.picture(0)) == 255


def test_a_pinned_timeline_stays_where_it_is_while_the_run_goes_on(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    shut(backend)
    press(qtbot, stage, "run")
    qtbot.waitUntil(lambda: stage.phase is Phase.RUNNING)
    backend.gate.release(2)
    for _ in range(3):
        backend.wait_in_call()
    press(qtbot, stage, "pause")
    backend.gate.release(1)
    qtbot.waitUntil(lambda: stage.panel.timeline.slider.maximum() == 2)
    qtbot.keyClick(stage.panel.timeline.slider, Qt.Key.Key_Home)
    press(qtbot, stage, "pause")
    backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert stage.panel.timeline.slider.maximum() == 19
    assert stage.panel.timeline.place == 0
    assert shown_value(stage.panel.views.watch.x_grid.picture(0)) == round(127.5)


def test_own_range_stretches_each_picture(stage: Stage, qtbot: QtBot) -> None:
    run_to_end(qtbot, stage)
    stage.panel.view_bar.range.chosen.emit("own")
    assert shown_value(stage.panel.views.watch.x_grid.picture(0)) in (0, 255)


def test_a_click_enlarges_a_picture_in_both_grids(stage: Stage, qtbot: QtBot) -> None:
    run_to_end(qtbot, stage)
    watch = stage.panel.views.watch
    qtbot.mouseClick(watch.x_grid, Qt.MouseButton.LeftButton, pos=watch.x_grid.place(2).center())
    assert watch.x_grid.place(0).isEmpty()
    assert watch.x0_grid.place(0).isEmpty()
    qtbot.mouseClick(watch.x0_grid, Qt.MouseButton.LeftButton, pos=watch.x0_grid.place(2).center())
    assert not watch.x_grid.place(0).isEmpty()


def test_an_opening_that_is_stopped_leaves_the_last_checkpoint_chosen(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    before = stage.studio.state.sampling
    backend.opening = threading.Semaphore(0)
    stage.actions.checkpoints.choose("large")
    qtbot.waitUntil(lambda: backend.opened[-1] == "large" and stage.phase is Phase.OPENING)
    press(qtbot, stage, "stop")
    assert stage.phase is Phase.IDLE
    assert status(stage) == "Stopped."
    assert stage.studio.state.sampling == before
    backend.opening.release(100)
    run_to_end(qtbot, stage)
    assert backend.opened[-2:] == ["large", before.checkpoint]
    assert stage.studio.state.sampling == before
    assert status(stage).startswith("20 of 20")


def test_while_nobody_looks_nothing_is_taken(stage: Stage, qtbot: QtBot) -> None:
    stage.panel.hide()
    qtbot.waitUntil(lambda: not stage.actions._watched)
    run_to_end(qtbot, stage)
    assert stage.panel.views.watch.x_grid.count == 0
    stage.panel.show()
    qtbot.waitUntil(lambda: stage.panel.views.watch.x_grid.count > 0)


def test_fifty_runs_leave_one_thread(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.setup.change_line("steps", 2)
    for _ in range(repeated(50)):
        stage.actions.run()
        stage.actions.stop()
    run_to_end(qtbot, stage)
    assert len(stage.backend.threads) == 1


def test_the_pace_of_single_steps_is_that_of_the_calls(stage: Stage, qtbot: QtBot) -> None:
    press(qtbot, stage, "step")
    qtbot.waitUntil(lambda: "call 1 of" in status(stage))
    assert stage.actions._recording is not None
    assert stage.actions._recording.seconds > 0
    press(qtbot, stage, "stop")
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_what_is_half_typed_counts_and_space_holds_a_run_begun_from_a_field(
    stage: Stage, qtbot: QtBot, backend: FakeBackend
) -> None:
    shut(backend)
    steps = stage.panel.run_bar.steps
    steps.setFocus()
    steps.selectAll()
    qtbot.keyClicks(steps, "5")
    stage.actions.run()
    backend.wait_in_call()
    qtbot.waitUntil(lambda: stage.phase is Phase.RUNNING)
    qtbot.keyClick(with_focus(), Qt.Key.Key_Space)
    assert stage.phase is Phase.PAUSED
    stage.actions.pause()
    backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert status(stage).startswith("5 of 5 calls")


def test_steps_made_with_the_keyboard_leave_the_focus_on_their_button(stage: Stage, qtbot: QtBot) -> None:
    button = stage.panel.run_bar.buttons.step
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "call 1 of" in status(stage))
    assert button.hasFocus()
    stage.actions.stop()
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_fewer_pictures_than_the_enlarged_one_are_all_seen(stage: Stage, qtbot: QtBot) -> None:
    run_to_end(qtbot, stage)
    grids = stage.panel.views.watch.x_grid, stage.panel.views.watch.x0_grid
    qtbot.mouseClick(grids[0], Qt.MouseButton.LeftButton, pos=grids[0].place(12).center())
    assert [grid.enlarged for grid in grids] == [12, 12]
    stage.actions.setup.change_setting("pictures", 3)
    run_to_end(qtbot, stage)
    assert [grid.enlarged for grid in grids] == [None, None]
    qtbot.mouseClick(grids[1], Qt.MouseButton.LeftButton, pos=grids[1].place(1).center())
    assert [grid.enlarged for grid in grids] == [1, 1]


@pytest.mark.parametrize(("pinned", "place", "value"), [(1, 0, 0.0), (2, 1, 2 / 8)])
def test_what_is_seen_is_the_step_that_the_handle_stands_on_also_where_the_budget_drops_it(
    stage: Stage, qtbot: QtBot, backend: FakeBackend, pinned: int, place: int, value: float
) -> None:
    setup = stage.studio.state.sampling
    stage.thread._budget = 4 * 2 * setup.pictures * math.prod(SHAPE)
    timeline, grid = stage.panel.timeline, stage.panel.views.watch.x_grid
    shut(backend)
    for count in range(1, 5):
        backend.gate.release()
        press(qtbot, stage, "step")
        qtbot.waitUntil(partial(says, stage, f"call {count} of"))
    timeline.slider.setValue(pinned)
    assert shown_value(grid.picture(0)) == round((pinned / 8 + 1) * 127.5)
    backend.gate.release()
    press(qtbot, stage, "step")
    qtbot.waitUntil(lambda: timeline.kept.text() == "1 step in 2 kept")
    assert timeline.place == place
    assert shown_value(grid.picture(0)) == round((value + 1) * 127.5)
    stage.actions.stop()
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)


def test_the_last_step_is_on_the_timeline_also_where_its_place_is_not_kept(stage: Stage, qtbot: QtBot) -> None:
    stage.thread._budget = 4 * 2 * stage.studio.state.sampling.pictures * math.prod(SHAPE)
    stage.actions.setup.change_line("steps", 6)
    run_to_end(qtbot, stage)
    slider = stage.panel.timeline.slider
    assert slider.maximum() == 3
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert shown_value(stage.panel.views.watch.x_grid.picture(0)) == round((5 / 8 + 1) * 127.5)


def test_the_axis_of_the_statistics_stands_still_for_noise_a_little_above_one(stage: Stage, qtbot: QtBot) -> None:
    statistics = Statistics()
    qtbot.addWidget(statistics)
    levels = np.linspace(0.1, 1, 3)
    measures = [Measures(0, 3, 999.0, 0.1, 0.01, 1.004, 0.2, 0.6, -4.0, 4.0)]
    statistics.show_measures(levels, measures)
    assert statistics.plot._range == ((1, 3), REACH)
    statistics.show_measures(levels, [replace(measures[0], std=7.2)])
    assert statistics.plot._range == ((1, 3), (REACH[0], 8.0))
