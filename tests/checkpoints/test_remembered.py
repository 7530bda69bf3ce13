"""Answers are kept beside a checkpoint whole, and read back with suspicion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from ddpm_studio.checkpoints import Answers, read_checkpoint
from ddpm_studio.checkpoints.remembered import memory_of, recalled, remember
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.tiny import save_pipeline

EVERYTHING = Answers(
    shape=(3, 16, 8),
    schedule=Schedule.parse("cosine:T=50,s=0.01,shift=2"),
    prediction_type="sample",
    heads=4,
    head_channels=64,
    attention_order="new",
    release="0.27.8",
)


@pytest.mark.parametrize(
    "answers",
    [
        EVERYTHING,
        Answers(shape=(16, 8)),
        Answers(schedule=Schedule.from_betas([0.1, 0.2, 0.5], "gone.csv", {"zero_snr": 1.0})),
        Answers(heads=3),
    ],
)
def test_what_was_said_comes_back(tmp_path: Path, answers: Answers) -> None:
    remember(tmp_path / "model.pt", answers)
    back = recalled(tmp_path / "model.pt")
    assert back.said.keys() == answers.said.keys()
    if answers.schedule:
        assert back.schedule
        assert back.schedule.betas.tolist() == answers.schedule.betas.tolist()
    assert {**back.said, "schedule": 0} == {**answers.said, "schedule": 0}


def test_it_lies_beside_the_file_or_folder_and_can_be_read(tmp_path: Path) -> None:
    remember(tmp_path / "model.pt", EVERYTHING)
    kept = json.loads((tmp_path / "model.pt.ddpm-studio.json").read_text())
    assert kept["schedule"] == "cosine:T=50,s=0.01,shift=2"
    assert kept["shape"] == [3, 16, 8]
    (tmp_path / "folder").mkdir()
    assert memory_of(tmp_path / "folder" / "..") == tmp_path.with_name(f"{tmp_path.name}.ddpm-studio.json")


def test_nothing_is_kept_of_a_network_or_of_nothing(tmp_path: Path) -> None:
    remember(tmp_path / "model.pt", Answers(network="a:b"))
    remember(tmp_path / "model.pt", Answers())
    assert list(tmp_path.iterdir()) == []
    assert recalled(tmp_path / "model.pt") == Answers()


def test_where_nothing_can_be_written_nothing_is_lost(tmp_path: Path) -> None:
    remember(tmp_path / "nowhere" / "model.pt", EVERYTHING)


def test_what_is_forgotten_is_assumed_again_and_the_rest_stays(tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    said = Answers(schedule=Schedule("cosine", 10), prediction_type="sample")
    assert read_checkpoint(tmp_path / "model", said).answers == said
    left = read_checkpoint(tmp_path / "model", forget=["schedule"])
    assert left.answers == Answers(prediction_type="sample")
    assert left.denoiser.schedule == Schedule("linear", 1000)
    assert recalled(tmp_path / "model") == Answers(prediction_type="sample")
    read_checkpoint(tmp_path / "model", forget=["prediction_type"])
    assert not memory_of(tmp_path / "model").exists()


def test_what_cannot_be_done_without_is_not_forgotten(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "model.pt")
    remember(tmp_path / "model.pt", Answers(heads=4))
    with pytest.raises(CheckpointError):
        read_checkpoint(tmp_path / "model.pt", forget=["heads"])
    assert recalled(tmp_path / "model.pt") == Answers(heads=4)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"heads": 0}', "heads is 0; choose a whole number from 1"),
        ('{"heads": true}', "a value has the wrong type"),
        ('{"shape": 3}', "a value has the wrong type"),
        ('{"shape": [3, 4, 5, 6]}', "The shape is"),
        ('{"shape": ["a"]}', "a value has the wrong type"),
        ('{"schedule": "linea"}', "did you mean “linear”"),
        ('{"schedule": [0.1, 2]}', "β_2 of"),
        ('{"prediction_type": "eps"}', "did you mean “epsilon”"),
        ('{"attention_order": []}', "a value has the wrong type"),
        ("[]", "is not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, content: str, reason: str) -> None:
    memory = tmp_path / "model.pt.ddpm-studio.json"
    memory.write_text(content)
    with pytest.raises(CheckpointError) as error:
        recalled(tmp_path / "model.pt")
    assert reason in str(error.value)
    assert str(memory) in str(error.value)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("3x64x48", (3, 64, 48)),
        ("1,28,28", (1, 28, 28)),
        ("(3, 8, 8)", (3, 8, 8)),
        ("64×32", (64, 32)),
        ("28", (28, 28)),
    ],
)
def test_shapes_as_people_write_them(text: str, shape: tuple[int, ...]) -> None:
    from ddpm_studio.checkpoints.answers import shape_from

    assert Answers(shape=shape_from(text)).shape == shape


@pytest.mark.parametrize("text", ["", "x", "3x64x", "0x8x8", "3x-8x8", "3x8x8x8", "65x8x8", "3x8193x8", "a", "3.5"])
def test_shapes_that_are_none(text: str) -> None:
    from ddpm_studio.checkpoints.answers import shape_from

    with pytest.raises(CheckpointError, match="write channels x height x width"):
        Answers(shape=shape_from(text))
