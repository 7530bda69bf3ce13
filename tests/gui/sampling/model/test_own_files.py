"""Files as people have them, opened in the panel by the real machine: asked, answered, changed, remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.checkpoints.remembered import recalled, remember
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.sampling.model.answer_fields import (
    ChoiceField,
    HeadsField,
    LineField,
    NumberField,
    ScheduleField,
)
from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.model.card_view import CardView
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.worker.sampling_thread import torch_backend
from ddpm_studio.sampling.walk import Walk
from tests.checkpoints.families.lucidrains_files import buffers, cosine, trainer_file
from tests.checkpoints.families.oracle import names, recorded
from tests.checkpoints.families.small import Table, Waves, made, quiet
from tests.checkpoints.families.test_tensor_hints import BETAS, Labelled
from tests.checkpoints.tiny import save_pipeline
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_run import press
from tests.installed import installed

NETWORK = "tests.checkpoints.families.small:Table"

pytestmark = pytest.mark.usefixtures("forked")


class Desk:
    """A panel over the real machine."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.window = qtbot, QWidget()
        qtbot.addWidget(self.window)
        self.stage = Stage(Studio(self.window), torch_backend, folder, self.window)  # type: ignore[arg-type]
        self.window.resize(760, 320)
        self.stage.panel.resize(760, 320)
        with qtbot.waitExposed(self.window):
            self.window.show()

    @property
    def ask(self) -> AskView:
        return self.stage.panel.views.model.ask

    @property
    def card(self) -> CardView:
        self.stage.panel.view_bar.pages.chosen.emit("model")
        return self.stage.panel.views.model.card

    @property
    def origins(self) -> dict[str, str]:
        return {key: row.origin.text() for key, row in self.card.rows.items()}

    def wait(self) -> None:
        """Until what was asked for is done and shown."""
        self.qtbot.waitUntil(lambda: not self.stage.thread.busy)
        with self.qtbot.waitSignal(self.stage.studio.changed):
            self.stage.studio.set_t(self.stage.studio.state.t)

    def choose(self, path: Path) -> None:
        self.stage.actions.checkpoints.choose(str(path))
        self.wait()

    def click(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.wait()

    def run(self) -> None:
        self.stage.actions.setup.change_line("solver", "ddim")
        self.stage.actions.setup.change_line("steps", 2)
        self.stage.actions.setup.change_setting("pictures", 2)
        self.stage.actions.setup.change_setting("device", "cpu")
        press(self.qtbot, self.stage, "run")
        self.wait()
        assert self.stage.panel.views.watch.x_grid.count == 2, self.stage.panel.note.text()

    def close(self) -> None:
        self.stage.actions.end()
        self.window.close()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Desk]]:
    """Opens the panel, again after closing the last one, as a person does the next day."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    desks: list[Desk] = []

    def sit_down() -> Desk:
        for last in desks:
            last.close()
        desks.append(Desk(qtbot, tmp_path))
        return desks[-1]

    yield sit_down
    for last in desks:
        last.close()


@pytest.fixture
def trainer(tmp_path: Path) -> Path:
    """model-12.pt of denoising-diffusion-pytorch."""
    case = recorded("lucidrains", names("lucidrains")[0])
    return trainer_file(tmp_path / "model-12.pt", case, buffers(cosine(1000), "pred_noise"), "2.0.0")


@pytest.fixture
def guided(tmp_path: Path) -> Path:
    """A file of improved-diffusion's, whose heads and schedule nothing tells."""
    torch.save(recorded("guided_diffusion", "improved").tensors(), tmp_path / "ema_0.9999_010000.pt")
    return tmp_path / "ema_0.9999_010000.pt"


def test_a_trainer_s_file_asks_for_the_size_once(desk: Callable[[], Desk], trainer: Path) -> None:
    first = desk()
    first.choose(trainer)
    assert list(first.ask.fields) == ["shape"]
    field = first.ask.fields["shape"]
    assert isinstance(field, LineField)
    field.setText("16")
    first.click(first.ask.open_button)
    assert first.origins["shape"] == "given by you"
    assert first.origins["schedule"] == "read from the file"
    assert first.card.rows["shape"].value.text() == "3 × 16 × 16"
    assert first.card.rows["weights"].value.text() == "averaged (EMA)"
    first.run()

    again = desk()
    again.choose(trainer)
    assert again.stage.studio.state.sampling.refusal is None
    assert again.origins["shape"] == "given by you"


def test_a_program_is_asked_about_at_once_with_what_its_tensors_tell(desk: Callable[[], Desk], tmp_path: Path) -> None:
    with quiet():
        torch.jit.script(Labelled(betas=BETAS)).save(str(tmp_path / "own.pt"))
    at = desk()
    at.choose(tmp_path / "own.pt")
    at.click(at.ask.trust_button)
    assert list(at.ask.fields) == ["shape", "prediction_type", "classes"]
    shape, classes = at.ask.fields["shape"], at.ask.fields["classes"]
    assert isinstance(shape, LineField)
    assert shape.placeholderText() == "1x32x32"
    assert isinstance(classes, NumberField)
    assert classes.value() == 11
    shape.setText("8")
    at.click(at.ask.open_button)
    card = at.card
    assert card.rows["shape"].value.text() == "1 × 8 × 8"
    assert at.origins["schedule"] == "read from the file"
    assert at.origins["picture_range"] == at.origins["time"] == at.origins["null_label"] == "assumed"
    for key, value in (("picture_range", "0..1"), ("time", "t+1")):
        card.rows[key].edit()
        editor = card.rows[key].editor
        assert editor is not None
        assert isinstance(editor.field, ChoiceField)
        editor.field.show_value(value)
        at.click(editor.apply_button)
    assert at.origins["picture_range"] == at.origins["time"] == at.origins["classes"] == "given by you"
    assert at.card.rows["picture_range"].value.text() == "0 to 1"
    assert at.card.rows["time"].value.text() == "t+1"
    assert at.card.rows["prediction_type"].value.text() == "epsilon:time=t+1"


def test_heads_are_asked_for_changed_and_taken_back(desk: Callable[[], Desk], guided: Path) -> None:
    at = desk()
    at.choose(guided)
    heads, schedule = at.ask.fields["heads"], at.ask.fields["schedule"]
    assert isinstance(heads, HeadsField)
    assert isinstance(schedule, ScheduleField)
    heads.number.setValue(3)
    schedule.setEditText("linear:T=100")
    at.click(at.ask.open_button)
    assert "do not divide into 3 heads" in at.ask.sentence.text()
    heads.number.setValue(2)
    at.click(at.ask.open_button)
    assert at.origins["heads"] == at.origins["schedule"] == "given by you"
    assert at.origins["attention_order"] == at.origins["rescale_timesteps"] == at.origins["shape"] == "assumed"

    for key, value in (("attention_order", "new"), ("rescale_timesteps", True)):
        at.card.rows[key].edit()
        editor = at.card.rows[key].editor
        assert editor is not None
        assert isinstance(editor.field, ChoiceField)
        editor.field.show_value(value)
        at.click(editor.apply_button)
        assert at.origins[key] == "given by you"
    assert at.card.rows["rescale_timesteps"].value.text() == "receives t · 1000/T"

    at.card.rows["heads"].edit()
    editor = at.card.rows["heads"].editor
    assert editor is not None
    at.click(editor.forget_button)
    assert "heads" in at.ask.fields, "it cannot be opened without"
    at.click(at.ask.keep_button)
    assert at.card.rows["heads"].value.text() == "2"
    at.run()
    kept = recalled(guided).answers
    assert kept == Answers(schedule=Schedule("linear", 100), heads=2, attention_order="new", rescale_timesteps=True)
    assert not file_beside(guided).exists()
    assert recalled(guided).place in at.card.memory.text().replace("\u200b", "")

    at.card.rows["attention_order"].edit()
    editor = at.card.rows["attention_order"].editor
    assert editor is not None
    at.click(editor.forget_button)
    assert at.origins["attention_order"] == "assumed"


def test_a_network_of_one_s_own_is_reported_on_and_then_trusted(desk: Callable[[], Desk], tmp_path: Path) -> None:
    first = desk()
    torch.save({"model": made(Table).state_dict()}, tmp_path / "own.pt")
    first.choose(tmp_path / "own.pt")
    assert list(first.ask.fields) == ["network", "shape", "schedule", "prediction_type"]
    said = {"network": "tests.checkpoints.families.small:Waves", "shape": "3x8x8", "schedule": "linear:T=100"}
    while not first.ask.report.isVisible():
        for key, text in said.items():
            field = first.ask.fields.get(key)
            if isinstance(field, LineField):
                field.setText(text)
            elif isinstance(field, ScheduleField):
                field.setEditText(text)
        first.click(first.ask.open_button)
    report = first.ask.report.toPlainText()
    assert all(name in report for name in made(Table).state_dict())
    assert all(name in report for name in made(Waves).state_dict())
    network = first.ask.fields["network"]
    assert isinstance(network, LineField)
    network.setText(NETWORK)
    first.click(first.ask.open_button)
    assert first.origins["network"] == "given by you"
    assert recalled(tmp_path / "own.pt").answers == Answers(), "nothing has drawn yet"
    first.run()

    again = desk()
    again.choose(tmp_path / "own.pt")
    assert again.card.rows["network"].value.text() == NETWORK


@pytest.mark.parametrize("change", [{"out.1.bias": torch.zeros(1)}, {"out.0.weight": None}])
def test_a_file_of_another_kind_than_its_names_promise_is_asked_for_its_network(
    desk: Callable[[], Desk], guided: Path, change: dict[str, torch.Tensor | None]
) -> None:
    tensors = {**torch.load(guided), **change}
    torch.save({name: tensor for name, tensor in tensors.items() if tensor is not None}, guided)
    at = desk()
    at.choose(guided)
    schedule = at.ask.fields["schedule"]
    assert isinstance(schedule, ScheduleField)
    schedule.setEditText("linear:T=100")
    at.click(at.ask.open_button)
    assert "which a network of its kind" in at.ask.sentence.text()
    assert at.ask.sentence.text().endswith("under Model.")
    network = at.ask.fields["network"]
    assert isinstance(network, LineField)
    assert "heads" not in at.ask.fields, "which one's own network has no use for"
    network.setText(NETWORK)
    at.click(at.ask.open_button)
    assert list(at.ask.fields) == ["network", "shape", "schedule", "prediction_type"]
    shape = at.ask.fields["shape"]
    assert isinstance(shape, LineField)
    shape.setText("3x8x8")
    at.click(at.ask.open_button)
    assert "first.weight" in at.ask.report.toPlainText(), "of the network that is named"


def test_what_seems_to_draw_nothing_opens_by_its_network(desk: Callable[[], Desk], tmp_path: Path) -> None:
    torch.save({"net.0.weight": torch.zeros(64, 3), "net.2.weight": torch.zeros(2, 64)}, tmp_path / "points.pt")
    torch.save({"blocks.0.mlp.weight": torch.zeros(8, 8), "head.weight": torch.zeros(48, 8)}, tmp_path / "vit.pt")
    at = desk()
    for name in ("points.pt", "vit.pt"):
        at.choose(tmp_path / name)
        assert "if it draws pictures all the same, name its network under Model" in at.ask.sentence.text()
        assert list(at.ask.fields) == ["network"]


def test_code_that_came_with_a_file_is_not_run(
    desk: Callable[[], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "evil.py").write_text("from pathlib import Path\nPath('run').touch()\n")
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    (tmp_path / "own.pt.ddpm-studio.json").write_text('{"network": "evil:Net", "shape": [3, 8, 8]}')
    at = desk()
    at.choose(tmp_path / "own.pt")
    assert list(at.ask.fields) == ["network", "schedule", "prediction_type"]
    field = at.ask.fields["network"]
    assert isinstance(field, LineField)
    assert field.text() == ""
    assert not (tmp_path / "run").exists()


def test_latent_diffusion_gives_its_schedule(desk: Callable[[], Desk], tmp_path: Path) -> None:
    stable = Schedule.parse("scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012")
    network = {"model.diffusion_model.out.weight": torch.zeros(3), "first_stage_model.w": torch.zeros(2)}
    torch.save({"state_dict": {"betas": torch.tensor(stable.betas.tolist()), **network}}, tmp_path / "v1.ckpt")
    at = desk()
    at.choose(tmp_path / "v1.ckpt")
    assert (
        "v1.ckpt is a latent diffusion model from CompVis or Stability, which is not sampled" in at.ask.sentence.text()
    )
    assert at.ask.sentence.property("role") == "error"
    at.click(at.ask.schedule.add)
    assert at.stage.studio.state.current.schedule == stable


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<!doctype html>", "is a web page"), (b"version https://git-lfs.github.com/spec/v1", "is a Git LFS pointer")],
)
def test_what_is_none_is_told_in_the_panel(
    desk: Callable[[], Desk], tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "model.pt").write_bytes(content)
    at = desk()
    at.choose(tmp_path / "model.pt")
    assert words in at.stage.panel.note.text()
    assert at.stage.panel.note.label.property("role") == "error"
    assert at.stage.studio.state.sampling.checkpoint == "pixel-portraits"


def test_heads_that_draw_best_are_taken_and_remembered(desk: Callable[[], Desk], guided: Path) -> None:
    remember(recalled(guided), Answers(shape=(8, 16)))
    at = desk()
    at.choose(guided)
    schedule = at.ask.fields["schedule"]
    assert isinstance(schedule, ScheduleField)
    schedule.setEditText("linear:T=100")
    at.click(at.ask.try_button)
    cells = at.stage.panel.views.model.trial.cells
    assert len(cells) > 2
    assert {cell.pictures.count for cell in cells} == {3}
    taken = next(cell for cell in cells if cell.name.text() == "2 heads, new order")
    at.click(taken.use)
    assert (at.card.rows["heads"].value.text(), at.origins["heads"]) == ("2", "given by you")
    assert (at.card.rows["attention_order"].value.text(), at.origins["attention_order"]) == ("new", "given by you")
    drawn = Answers((8, 16), Schedule("linear", 100), heads=2, attention_order="new")
    assert recalled(guided).answers == drawn, "the trial has"
    at.run()


def test_what_is_remembered_is_shown_and_forgotten(desk: Callable[[], Desk], tmp_path: Path) -> None:
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), Answers(prediction_type="sample"))
    at = desk()
    at.choose(model)
    assert at.card.forget_button.isVisible()
    assert "Remembered: prediction type sample; in /" in at.card.memory.text().replace("\u200b", "")
    at.click(at.card.forget_button)
    assert at.origins["prediction_type"] == "read from the file"
    assert not at.card.forget_button.isVisible()
    assert recalled(model).answers == Answers()
    at.run()
    assert recalled(model).answers == Answers()


def failing(walk: Walk) -> None:
    raise RuntimeError("it cannot be drawn like this")


def test_a_failure_names_what_is_remembered_and_forgetting_it_helps(
    desk: Callable[[], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), Answers(shape=(3, 16, 16)))
    at = desk()
    at.choose(model)
    with monkeypatch.context() as patch:
        patch.setattr(Walk, "advance", failing)
        press(at.qtbot, at.stage, "run")
        at.wait()
    assert "remembered about it, shape 3x16x16, and Forget under Model forgets that" in at.stage.panel.note.text()
    at.click(at.card.forget_button)
    at.run()


def test_what_does_not_open_for_what_is_remembered_opens_once_that_is_forgotten(
    desk: Callable[[], Desk], tmp_path: Path
) -> None:
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), Answers(shape=(1, 8, 8)))
    at = desk()
    at.choose(model)
    assert "remembered about it, shape 1x8x8, and Forget under Model forgets that" in at.ask.sentence.text()
    at.click(at.ask.forget_button)
    assert at.card.rows["shape"].value.text() == "3 × 8 × 8"


def test_a_wrong_answer_leaves_the_bundled_model_as_it_is(
    desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, at = installed(), desk()
    at.choose(Path("pixel-portraits"))
    at.stage.actions.checkpoints.answer(Answers(shape=(32, 32)))
    at.wait()
    with monkeypatch.context() as patch:
        patch.setattr(Walk, "advance", failing)
        press(at.qtbot, at.stage, "run")
        at.wait()
    assert "The network failed" in at.stage.panel.note.text()
    assert not at.card.forget_button.isVisible()
    again = desk()
    again.choose(Path("pixel-portraits"))
    again.run()
    assert installed() == before


def test_an_open_editor_stays_open_when_a_run_has_made_something_remembered(
    desk: Callable[[], Desk], tmp_path: Path
) -> None:
    at = desk()
    at.choose(save_pipeline(tmp_path / "model"))
    at.stage.actions.checkpoints.answer(Answers(prediction_type="sample"))
    at.wait()
    at.card.rows["schedule"].edit()
    at.run()
    assert at.card.memory.isVisible()
    assert at.card.rows["schedule"].editor is not None


def test_a_scheduler_that_cannot_be_read_is_answered_for(desk: Callable[[], Desk], tmp_path: Path) -> None:
    folder = save_pipeline(tmp_path / "pipeline")
    (folder / "scheduler" / "scheduler_config.json").write_text('{"_class_name": "DDPMSched')
    at = desk()
    at.choose(folder)
    assert "is not valid JSON" in at.ask.sentence.text()
    assert at.ask.sentence.text().endswith("; or say here its schedule and prediction type.")
    assert list(at.ask.fields) == ["schedule", "prediction_type"]
    field = at.ask.fields["schedule"]
    assert isinstance(field, ScheduleField)
    field.setEditText("cosine:T=200")
    at.click(at.ask.open_button)
    assert at.origins["schedule"] == "given by you"
    assert at.card.rows["schedule"].value.text() == "cosine:T=200"


def test_no_name_on_a_card_is_cut_off(desk: Callable[[], Desk], guided: Path) -> None:
    remember(recalled(guided), Answers(shape=(8, 16), heads=1, schedule=Schedule("linear", 500)))
    at = desk()
    at.choose(guided)
    names = {row.name.text(): row.name for row in at.card.rows.values()}
    assert "heads on the way up" in names
    at.qtbot.waitUntil(lambda: names["heads on the way up"].height() > names["heads"].height())
    for text, label in names.items():
        room = label.fontMetrics().boundingRect(label.rect(), Qt.TextFlag.TextWordWrap, text)
        assert room.width() <= label.width(), text
        assert room.height() <= label.height(), text
