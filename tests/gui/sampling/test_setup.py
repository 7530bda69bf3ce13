"""What a person sets up in the panel: every control, what cannot work, lines that are compared, live."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.sampling.kept.card_differences import set_up_now
from ddpm_studio.gui.sampling.pages.compare_page import ComparePage
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.planning import LIVE_PICTURES, LIVE_STEPS, live_run, obstacle, remarks, run_of, table_of
from ddpm_studio.gui.state.sampling import Line, Sampling, Visited
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.steps.option_fields import OptionNumber
from ddpm_studio.texts import SourceText, Text
from tests.gui.finding import with_focus
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_run import press, run_to_end, shut


def choose(box: QComboBox, text: str) -> None:
    """As a person does from the list."""
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())
    box.textActivated.emit(box.currentText())


def settle(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.studio.changed):
        stage.studio.set_t(stage.studio.state.t)


def show_page(stage: Stage, page: Page) -> None:
    stage.panel.view_bar.pages.chosen.emit(page)


def open_card(stage: Stage, qtbot: QtBot, **changes: Any) -> None:
    card = stage.studio.state.sampling.card
    assert card is not None
    stage.studio.set_sampling(card=replace(card, **changes))
    settle(stage, qtbot)


def test_the_essentials_become_the_job(stage: Stage, qtbot: QtBot) -> None:
    row = stage.panel.run_bar
    choose(row.solver, "ddim")
    row.steps.setValue(7)
    settle(stage, qtbot)
    choose(row.along, "along B  cosine T=1000")
    spec = run_of(stage.studio.state)
    assert spec.samplers[0].solver == "ddim"
    assert spec.samplers[0].steps == 7
    assert spec.samplers[0].along == Schedule("cosine", 1000)


def test_more_has_everything_else(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    details = stage.panel.details
    assert details.isVisible()
    choose(stage.panel.run_bar.solver, "ddim")
    settle(stage, qtbot)
    eta = details.options.field("eta")
    assert isinstance(eta, OptionNumber)
    eta.changed.emit(0.5)
    choose(details.spacing, "karras")
    choose(details.clip.choice, "to ±")
    settle(stage, qtbot)
    details.clip.bound.setValue(1.5)
    details.pictures.setValue(5)
    qtbot.mouseClick(details.seed.new, Qt.MouseButton.LeftButton)
    choose(details.precision, "bfloat16")
    choose(details.device, "CPU  Slide rule")
    spec = run_of(stage.studio.state)
    assert spec.samplers[0].options == (("eta", 0.5),)
    assert spec.samplers[0].spacing == "karras"
    assert (spec.clip, spec.pictures, spec.seed) == (1.5, 5, 1)
    assert (spec.device, spec.precision) == ("cpu", "bfloat16")


@pytest.mark.parametrize("solver", ["ddim", "dpm-solver++"])
def test_more_shows_every_control_whole(stage: Stage, qtbot: QtBot, solver: str) -> None:
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    open_card(stage, qtbot, classes=10, guidable=True)
    choose(stage.panel.run_bar.solver, solver)
    stage.actions.setup.change_setting("clip", 1.5)
    settle(stage, qtbot)
    details = stage.panel.details
    page = details.widget()
    assert page is not None
    assert page.minimumSizeHint().width() <= details.width() - details.verticalScrollBar().sizeHint().width()
    controls = [*details.options._controls.values(), details.spacing, details.clip, details.pictures, details.guidance]
    assert all(any(each.toolTip() for each in (control, control.focusProxy()) if each) for control in controls)


def test_the_tip_of_the_solver_tells_the_accuracy_of_its_present_options(stage: Stage, qtbot: QtBot) -> None:
    told = {}
    for solver, options in (("unipc", ()), ("dpm-solver++", (("order", 3),)), ("lms", ())):
        stage.actions.setup.change_line("solver", solver)
        stage.actions.setup.change_line("options", options)
        settle(stage, qtbot)
        told[solver] = stage.panel.run_bar.solver.toolTip().splitlines()[-1]
    assert {solver: tip[-1] for solver, tip in told.items()} == {"unipc": "3", "dpm-solver++": "2", "lms": "4"}


def test_clipping_is_the_checkpoint_s_until_it_is_switched_off(stage: Stage, qtbot: QtBot) -> None:
    assert run_of(stage.studio.state).clip is None
    choose(stage.panel.details.clip.choice, "off")
    assert run_of(stage.studio.state).clip == math.inf


def test_classes_are_offered_only_where_there_are_any(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    details = stage.panel.details
    assert not details.label.isVisible()
    open_card(stage, qtbot, classes=10, guidable=True)
    assert details.label.isVisible()
    assert details.guidance.isVisible()
    details.label.setValue(3)
    details.guidance.changed.emit(2.5)
    spec = run_of(stage.studio.state)
    assert (spec.label, spec.guidance) == (3, 2.5)


def test_what_cannot_work_is_said_before_it_is_run(stage: Stage, qtbot: QtBot) -> None:
    open_card(stage, qtbot, schedule=Schedule.parse("linear:T=1000,zero_snr=1"), prediction_type="epsilon")
    assert "ε-prediction" in stage.panel.note.text()
    assert not stage.panel.run_bar.buttons.run.isEnabled()
    open_card(stage, qtbot, prediction_type="v_prediction")
    assert stage.panel.note.text() == ""
    assert stage.panel.run_bar.buttons.run.isEnabled()
    stage.actions.setup.change_line("steps", 2000)
    settle(stage, qtbot)
    assert "T = 1000" in stage.panel.note.text()


def test_what_a_run_takes_is_told_beside_it_until_something_else_is_asked_for(stage: Stage, qtbot: QtBot) -> None:
    note, setup, said = stage.panel.note, stage.actions.setup, "This run takes about 9 GiB."
    stage.backend.notes = (Text(SourceText("This run takes about {size} GiB."), {"size": 9}),)
    setup.change_setting("pictures", 15)
    qtbot.waitUntil(lambda: note.text() == said)
    assert stage.phase is Phase.IDLE, "before it begins"
    assert note.label.property("role") == "warning"
    assert note.isVisible()
    setup.change_line("steps", 19)
    settle(stage, qtbot)
    assert note.text() == said, "whatever its steps"
    stage.backend.impossible = SamplingError(SourceText("It takes too much."))
    setup.change_setting("pictures", 14)
    settle(stage, qtbot)
    assert note.text() == ""
    qtbot.waitUntil(lambda: note.text() == "It takes too much.")
    stage.actions.foretelling.end()
    setup.change_setting("pictures", 13)
    settle(stage, qtbot)
    qtbot.mouseClick(stage.panel.run_bar.buttons.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: note.text() == said)


def test_a_step_that_is_extrapolated_is_told_with_what_to_do(stage: Stage, qtbot: QtBot) -> None:
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    assert "extrapolated" not in stage.panel.note.text()
    stage.actions.setup.change_line("spacing", "linspace")
    stage.actions.setup.change_line("steps", 20)
    settle(stage, qtbot)
    assert "Step 19 is 4.4 times as long" in stage.panel.note.text()
    assert "Take trailing or karras steps, or order 1." in stage.panel.note.text()
    choose(stage.panel.details.spacing, "trailing")
    settle(stage, qtbot)
    assert "extrapolated" not in stage.panel.note.text()


def test_an_option_without_effect_is_told_and_no_change_of_the_steps_is_offered_for_it(
    stage: Stage, qtbot: QtBot
) -> None:
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    stage.actions.setup.change_line("options", (("third", "exact"),))
    settle(stage, qtbot)
    assert "third = exact has no effect here: it needs multistep, order 3" in stage.panel.note.text()
    assert not stage.panel.note.button.isVisibleTo(stage.panel)
    stage.actions.setup.change_line("options", (("third", "exact"), ("order", 3)))
    settle(stage, qtbot)
    assert "no effect" not in stage.panel.note.text()


@pytest.mark.parametrize(
    ("solver", "spacing", "schedule", "remedy"),
    [
        ("dpm-solver++", "linspace", "linear:T=1000", ("spacing", "trailing")),
        ("heun", "trailing", "cosine:T=1000", ("spacing", "karras")),
        ("heun", "karras", "cosine:T=1000", None),
    ],
)
def test_a_finding_about_steps_is_remedied_with_a_click(
    stage: Stage, qtbot: QtBot, solver: str, spacing: str, schedule: str, remedy: tuple[str, str] | None
) -> None:
    open_card(stage, qtbot, schedule=Schedule.parse(schedule))
    for field, value in (("solver", solver), ("spacing", spacing), ("steps", 20)):
        stage.actions.setup.change_line(field, value)
    settle(stage, qtbot)
    button = stage.panel.note.button
    assert button.isVisibleTo(stage.panel) == (remedy is not None)
    if remedy is not None:
        assert button.text() == f"Take {remedy[1]}"
        button.click()
        settle(stage, qtbot)
        assert getattr(stage.studio.state.sampling.line, remedy[0]) == remedy[1]
        assert not button.isVisibleTo(stage.panel)
        found = table_of(stage.studio.state, stage.studio.state.sampling.line).findings
        assert not any(finding.severe for finding in found)
        stage.studio.undo()
        settle(stage, qtbot)
        assert stage.studio.state.sampling.line.spacing == spacing


def test_steps_as_text_are_set_in_one_step_and_say_how_many_they_are(stage: Stage, qtbot: QtBot) -> None:
    studio, bar, details = stage.studio, stage.panel.run_bar, stage.panel.details
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    for text, number in (("karras: rho=5", None), ("karras:steps=7", 7), ("sigmas:14,3,1,0", 3), ("taus:0.9,0.5", 2)):
        studio.set_steps(text)
        settle(stage, qtbot)
        assert details.spacing.currentData() == studio.state.sampling.line.spacing == text.replace(" ", "")
        assert bar.steps.isEnabled() == (number is None)
        assert bar.steps.value() == (number or 20)
        assert table_of(studio.state, studio.state.sampling.line).nfe == (number or 20)
    choose(details.spacing, "trailing")
    settle(stage, qtbot)
    assert (bar.steps.isEnabled(), bar.steps.value()) == (True, 20)
    assert details.spacing.count() == len(SPACINGS)
    studio.undo()
    assert studio.state.sampling.line.spacing == "taus:0.9,0.5"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("karas", "did you mean “karras”"),
        ("sigmas:1,2", "must be less than the one before"),
        (
            "file:a.txt",
            "Steps in a.txt are read only as they are typed or opened; type file: and that path among the steps.",
        ),
    ],
)
def test_steps_that_cannot_be_leave_those_that_are_set(stage: Stage, qtbot: QtBot, text: str, sentence: str) -> None:
    with qtbot.waitSignal(stage.studio.complained) as said:
        stage.studio.set_steps(text)
    assert sentence in said.args[0]
    assert stage.studio.state.sampling.line.spacing == "trailing"


def test_live_takes_a_few_of_steps_that_have_a_number_of_their_own(stage: Stage, qtbot: QtBot) -> None:
    for text, number in (("karras:steps=30", 8), ("sigmas:14,3,1,0", 3)):
        stage.studio.set_steps(text)
        (sampler,) = live_run(stage.studio.state).samplers
        assert sampler.levels(Schedule("linear", 1000)).count == number


def test_another_number_than_was_asked_for_is_said(stage: Stage, qtbot: QtBot) -> None:
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    stage.studio.set_steps("trailing | start=0.5")
    settle(stage, qtbot)
    assert "Steps asked for: 20; run: 10." in stage.panel.note.text()


def test_sampling_along_another_schedule_is_explained(stage: Stage, qtbot: QtBot) -> None:
    assert not stage.panel.note.isVisible()
    choose(stage.panel.run_bar.along, "along B  cosine T=1000")
    settle(stage, qtbot)
    assert "by noise level" in stage.panel.note.text()
    assert stage.panel.note.label.property("role") == "muted"


def test_a_schedule_that_is_removed_is_not_sampled_along(stage: Stage, qtbot: QtBot) -> None:
    key = stage.studio.state.entries[1].key
    stage.actions.setup.change_line("along", key)
    stage.studio.remove(key)
    assert stage.studio.state.sampling.line.along is None
    settle(stage, qtbot)
    assert stage.panel.run_bar.along.currentText() == "own schedule"


def test_rows_are_added_changed_compared_and_removed(stage: Stage, qtbot: QtBot) -> None:
    show_page(stage, Page.COMPARE)
    compare = stage.panel.views.compare
    qtbot.mouseClick(compare.add, Qt.MouseButton.LeftButton)
    settle(stage, qtbot)
    stage.panel.run_bar.steps.setValue(5)
    run_to_end(qtbot, stage)
    assert [line.steps for line in stage.studio.state.sampling.lines] == [20, 5]
    assert [grid.count for grid in compare.grids] == [16, 16, 0, 0]
    assert compare.numbers[0].text() == "NFE 20"
    assert compare.numbers[1].text() == f"RMS to row 1: {(19 - 4) / 8} · NFE 5"
    qtbot.mouseClick(compare.choices[0], Qt.MouseButton.LeftButton, pos=QPoint(8, compare.choices[0].height() // 2))
    settle(stage, qtbot)
    assert stage.panel.run_bar.steps.value() == 20
    qtbot.mouseClick(compare.removes[0], Qt.MouseButton.LeftButton)
    settle(stage, qtbot)
    assert [line.steps for line in stage.studio.state.sampling.lines] == [5]
    assert not compare.removes[0].isVisible()


def compared(stage: Stage, qtbot: QtBot) -> ComparePage:
    """Lines of 20 and of 5 steps, run and looked at."""
    show_page(stage, Page.COMPARE)
    stage.actions.setup.add_line()
    stage.actions.setup.change_line("steps", 5)
    run_to_end(qtbot, stage)
    return stage.panel.views.compare


def test_every_row_says_which_of_its_steps_is_seen(stage: Stage, qtbot: QtBot) -> None:
    compare, slider = compared(stage, qtbot), stage.panel.timeline.slider

    def said() -> list[str]:
        return [label.text().split(" · ")[-1] for label in compare.numbers[:2]]

    assert said() == ["NFE 20", "NFE 5"]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert said() == ["call 18 of 20", "call 4 of 5"]
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert said() == ["call 1 of 20", ""]
    qtbot.mouseClick(stage.panel.timeline.newest, Qt.MouseButton.LeftButton)
    assert said() == ["NFE 20", "NFE 5"]


def test_pictures_keep_their_place_while_the_words_beside_them_change(stage: Stage, qtbot: QtBot) -> None:
    compare, slider = compared(stage, qtbot), stage.panel.timeline.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert compare.numbers[1].text().endswith("call 4 of 5")
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    width = compare.grids[1].width()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert compare.numbers[1].text().endswith("NFE 5")
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert compare.grids[1].width() == width


def test_a_row_keeps_its_own_pictures_when_another_is_removed(stage: Stage, qtbot: QtBot) -> None:
    compare = compared(stage, qtbot)
    stage.actions.setup.remove_line(0)
    settle(stage, qtbot)
    assert compare.numbers[0].text() == "NFE 5"
    assert compare.grids[0].picture(0).pixelColor(0, 0).red() == round((4 / 8 + 1) * 127.5)
    assert compare.grids[1].count == 0
    show_page(stage, Page.WATCH)
    assert len(stage.panel.views.watch.statistics.plot.lines()[0].y) == 5
    recording = stage.actions._recording
    assert recording is not None
    assert stage.actions.saves._recording is recording.rows[1]


def test_a_row_that_was_changed_since_it_was_drawn_says_so(stage: Stage, qtbot: QtBot) -> None:
    compare = compared(stage, qtbot)
    assert [choice.text() for choice in compare.choices[:2]] == ["1  dpm-solver++ · 20", "2  dpm-solver++ · 5"]
    stage.actions.setup.change_line("steps", 6)
    settle(stage, qtbot)
    assert [label.text() for label in compare.numbers[:2]] == ["NFE 20", "changed; run again"]
    assert compare.grids[1].count == 16
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("options", (("eta", 0.5),))
    stage.actions.setup.change_line("steps", 5)
    settle(stage, qtbot)
    assert compare.choices[1].text() == "2  ddim η 0.5 · 5"
    run_to_end(qtbot, stage)
    assert compare.numbers[1].text().endswith("NFE 5")


def test_a_live_run_is_seen_in_the_row_that_it_draws(stage: Stage, qtbot: QtBot) -> None:
    compare = compared(stage, qtbot)
    stage.actions.live.set_live(True)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE and compare.grids[1].count == LIVE_PICTURES)
    assert compare.grids[0].count == 0
    assert compare.numbers[1].text() == "NFE 5"


def test_a_click_enlarges_a_picture_in_every_row(stage: Stage, qtbot: QtBot) -> None:
    compare = compared(stage, qtbot)
    grids = compare.grids[:2]
    qtbot.mouseClick(grids[0], Qt.MouseButton.LeftButton, pos=grids[0].place(3).center())
    assert [grid.enlarged for grid in grids] == [3, 3]
    qtbot.mouseClick(grids[1], Qt.MouseButton.LeftButton, pos=grids[1].place(3).center())
    assert [grid.enlarged for grid in grids] == [None, None]


def test_of_several_rows_it_is_said_which_is_watched(stage: Stage, qtbot: QtBot) -> None:
    compared(stage, qtbot)
    show_page(stage, Page.WATCH)
    about = stage.panel.views.watch._about_x0
    assert about.whole == "row 2"
    stage.actions.setup.choose_line(0)
    settle(stage, qtbot)
    assert about.whole == "row 1"
    stage.actions.setup.remove_line(1)
    settle(stage, qtbot)
    run_to_end(qtbot, stage)
    assert about.whole == ""


def test_what_stands_in_the_way_names_its_row(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.setup.add_line()
    stage.actions.setup.change_line("steps", 2000)
    stage.actions.setup.choose_line(0)
    settle(stage, qtbot)
    assert stage.panel.note.text().startswith("Row 2: steps is 2000")
    stage.actions.run()
    assert stage.panel.note.text().startswith("Row 2: ")
    assert stage.backend.calls == 0


def test_four_rows_are_the_most(stage: Stage, qtbot: QtBot) -> None:
    show_page(stage, Page.COMPARE)
    for _ in range(6):
        stage.actions.setup.add_line()
    settle(stage, qtbot)
    assert len(stage.studio.state.sampling.lines) == 4
    assert not stage.panel.views.compare.add.isEnabled()


def test_live_runs_again_with_few_steps_when_a_slider_moves(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.view_bar.live, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.backend.calls == LIVE_STEPS)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert stage.studio.state.sampling.line.along == stage.studio.state.selected
    assert stage.panel.views.watch.x_grid.count == LIVE_PICTURES
    stage.studio.set_parameter("s", 0.02)
    qtbot.waitUntil(lambda: stage.backend.calls == 2 * LIVE_STEPS)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    visited = stage.studio.state.visited
    assert visited is not None
    assert visited.schedule == stage.studio.state.current.schedule
    stage.studio.set_t(3)
    settle(stage, qtbot)
    assert not stage.actions.live._resting.isActive()


def test_live_says_when_it_follows_another_schedule_than_the_chosen_one(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.live.set_live(True)
    qtbot.waitUntil(lambda: stage.backend.calls == LIVE_STEPS and stage.phase is Phase.IDLE)
    assert "Live" not in stage.panel.note.text()
    stage.studio.select(stage.studio.state.entries[0].key)
    settle(stage, qtbot)
    assert "Live follows the sliders of B, not of A." in stage.panel.note.text()
    stage.actions.setup.change_line("along", None)
    settle(stage, qtbot)
    assert "Live follows no slider" in stage.panel.note.text()


def test_a_checkpoint_that_cannot_be_opened_is_told_of_while_live(stage: Stage, qtbot: QtBot) -> None:
    stage.actions.live.set_live(True)
    qtbot.waitUntil(lambda: stage.backend.calls == LIVE_STEPS and stage.phase is Phase.IDLE)
    stage.backend.missing.add("/gone")
    stage.actions.checkpoints.choose("/gone")
    qtbot.waitUntil(lambda: stage.panel.note.label.property("role") == "error")
    settle(stage, qtbot)
    assert not stage.actions.live._resting.isActive()
    assert stage.panel.note.text() == "There is no checkpoint /gone."
    assert stage.backend.calls == LIVE_STEPS


def test_a_failure_does_not_hide_what_stands_in_the_way(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.errors[0] = MemoryError()
    run_to_end(qtbot, stage)
    assert stage.panel.note.label.property("role") == "error"
    stage.actions.setup.change_line("steps", 2000)
    settle(stage, qtbot)
    assert stage.panel.note.text().startswith("steps is 2000")
    stage.actions.setup.change_line("steps", 20)
    settle(stage, qtbot)
    assert not stage.panel.note.isVisible()


def test_a_slider_that_moves_fast_starts_one_run(stage: Stage, qtbot: QtBot) -> None:
    resting = stage.actions.live._resting
    resting.setInterval(60_000)
    stage.actions.live.set_live(True)
    for s in range(1, 30):
        stage.studio.set_parameter("s", s / 1000)
        settle(stage, qtbot)
    assert stage.backend.calls == 0
    resting.start(0)
    qtbot.waitUntil(lambda: stage.backend.calls == LIVE_STEPS and stage.phase is Phase.IDLE)


def test_the_newest_live_run_wins(stage: Stage, qtbot: QtBot) -> None:
    shut(stage.backend)
    stage.actions.live.set_live(True)
    qtbot.waitUntil(lambda: stage.backend.entered.acquire(blocking=False))
    stage.studio.set_parameter("s", 0.02)
    settle(stage, qtbot)
    qtbot.waitUntil(lambda: not stage.actions.live._resting.isActive())
    stage.backend.gate.release(100)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    assert stage.backend.calls == 1 + LIVE_STEPS


def test_the_solver_s_table_is_drawn_for_what_is_chosen(stage: Stage, qtbot: QtBot) -> None:
    show_page(stage, Page.SOLVER)
    view = stage.panel.views.solver
    lines = {line.name: line for line in view.plot.lines()}
    assert set(lines) == {"A", "B<sub>0</sub>", "B<sub>1</sub>", "C"}
    card, line = stage.studio.state.sampling.card, stage.studio.state.sampling.line
    assert card is not None
    table = line.sampler(None).table(card.schedule)
    np.testing.assert_array_equal(lines["A"].y, table.A)
    np.testing.assert_array_equal(lines["B<sub>1</sub>"].y, table.B[:, 1])
    stage.actions.setup.change_line("steps", 5000)
    settle(stage, qtbot)
    assert view._nothing.isVisible()


def test_the_card_tells_what_the_checkpoint_is_and_gives_its_schedule(stage: Stage, qtbot: QtBot) -> None:
    show_page(stage, Page.MODEL)
    model = stage.panel.views.model
    assert model.card.rows["heads"].value.text() == "4"
    qtbot.mouseClick(model.card.schedule.add, Qt.MouseButton.LeftButton)
    assert stage.studio.state.current.schedule == Schedule("linear", 1000)


def test_another_checkpoint_is_opened_and_remembered(stage: Stage, qtbot: QtBot) -> None:
    stage.answers.path = "/somewhere/model_index.json"
    box = stage.panel.run_bar.checkpoint
    box.activated.emit(box.count() - 2)
    qtbot.waitUntil(lambda: stage.studio.state.sampling.card is not None)
    settle(stage, qtbot)
    assert stage.backend.opened[-1] == "/somewhere"
    assert box.currentText() == "somewhere"
    assert stage.actions.checkpoints.recent[0] == "/somewhere"


def test_a_checkpoint_that_cannot_be_opened_leaves_the_last_one(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.missing.add("/gone")
    before = stage.studio.state.sampling.checkpoint
    stage.actions.checkpoints.choose("/gone")
    qtbot.waitUntil(lambda: stage.panel.note.isVisible())
    assert stage.panel.note.text() == "There is no checkpoint /gone."
    assert stage.studio.state.sampling.checkpoint == before
    assert "/gone" not in stage.actions.checkpoints.recent
    run_to_end(qtbot, stage)
    assert stage.panel.views.watch.x_grid.count > 0


def test_cancelled_dialogs_change_nothing(stage: Stage, qtbot: QtBot) -> None:
    opened = list(stage.backend.opened)
    stage.actions.checkpoints.open_checkpoint()
    stage.actions.checkpoints.open_checkpoint_folder()
    assert stage.backend.opened == opened


def test_showing_a_state_says_nothing_back(stage: Stage, qtbot: QtBot) -> None:
    said: list[object] = []
    panel = stage.panel
    for signal in (
        panel.run_bar.sampler.changed,
        panel.details.sampler.changed,
        panel.details.settings.changed,
        panel.view_bar.live.toggled,
        panel.views.compare.choosing.idClicked,
        panel.run_bar.checkpoint.chosen,
    ):
        signal.connect(lambda *chosen: said.append(chosen))
    setup = stage.studio.state.sampling
    other = Sampling(
        card=setup.card,
        lines=(Line(), Line("ddim", (("eta", 1.0),), 9, "karras", stage.studio.state.selected)),
        chosen=1,
        seed=5,
        pictures=3,
        clip=2.0,
        device="cpu",
        precision="bfloat16",
        live=True,
    )
    panel.show_state(replace(stage.studio.state, sampling=other))
    show_page(stage, Page.COMPARE)
    assert said == []
    assert panel.run_bar.solver.currentText() == "ddim"
    assert panel.details.seed.field.text() == "5"


@pytest.mark.parametrize("spec", ["cosine:T=400", "sigmoid:T=77"])
def test_visited_levels_are_found_on_another_schedule(spec: str) -> None:
    own, other = Schedule("linear", 1000), Schedule.parse(spec)
    times = tuple(float(t) for t in range(50, 951, 100))
    found = np.array(Visited(own, times).on(other))
    log_snr = np.interp(found, np.arange(1, other.T + 1), other.coefficients.log_snr)
    np.testing.assert_allclose(log_snr, own.coefficients.log_snr[np.array(times, int) - 1], rtol=1e-6)


def test_levels_beyond_a_schedule_are_left_out() -> None:
    assert len(Visited(Schedule("cosine", 1000), (1000.0, 500.0)).on(Schedule("linear", 300))) == 1


def test_space_is_the_window_s_while_nothing_runs(stage: Stage, qtbot: QtBot) -> None:
    press(qtbot, stage, "run")
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    calls = stage.backend.calls
    qtbot.keyClick(stage.panel, Qt.Key.Key_Space)
    assert stage.backend.calls == calls


@pytest.mark.parametrize(
    ("key", "name"),
    [("N", "Spacing"), ("C", "Clip x₀"), ("D", "Seed"), ("U", "Pictures"), ("I", "Device"), ("O", "Precision")],
)
def test_the_key_of_a_label_leads_to_its_field(stage: Stage, qtbot: QtBot, key: str, name: str) -> None:
    stage.panel.view_bar.more.setChecked(True)
    stage.panel.activateWindow()
    stage.panel.run_bar.steps.setFocus()
    qtbot.keyClick(stage.panel, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)
    assert with_focus().accessibleName() == name


def test_prompts_are_offered_only_where_a_checkpoint_takes_text(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    details, studio = stage.panel.details, stage.studio
    prompts = details.prompts
    open_card(stage, qtbot, classes=10, guidable=True)
    assert not prompts.isVisible()
    open_card(stage, qtbot, guidable=True, text=True, guidance=7.5)
    assert prompts.isVisible()
    assert details.rescale.isVisible()
    assert not details.label.isVisible()
    assert (details.guidance.value, run_of(studio.state).guidance) == (7.5, 7.5), "as the checkpoint recommends"
    assert set_up_now(studio.state)[0].settings["guidance"] == 7.5, "which kept runs are compared with"
    height = prompts.prompt.sizeHint().height()
    prompts.prompt.setFocus()
    qtbot.keyClicks(prompts.prompt, "a cat")
    for _ in range(3):
        qtbot.keyClick(prompts.prompt, Qt.Key.Key_Return)
    assert prompts.prompt.sizeHint().height() > height, "it grows with its text"
    qtbot.waitUntil(lambda: prompts.prompt.verticalScrollBar().maximum() == 0)
    assert studio.state.sampling.prompt == "", "nothing is taken while it is typed"
    qtbot.keyClick(prompts.prompt, Qt.Key.Key_Escape)
    assert prompts.prompt.toPlainText() == ""
    prompts.negative.setFocus()
    qtbot.keyClicks(prompts.negative, "a dog")
    prompts.prompt.setFocus()
    prompts.prompt.insertPlainText("a" * 10_010)
    with qtbot.waitSignal(prompts.run_wanted):
        qtbot.keyClick(prompts.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    spec = run_of(studio.state)
    assert (spec.prompt, spec.negative_prompt) == ("a" * 10_000, "a dog")
    _look_through_earlier(stage)
    studio.undo()
    assert (studio.state.sampling.prompt, studio.state.sampling.negative_prompt) == ("", "a dog")
    open_card(stage, qtbot, text=False)
    assert not prompts.isVisible()
    assert run_of(studio.state).negative_prompt == "", "it is for others"
    assert studio.state.sampling.negative_prompt == "a dog", "who may come back"


def test_runs_begin_from_the_picture_where_a_checkpoint_takes_one(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    box, studio = stage.panel.details.from_picture, stage.studio
    picture = Picture("ramp", np.zeros((2, 2, 3), np.float32), (2, 2))
    open_card(stage, qtbot, takes_pictures=False)
    assert not box.isVisible()
    open_card(stage, qtbot, takes_pictures=True)
    assert box.isVisible()
    assert run_of(studio.state).picture is None
    box.click()
    assert studio.state.sampling.from_picture
    assert obstacle(studio.state) == "There is no picture to begin from; open one, or begin from noise."
    studio.set_picture(picture)
    assert run_of(studio.state).picture is picture
    assert "has next to no effect. Begin at less noise, such as by “| start=0.6” behind" in remarks(studio.state)
    stage.actions.setup.change_line("spacing", "trailing | start=0.6")
    assert "picture" not in remarks(studio.state)
    studio.set_sampling(from_picture=False)
    assert "of the picture in it. Start from a picture that was noised to it" in remarks(studio.state)
    studio.undo()
    assert run_of(studio.state).picture is picture
    open_card(stage, qtbot, takes_pictures=False)
    assert run_of(studio.state).picture is None, "it is for others"


def _look_through_earlier(stage: Stage) -> None:
    """The menu has what was drawn, which can be taken again and forgotten."""
    prompts = stage.panel.details.prompts
    menu = prompts.earlier.menu()
    menu.aboutToShow.emit()
    drawn, _, forget = menu.actions()
    assert len(drawn.text()) in (79, 80)
    stage.actions.setup.change_setting("prompt", "a dog")
    drawn.trigger()
    assert prompts.prompt.toPlainText() == "a" * 10_000
    forget.trigger()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["None have been drawn yet"]
    for _ in range(2):
        stage.studio.undo()


def test_pictures_have_seeds_of_their_own_at_a_click(stage: Stage) -> None:
    stage.panel.view_bar.more.setChecked(True)
    seeds, studio = stage.panel.details.seeds, stage.studio
    for chosen in ("each", "one"):
        seeds.click()
        assert (studio.state.sampling.seeds, seeds.isChecked()) == (chosen, chosen == "each")
        assert run_of(studio.state).seeds == chosen
