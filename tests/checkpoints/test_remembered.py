"""What has drawn is remembered by its content, in the user's own folder, and forgotten on request."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
import torch

from ddpm_studio.checkpoints import (
    Answers,
    RememberedError,
    bundled,
    forget_everything,
    keep_answers,
    read_checkpoint,
)
from ddpm_studio.checkpoints import remembered as memories
from ddpm_studio.checkpoints.remembered import forget, recalled, remember
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from ddpm_studio.files.places import state_file
from tests.checkpoints.tiny import save_pipeline

EVERYTHING = Answers(
    shape=(3, 16, 8),
    schedule=Schedule.parse("cosine:T=50,s=0.01,snr_shift=2"),
    prediction_type="sample",
    heads=4,
    head_channels=64,
    attention_order="new",
    rescale_timesteps=False,
    release="0.27.8",
    network="a.b:c",
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "model.pt"
    path.parent.mkdir()
    path.write_bytes(b"a" + os.urandom(5_000_000 - 2) + b"z")
    return path


def said_of(path: Path) -> Answers:
    return recalled(path).answers


@pytest.mark.parametrize(
    "answers",
    [
        EVERYTHING,
        Answers(shape=(16, 8)),
        Answers(schedule=Schedule.from_betas([0.1, 0.2, 0.5], "gone.csv", {"zero_snr": 1.0})),
        Answers(network="a:b"),
    ],
)
def test_what_was_said_comes_back(model: Path, answers: Answers) -> None:
    assert remember(recalled(model), answers).answers == answers
    back = said_of(model)
    assert back.said.keys() == answers.said.keys()
    if answers.schedule:
        assert back.schedule
        assert back.schedule.betas.tolist() == answers.schedule.betas.tolist()
    assert {**back.said, "schedule": 0} == {**answers.said, "schedule": 0}


def test_it_lies_in_the_folder_for_state_and_can_be_read(model: Path) -> None:
    memory = remember(recalled(model), EVERYTHING)
    assert memory.place == str(next(state_file("answers").iterdir()))
    kept = json.loads(Path(memory.place).read_text())
    assert kept["checkpoint"] == str(model)
    assert (kept["answers"]["schedule"], kept["answers"]["shape"]) == ("cosine:T=50,s=0.01,snr_shift=2", [3, 16, 8])
    assert (kept["network"], kept["directory"]) == ("a.b:c", str(Path.cwd()))
    assert [path.name for path in model.parent.iterdir()] == ["model.pt"]


def test_a_file_keeps_its_answers_wherever_it_goes_and_another_does_not_get_them(model: Path, tmp_path: Path) -> None:
    remember(recalled(model), EVERYTHING)
    copy = Path(shutil.copy(model, tmp_path / "copy.ckpt"))
    moved = model.rename(tmp_path / "moved.pt")
    assert said_of(copy) == said_of(moved) == EVERYTHING
    for content in (moved.read_bytes()[:-1], b"x" + moved.read_bytes()[1:], moved.read_bytes()[:-1] + b"x"):
        model.write_bytes(content)
        assert said_of(model) == Answers()


def test_a_folder_is_known_by_its_settings_and_weights(tmp_path: Path) -> None:
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), EVERYTHING)
    assert said_of(model / "model_index.json") == EVERYTHING
    (model / "README.md").write_text("drawn with it")
    (model / "unet.ddpm-studio.json").write_text("{}")
    copy = Path(shutil.copytree(model, tmp_path / "copy"))
    assert said_of(copy) == EVERYTHING
    (copy / "scheduler" / "scheduler_config.json").write_text("{}")
    assert said_of(copy) == Answers()
    weights = model / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    assert said_of(model) == Answers()


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert recalled(tmp_path / "pipe").file is None
    assert recalled(tmp_path / "nothing").file is None


def test_nothing_is_kept_of_nothing(model: Path) -> None:
    remember(recalled(model), Answers(heads=4))
    remember(recalled(model), Answers())
    assert list(state_file("answers").iterdir()) == []


def test_nothing_is_remembered_of_what_comes_bundled() -> None:
    for path in (bundled()["pixel-portraits"], bundled()["pixel-portraits"] / "unet"):
        assert remember(recalled(path), EVERYTHING).answers == Answers()
    assert not state_file("answers").exists()


def test_where_nothing_can_be_written_it_holds_once(model: Path) -> None:
    state_file("answers").parent.mkdir(parents=True)
    state_file("answers").write_text("in the way")
    assert remember(recalled(model), EVERYTHING).answers == Answers()
    forget(recalled(model))
    forget_everything()


def test_a_network_holds_where_it_was_named_alone(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(recalled(model), Answers(network="a:b", heads=2))
    monkeypatch.chdir(model.parent)
    assert said_of(model) == Answers(heads=2)
    remember(recalled(model), Answers(heads=3))
    monkeypatch.undo()
    assert said_of(model) == Answers(network="a:b", heads=3)
    remember(recalled(model), Answers(heads=3))
    assert "a:b" not in Path(recalled(model).place).read_text()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"answers"', "{" * 9000, "\0"])
def test_a_damaged_file_is_set_aside(model: Path, content: str) -> None:
    memory = remember(recalled(model), Answers(heads=4))
    Path(memory.place).write_text(content)
    assert said_of(model) == Answers()
    assert [path.suffix for path in state_file("answers").iterdir()] == [".damaged"]
    remember(recalled(model), Answers(heads=4))
    assert said_of(model) == Answers(heads=4)


@pytest.mark.parametrize("content", ['{"answers": 3}', '{"answers": {"heads": 0}}', '{"network": 3, "directory": 4}'])
def test_what_is_wrong_in_a_file_is_left_out(model: Path, content: str) -> None:
    Path(remember(recalled(model), Answers(heads=4)).place).write_text(content)
    assert said_of(model) == Answers()


def test_the_oldest_is_given_up(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "LIMIT", 3)
    paths = [model.with_name(f"{number}.pt") for number in range(5)]
    for age, path in enumerate(paths):
        path.write_text(path.name)
        os.utime(remember(recalled(path), Answers(heads=4)).place, ns=(age, age))
        remember(recalled(paths[0]), Answers(heads=4))
    assert [path for path in paths if said_of(path).said] == [paths[0], *paths[3:]]


def test_everything_is_forgotten_at_once(model: Path) -> None:
    remember(recalled(model), EVERYTHING)
    state_file("networks.json").write_text("{}")
    forget_everything()
    assert said_of(model) == Answers()
    assert list(state_file("answers").parent.iterdir()) == []
    forget_everything()


# opening


def test_opening_alone_remembers_nothing(tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    assert read_checkpoint(tmp_path / "model", Answers(prediction_type="sample")).given.prediction_type == "sample"
    assert read_checkpoint(tmp_path / "model").given == Answers()


def test_what_is_forgotten_is_assumed_again_and_the_rest_stays(tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    said = Answers(schedule=Schedule("cosine", 10), prediction_type="sample")
    keep_answers(read_checkpoint(tmp_path / "model", said))
    left = read_checkpoint(tmp_path / "model", forget=["schedule"])
    assert left.given == left.memory.answers == Answers(prediction_type="sample")
    assert left.denoiser.schedule == Schedule("linear", 1000)
    assert said_of(tmp_path / "model") == Answers(prediction_type="sample")
    read_checkpoint(tmp_path / "model", forget=["prediction_type"])
    assert not recalled(tmp_path / "model").place


def test_what_cannot_be_done_without_is_not_forgotten(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "model.pt")
    remember(recalled(tmp_path / "model.pt"), Answers(heads=4))
    with pytest.raises(CheckpointError):
        read_checkpoint(tmp_path / "model.pt", forget=["heads"])
    assert said_of(tmp_path / "model.pt") == Answers(heads=4)


def command_in(sentence: str) -> list[str]:
    """The arguments of the command that a sentence gives as its remedy."""
    found = re.search(r"ddpm-studio (inspect .+ --forget)", sentence)
    assert found is not None, sentence
    return shlex.split(found[1])


def test_what_fails_to_open_names_what_is_remembered_and_how_to_forget_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_pipeline(tmp_path / "my model")
    remember(recalled(path), Answers(shape=(1, 8, 8), prediction_type="sample"))
    with pytest.raises(RememberedError) as error:
        read_checkpoint(path)
    assert "The shape is 1x8x8" in str(error.value)
    assert "remembered about it, shape 1x8x8 and prediction type sample, and" in str(error.value)
    assert main(command_in(str(error.value))) == 0
    assert "Forgot shape 1x8x8 and prediction type sample" in capsys.readouterr().out
    assert read_checkpoint(path).given == Answers()


def test_what_is_said_otherwise_now_is_not_blamed(tmp_path: Path) -> None:
    path = save_pipeline(tmp_path / "model")
    remember(recalled(path), Answers(shape=(3, 16, 16)))
    with pytest.raises(CheckpointError) as error:
        read_checkpoint(path, Answers(shape=(1, 8, 8)))
    assert not isinstance(error.value, RememberedError)


def test_what_cannot_be_drawn_names_what_is_remembered_and_how_to_forget_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_pipeline(tmp_path / "model")
    remember(recalled(path), Answers(shape=(3, 15, 15)))
    draw = ["sample", "--checkpoint", str(path), "--steps=1", "--batch=1", "-o", str(tmp_path / "a.png")]
    assert main(draw) == 2
    sentence = capsys.readouterr().err
    assert "halves its pictures" in sentence
    assert "remembered about it, shape 3x15x15, and" in sentence
    assert main(command_in(sentence)) == 0
    assert main(draw) == 0
