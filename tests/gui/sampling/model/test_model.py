"""The page about checkpoints: what is known and whence, changing it, answering what is asked, giving up."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers, CardItem, Misfit, MisfitError, Origin, UnsupportedError
from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.parametrisation import FORMS, PREDICTION_TYPES
from ddpm_studio.errors import CheckpointError
from ddpm_studio.gui.sampling.model.answer_editor import AnswerEditor
from ddpm_studio.gui.sampling.model.answer_fields import (
    ChoiceField,
    HeadsField,
    LineField,
    NumberField,
    ScheduleField,
    answer_field,
)
from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.model.card_view import CardView
from ddpm_studio.gui.sampling.model.lora_field import LoraField
from ddpm_studio.gui.sampling.model.prediction_field import PredictionField
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state import limits
from ddpm_studio.gui.state.limits import why_not_add
from ddpm_studio.gui.state.run import CheckpointCard, Said
from ddpm_studio.gui.state.sampling import Refusal
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.texts import SourceText
from tests.gui.sampling.conftest import CHECKPOINT, Stage
from tests.gui.sampling.test_run import run_to_end, status
from tests.gui.sampling.test_setup import settle, show_page


@pytest.fixture
def card(stage: Stage) -> CardView:
    """Shown."""
    show_page(stage, Page.MODEL)
    return stage.panel.views.model.card


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def opened(stage: Stage, qtbot: QtBot, count: int) -> None:
    """Wait for so many checkpoints to have been opened, or refused, and the panel to show it."""
    qtbot.waitUntil(lambda: len(stage.backend.opened) == count and not stage.thread.busy)
    settle(stage, qtbot)


def choose(stage: Stage, qtbot: QtBot, path: str) -> None:
    count = len(stage.backend.opened)
    stage.actions.checkpoints.choose(path)
    opened(stage, qtbot, count + 1)


def test_every_value_says_where_it_comes_from(card: CardView) -> None:
    shown = {key: (row.value.text(), row.origin.text(), row.origin.property("role")) for key, row in card.rows.items()}
    assert shown == {
        "family": ("fake", "read from the file", "muted"),
        "schedule": ("linear:T=1000", "read from the file", "muted"),
        "heads": ("4", "assumed", "warning"),
        "attention_order": ("legacy", "assumed", "warning"),
    }
    assert [key for key, row in card.rows.items() if row.change.isVisible()] == ["schedule", "heads", "attention_order"]
    (line,) = card.schedule.plot.lines()
    np.testing.assert_array_equal(line.y, Schedule("linear", 1000).coefficients.alphas_cumprod)


def test_assumptions_are_pointed_at(stage: Stage) -> None:
    assert status(stage) == "Open, with some assumptions; see Model."


def test_an_assumption_is_changed_where_it_stands(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    click(qtbot, card.rows["attention_order"].change)
    click(qtbot, card.rows["heads"].change)
    assert card.rows["attention_order"].editor is None, "one at a time"
    editor = card.rows["heads"].editor
    assert editor is not None
    assert isinstance(editor.field, HeadsField)
    assert editor.isVisible()
    assert not card.rows["heads"].value.isVisible()
    assert not editor.forget_button.isVisible()
    editor.field.number.setValue(8)
    qtbot.keyClick(editor.field.number, Qt.Key.Key_Return)
    opened(stage, qtbot, 2)
    assert stage.backend.said[-1] == Said(Answers(heads=8), alone=True)
    assert card.rows["heads"].editor is None
    assert card.rows["heads"].value.text() == "8"
    assert card.rows["heads"].origin.text() == "given by you"
    assert card.rows["heads"].change.hasFocus()
    run_to_end(qtbot, stage)
    assert len(stage.backend.opened) == 2, "the run draws with what is open"


def test_an_editor_stays_open_when_another_answer_comes_to_hold(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    stage.actions.checkpoints.answer(Answers(heads=8))
    click(qtbot, card.rows["schedule"].change)
    editor = card.rows["schedule"].editor
    assert editor is not None
    assert isinstance(editor.field, ScheduleField)
    editor.field.setEditText("cosi")
    opened(stage, qtbot, 2)
    assert card.rows["heads"].value.text() == "8"
    assert card.rows["schedule"].editor is editor
    assert editor.field.currentText() == "cosi"
    assert holds_focus(editor)


def test_another_button_beside_a_value_makes_room_for_the_editor(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    row, button = card.rows["attention_order"], QToolButton()
    row.add_button(button)
    columns = [part.origin.x() for part in card.rows.values()]
    qtbot.waitUntil(lambda: button.isVisible() and button.x() > row.value.x())
    assert [part.origin.x() for part in card.rows.values()] == columns, "which stand below each other"
    click(qtbot, row.change)
    assert not button.isVisible()
    assert row.editor is not None
    qtbot.keyClick(row.editor.field, Qt.Key.Key_Escape)
    assert button.isVisible()


def test_what_was_said_can_be_taken_back(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    stage.actions.checkpoints.answer(Answers(heads=8, schedule=Schedule("cosine", 50)))
    opened(stage, qtbot, 2)
    click(qtbot, card.rows["heads"].change)
    editor = card.rows["heads"].editor
    assert editor is not None
    click(qtbot, editor.forget_button)
    opened(stage, qtbot, 3)
    assert stage.backend.said[-1] == Said(Answers(schedule=Schedule("cosine", 50)), frozenset({"heads"}), alone=True)
    assert card.rows["heads"].origin.text() == "assumed"
    assert card.rows["schedule"].origin.text() == "given by you"


def test_a_line_that_is_no_schedule_is_told_below_it(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    click(qtbot, card.rows["schedule"].change)
    editor = card.rows["schedule"].editor
    assert editor is not None
    assert isinstance(editor.field, ScheduleField)
    assert editor.field.currentText() == "linear:T=1000"
    editor.field.setEditText("cosin")
    click(qtbot, editor.apply_button)
    assert "did you mean “cosine”" in editor.explanation
    assert len(stage.backend.opened) == 1
    editor.field.setEditText("cosine:T=60")
    click(qtbot, editor.apply_button)
    opened(stage, qtbot, 2)
    assert stage.studio.state.sampling.card is not None
    assert stage.studio.state.sampling.card.schedule == Schedule("cosine", 60)


def test_an_answer_that_does_not_fit_leaves_all_as_it_was(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    before = stage.studio.state.sampling.card
    stage.backend.refusals[CHECKPOINT] = CheckpointError(SourceText("{n} heads do not fit."), n=3)
    click(qtbot, card.rows["heads"].change)
    editor = card.rows["heads"].editor
    assert editor is not None
    click(qtbot, editor.apply_button)
    opened(stage, qtbot, 2)
    assert stage.panel.note.text() == "3 heads do not fit."
    assert stage.panel.note.label.property("role") == "error"
    assert stage.studio.state.sampling.card is before
    assert card.rows["heads"].editor is editor, "to be corrected"
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert card.rows["heads"].value.isVisible()
    stage.backend.refusals.clear()
    run_to_end(qtbot, stage)
    assert stage.backend.said[-1] == Said(alone=True)
    assert stage.panel.views.watch.isVisible(), "a run is to be seen"
    assert stage.panel.views.watch.x_grid.count > 0


def test_what_a_file_does_not_say_is_asked_and_then_open(stage: Stage, qtbot: QtBot) -> None:
    ask = stage.panel.views.model.ask
    stage.backend.unanswered = {"shape", "schedule", "prediction_type"}
    choose(stage, qtbot, "/some/where/model.pt")
    assert ask.isVisible()
    assert list(ask.fields) == ["shape", "schedule", "prediction_type"]
    assert ask.sentence.text().startswith("model.pt is a fake, which does not say")
    assert ask.sentence.property("role") == ""
    assert not stage.panel.note.isVisible(), "a question is no failure"
    assert ask.keep_button.text() == f"Keep {CHECKPOINT}"
    shape, schedule = ask.fields["shape"], ask.fields["schedule"]
    assert isinstance(shape, LineField)
    assert isinstance(schedule, ScheduleField)
    qtbot.keyClicks(shape, "big")
    click(qtbot, ask.open_button)
    assert "write channels x height x width" in ask.sentence.text()
    assert ask.sentence.property("role") == "error"
    shape.setText("3x4x5")
    schedule.setCurrentIndex(schedule.findText("cosine:T=1000"))
    qtbot.keyClick(shape, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stage.studio.state.sampling.card is not None and not stage.thread.busy)
    settle(stage, qtbot)
    assert stage.backend.said[-1].answers == Answers((3, 4, 5), Schedule("cosine", 1000), "epsilon")
    assert stage.studio.state.sampling.checkpoint == "/some/where/model.pt"
    assert stage.panel.views.model.card.isVisible()
    assert stage.panel.views.model.card.title.text() == "/some/where/model.pt"


def test_a_prediction_type_is_chosen_or_typed_with_its_options(stage: Stage, qtbot: QtBot) -> None:
    ask = stage.panel.views.model.ask
    stage.backend.unanswered = {"prediction_type"}
    choose(stage, qtbot, "/some/where/model.pt")
    field = ask.fields["prediction_type"]
    assert isinstance(field, PredictionField)
    assert [field.box.itemText(i) for i in range(field.box.count())] == list(PREDICTION_TYPES)
    field.box.setEditText("edm:sigma=1")
    click(qtbot, ask.open_button)
    assert ask.sentence.text().startswith("edm has no option “sigma”")
    field.box.setEditText("edm: sigma_data = 1")
    click(qtbot, ask.open_button)
    qtbot.waitUntil(lambda: stage.studio.state.sampling.card is not None and not stage.thread.busy)
    settle(stage, qtbot)
    assert stage.backend.said[-1].answers.prediction_type == "edm:sigma_data=1"


def asked_prediction(stage: Stage, qtbot: QtBot) -> PredictionField:
    """The field in which a checkpoint's prediction type is asked for."""
    stage.backend.unanswered = {"prediction_type"}
    choose(stage, qtbot, "/some/where/model.pt")
    field = stage.panel.views.model.ask.fields["prediction_type"]
    assert isinstance(field, PredictionField)
    return field


def numbers(field: PredictionField) -> dict[str, object]:
    """What the controls show."""
    found = field.controls.items()
    return {key: each.value() if isinstance(each, NumberBox) else each.currentData() for key, each in found}


@pytest.mark.parametrize("name", PREDICTION_TYPES)
def test_each_option_of_a_prediction_type_has_a_control_that_shows_its_default(
    stage: Stage, qtbot: QtBot, name: str
) -> None:
    field = asked_prediction(stage, qtbot)
    field.box.setCurrentIndex(field.box.findData(name))
    qtbot.waitUntil(lambda: all(control.isVisible() for control in field.controls.values()))
    assert numbers(field) == {option.key: option.default for option in FORMS[name].options}
    for option in FORMS[name].options:
        control = field.controls[option.key]
        assert control.accessibleName() == option.label
        assert option.meaning in control.toolTip()
        if option.choices:
            assert isinstance(control, QComboBox)
            assert [control.itemData(i) for i in range(control.count())] == list(option.choices)


def test_the_controls_of_a_prediction_type_and_its_line_say_the_same(stage: Stage, qtbot: QtBot) -> None:
    field = asked_prediction(stage, qtbot)
    field.box.setCurrentIndex(field.box.findData("edm"))
    data, told = field.controls["sigma_data"], field.controls["time"]
    qtbot.waitUntil(data.isVisible)
    assert isinstance(data, NumberBox)
    assert isinstance(told, QComboBox)
    data.setFocus()
    data.selectAll()
    qtbot.keyClicks(data, "0.73")
    qtbot.keyClick(data, Qt.Key.Key_Tab)
    assert field.box.currentText() == "edm:sigma_data=0.73"
    told.setCurrentIndex(told.findData("tau"))
    assert field.box.currentText() == "edm:sigma_data=0.73,time=tau"
    field.box.setEditText("edm:sigma_data=2,time_scale=3")
    assert numbers(field) == {"sigma_data": 2.0, "time": "ln_sigma", "time_scale": 3.0, "time_offset": 0.0}
    field.box.setEditText("edm:sigma_dat")
    assert set(field.controls) == {"sigma_data", "time", "time_scale", "time_offset"}, "while it is typed"
    field.box.setEditText("e")
    assert not field.controls
    field.box.setCurrentIndex(field.box.findData("v_prediction"))
    assert set(field.controls) == {"time", "time_scale", "time_offset"}


def test_a_number_that_is_typed_into_an_option_is_part_of_the_answer_at_once(stage: Stage, qtbot: QtBot) -> None:
    field, ask = asked_prediction(stage, qtbot), stage.panel.views.model.ask
    field.box.setEditText("edm_v_prediction:time=tau")
    data = field.controls["sigma_data"]
    qtbot.waitUntil(data.isVisible)
    assert isinstance(data, NumberBox)
    for typed in ("0", "0.6"):
        data.setFocus()
        data.selectAll()
        qtbot.keyClicks(data, typed)
        if typed == "0.6":
            assert field.answers().prediction_type == "edm_v_prediction:sigma_data=0.6,time=tau"
        click(qtbot, ask.open_button)
        if typed == "0":
            assert ask.sentence.text() == "sigma_data of edm_v_prediction is 0; choose from 0.001 to 1000."
    opened(stage, qtbot, 3)
    assert stage.backend.said[-1].answers.prediction_type == "edm_v_prediction:sigma_data=0.6,time=tau"


def test_the_last_checkpoint_is_there_all_the_while(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.unanswered = {"shape"}
    choose(stage, qtbot, "/model.pt")
    assert stage.studio.state.sampling.checkpoint == CHECKPOINT
    assert stage.panel.run_bar.checkpoint.currentText() == CHECKPOINT
    assert status(stage) == "model.pt is not open; see Model."
    ask = stage.panel.views.model.ask
    click(qtbot, ask.keep_button)
    settle(stage, qtbot)
    assert stage.panel.views.model.card.isVisible()
    assert stage.panel.views.model.card.title.text() == CHECKPOINT
    stage.backend.unanswered = set()
    run_to_end(qtbot, stage)
    assert stage.panel.views.watch.x_grid.count > 0


def test_an_answer_that_was_wrong_can_be_corrected(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.unanswered = {"network"}
    choose(stage, qtbot, "/model.pt")
    ask = stage.panel.views.model.ask
    network = ask.fields["network"]
    assert isinstance(network, LineField)
    network.setText("nets:Unet")
    stage.backend.unanswered = {"network", "shape"}
    click(qtbot, ask.open_button)
    opened(stage, qtbot, 3)
    assert list(ask.fields) == ["network", "shape"]
    network, shape = ask.fields["network"], ask.fields["shape"]
    assert isinstance(network, LineField)
    assert isinstance(shape, LineField)
    assert (network.text(), shape.text()) == ("nets:Unet", "")
    shape.setText("3x9x9")
    report = Misfit(["a"] * 30, [], ["b (3,) for (4,)"])
    stage.backend.refusals["/model.pt"] = MisfitError(Path("/model.pt"), "ema.", "nets:Unet", report)
    click(qtbot, ask.open_button)
    opened(stage, qtbot, 4)
    assert ask.fields["shape"] is shape, "and nothing has to be typed again"
    assert "model.pt under ema are not those of nets:Unet" in ask.sentence.text()
    assert ask.report.isVisible()
    words = [label for label in ask._page.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
    qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in words))
    assert ask.report.toPlainText().count("a\n") == 30
    assert "Of a different shape: 1\n  b (3,) for (4,)" in ask.report.toPlainText()
    stage.backend.refusals.clear()
    click(qtbot, ask.open_button)
    opened(stage, qtbot, 5)
    assert stage.backend.said[-1].answers == Answers(shape=(3, 9, 9), network="nets:Unet")
    assert stage.studio.state.sampling.refusal is None


def test_the_schedule_of_what_is_not_sampled_can_be_had(stage: Stage, qtbot: QtBot) -> None:
    schedule = Schedule("cosine", 77)
    stage.backend.refusals["/v1.ckpt"] = UnsupportedError(Path("/v1.ckpt"), "latent", "no pictures", schedule)
    choose(stage, qtbot, "/v1.ckpt")
    ask = stage.panel.views.model.ask
    assert ask.sentence.text().startswith("v1.ckpt is latent, which is not sampled: no pictures;")
    assert not ask.open_button.isVisible()
    assert not ask.report.isVisible()
    click(qtbot, ask.schedule.add)
    assert stage.studio.state.current.schedule == schedule
    assert stage.studio.state.title(stage.studio.state.current) == "v1.ckpt"


@pytest.mark.parametrize("refused", [False, True], ids=["card", "refusal"])
def test_a_full_list_takes_no_schedule_and_the_button_says_so(
    stage: Stage, qtbot: QtBot, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_SCHEDULES", 4)
    show_page(stage, Page.MODEL)
    if refused:
        stage.backend.refusals["/v1.ckpt"] = UnsupportedError(Path("/v1.ckpt"), "latent", "no", Schedule("cosine", 77))
        choose(stage, qtbot, "/v1.ckpt")
    model, studio = stage.panel.views.model, stage.studio
    add = (model.ask if refused else model.card).schedule.add
    tip = add.toolTip()
    while len(studio.state.entries) < 4:
        assert add.isEnabled()
        click(qtbot, add)
        settle(stage, qtbot)
    full = why_not_add(studio.state)
    assert (add.isEnabled(), add.toolTip()) == (False, translated(full) if full else "")
    studio.remove(studio.state.selected)
    settle(stage, qtbot)
    assert (add.isEnabled(), add.toolTip()) == (True, tip)
    assert not stage.complaints


def test_what_nothing_can_be_done_about_is_told_in_one_sentence(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    stage.backend.refusals["/v1.ckpt"] = UnsupportedError(Path("/v1.ckpt"), "latent", "no pictures", None)
    choose(stage, qtbot, "/v1.ckpt")
    assert stage.panel.note.text() == "/v1.ckpt is latent, which cannot be sampled here: no pictures."
    assert card.isVisible()


def test_the_card_has_the_room_of_what_a_run_needs(stage: Stage, card: CardView, qtbot: QtBot) -> None:
    panel = stage.panel
    panel.resize(1200, 320)
    assert not panel.view_bar.more.isVisible()
    show_page(stage, Page.WATCH)
    click(qtbot, panel.view_bar.more)
    assert panel.details.isVisible()
    show_page(stage, Page.MODEL)
    assert not panel.details.isVisible()
    show_page(stage, Page.SOLVER)
    assert panel.details.isVisible()


@pytest.mark.parametrize("width", [715, 1300])
def test_nothing_of_the_card_is_cut_off(stage: Stage, card: CardView, qtbot: QtBot, width: int) -> None:
    stage.panel.resize(width, 320)
    for row in card.rows.values():
        assert row.value.width() > 40
        assert row.change.geometry().right() <= row.width() <= card._area.viewport().width()

    def fits(widget: QWidget) -> bool:
        return widget.width() >= widget.minimumSizeHint().width()

    for row in (row for row in card.rows.values() if row.row.changeable):
        click(qtbot, row.change)
        editor = row.editor
        assert editor is not None
        qtbot.waitUntil(partial(fits, editor))
        assert row.width() <= card._area.viewport().width()


def test_another_choice_replaces_the_question(stage: Stage, qtbot: QtBot) -> None:
    stage.backend.unanswered = {"shape"}
    choose(stage, qtbot, "/model.pt")
    stage.backend.unanswered = set()
    choose(stage, qtbot, "/other")
    assert stage.studio.state.sampling.refusal is None
    assert stage.panel.views.model.card.title.text() == "/other"


LORA = "/a/b.safetensors:0.6"
EVERYTHING = Answers((3, 8, 9), Schedule("cosine", 7), "sample", 3, None, "new", True, "0.27.8", "a.b:C", lora=LORA)


@pytest.mark.parametrize("key", EVERYTHING.said)
def test_every_field_says_back_what_it_shows(qtbot: QtBot, key: str) -> None:
    field = answer_field(key, EVERYTHING, [Schedule("linear", 5)])
    qtbot.addWidget(field)
    assert field.accessibleName()
    assert field.answers().said == {key: EVERYTHING.said[key]}


def test_a_field_begins_with_what_is_likely(qtbot: QtBot) -> None:
    likely = Answers(schedule=Schedule("flow", 500), prediction_type="edm")
    for key, value in likely.said.items():
        field = answer_field(key, Answers(), [], proposed=likely)
        qtbot.addWidget(field)
        assert field.answers().said == {key: value}


def test_an_editor_begins_with_the_value_of_a_row_whatever_its_text(qtbot: QtBot) -> None:
    said = EVERYTHING.said
    rows = tuple(CardItem(key, TITLES[key], value, "in other words", Origin.GIVEN) for key, value in said.items())
    view = CardView()
    qtbot.addWidget(view)
    view.show_card(CheckpointCard("a", "a", "own", "a.b:C", 0, (3, 8, 9), Schedule("cosine", 7), "sample", rows=rows))
    for key, row in view.rows.items():
        row.edit()
        assert row.editor is not None
        assert row.editor.field.answers().said == {key: said[key]}


@pytest.mark.parametrize("key", EVERYTHING.said)
def test_enter_applies_and_escape_gives_up(qtbot: QtBot, key: str) -> None:
    editor = AnswerEditor(key, answer_field(key, EVERYTHING, []), given=True)
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    typed = editor.field.focusProxy() or editor.field
    for each in (typed, typed.findChild(QLineEdit)):
        if each is not None:
            with qtbot.waitSignal(editor.applied) as applied:
                qtbot.keyClick(each, Qt.Key.Key_Return)
            assert applied.args[0].said == {key: EVERYTHING.said[key]}
            with qtbot.waitSignal(editor.cancelled):
                qtbot.keyClick(each, Qt.Key.Key_Escape)


def test_what_is_wrong_is_said_in_view(qtbot: QtBot) -> None:
    """The sentence stands above the fields, of which there may be more than there is room for."""
    ask = AskView()
    qtbot.addWidget(ask)
    ask.resize(600, 120)
    asked = ("network", "shape", "schedule", "prediction_type")
    ask.show_refusal(Refusal("own.pt", "It does not say its shape.", failed=False, asked=asked), "kept", ())
    with qtbot.waitExposed(ask):
        ask.show()
    (area,) = (each for each in ask.findChildren(QScrollArea) if each.widget() is ask.sentence.parentWidget())
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    ask.show_refusal(Refusal("own.pt", "It knows no classes.", failed=True, asked=asked), "kept", ())
    assert bar.value() == 0


def test_heads_are_told_by_their_number_or_their_width(qtbot: QtBot) -> None:
    split = answer_field("heads", Answers(head_channels=32), [])
    width = answer_field("head_channels", Answers(head_channels=16), [], any_split=False)
    order = answer_field("attention_order", Answers(), [])
    for field in (split, width, order):
        qtbot.addWidget(field)
    assert isinstance(split, HeadsField)
    assert isinstance(width, NumberField)
    assert isinstance(order, ChoiceField)
    assert (split.answers(), width.answers()) == (Answers(head_channels=32), Answers(head_channels=16))
    split.kind.setCurrentIndex(0)
    assert split.answers() == Answers(heads=32)
    asked = [answer_field(key, Answers(), []) for key in ("heads", "head_channels")]
    asked.append(answer_field("head_channels", Answers(), [], proposed=Answers(head_channels=4)))
    for field in asked:
        qtbot.addWidget(field)
    assert [field.answers() for field in asked] == [
        Answers(heads=4),
        Answers(head_channels=64),
        Answers(head_channels=4),
    ]


def test_loras_are_browsed_for_and_added(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    field = answer_field("lora", Answers(lora=LORA), [])
    qtbot.addWidget(field)
    assert isinstance(field, LoraField)
    monkeypatch.setattr(field.dialogs, "open_many", lambda *_: ["/c/d.safetensors", "/e.pt"])
    field.browse.click()
    assert field.answers() == Answers(lora=f"{LORA}; /c/d.safetensors:1; /e.pt:1")
    field.line.clear()
    assert field.answers() == Answers(lora=""), "none, whatever is remembered"


def test_a_schedule_of_the_list_that_no_line_describes(qtbot: QtBot) -> None:
    measured = Schedule.from_betas([0.1, 0.2, 0.3])
    field = answer_field("schedule", Answers(), [measured])
    qtbot.addWidget(field)
    assert isinstance(field, ScheduleField)
    field.setCurrentIndex(0)
    assert field.answers().schedule is measured
