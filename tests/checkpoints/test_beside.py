"""Answers beside a checkpoint are a stranger's: read with suspicion, never written, and no way to anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ddpm_studio.checkpoints import Answers, Origin, UnansweredError, card_of, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.beside import answers_beside, file_beside
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files import resources
from tests.checkpoints.reading.hostile_pickles import FLOATS, STORED, archive, pickled, tensor
from tests.checkpoints.tiny import save_pipeline


def beside(path: Path, content: str) -> Path:
    file_beside(path).write_text(content)
    return path


def test_where_it_lies(tmp_path: Path) -> None:
    assert file_beside(tmp_path / "model.pt") == tmp_path / "model.pt.ddpm-studio.json"
    (tmp_path / "folder").mkdir()
    assert file_beside(tmp_path / "folder" / "..") == tmp_path.with_name(f"{tmp_path.name}.ddpm-studio.json")
    assert file_beside(Path("/")) == Path("/.ddpm-studio.json")


def test_what_it_says_holds_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    model = beside(save_pipeline(tmp_path / "model"), '{"schedule": "cosine:T=10", "prediction_type": "sample"}')
    checkpoint = keep_answers(read_checkpoint(model, Answers(prediction_type="v_prediction")))
    origins = {row.key: row.origin for row in card_of(checkpoint)}
    assert (checkpoint.denoiser.schedule, origins["schedule"]) == (Schedule("cosine", 10), Origin.BESIDE)
    assert (checkpoint.denoiser.prediction_type, origins["prediction_type"]) == ("v_prediction", Origin.GIVEN)
    assert recalled(model).answers == Answers(prediction_type="v_prediction"), "what a stranger said is not"
    assert file_beside(model).read_text() == '{"schedule": "cosine:T=10", "prediction_type": "sample"}'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"heads": 0, "picture_range": "0..1"}', "heads is 0; choose a whole number from 1"),
        ('{"heads": true, "picture_range": "0..1"}', "heads is of the wrong type"),
        ('{"shape": 3, "picture_range": "0..1"}', "shape is of the wrong type"),
        ('{"shape": "33", "picture_range": "0..1"}', "shape is of the wrong type"),
        ('{"shape": [3.5, 8, 8], "picture_range": "0..1"}', "shape is of the wrong type"),
        ('{"shape": [3, 4, 5, 6], "picture_range": "0..1"}', "The shape is"),
        ('{"schedule": "linea", "picture_range": "0..1"}', "did you mean “linear”"),
        ('{"schedule": [0.1, 2], "picture_range": "0..1"}', "β_2 of"),
        ('{"schedule": ["a"], "picture_range": "0..1"}', "β_1 of"),
        ('{"prediction_type": "eps", "picture_range": "0..1"}', "did you mean “epsilon”"),
        ('{"attention_order": [], "picture_range": "0..1"}', "attention order is of the wrong type"),
    ],
)
def test_what_is_wrong_is_left_out_and_told(tmp_path: Path, content: str, reason: str) -> None:
    model = beside(save_pipeline(tmp_path / "model"), content)
    assert answers_beside(model).answers == Answers(picture_range="0..1")
    (told,) = (str(note) for note in read_checkpoint(model).assumed if "beside" in str(note) or "ddpm" in str(note))
    assert told.startswith("nothing of what is wrong in model.ddpm-studio.json (")
    assert reason in told


def test_what_is_wrong_is_told_with_what_is_missing(tmp_path: Path) -> None:
    made_there = archive(tmp_path / "model.pt", pickled({"a": tensor(STORED, 0, (10,), (1,))}), FLOATS)
    model = beside(made_there, '{"shape": [1e999, 8, 8]}')
    with pytest.raises(UnansweredError, match=r"and an answer beside it was left out \(shape is of the wrong type"):
        read_checkpoint(model)


@pytest.mark.parametrize("content", ["[]", "", "{" * 9000, "\0"])
def test_what_is_no_object_is_left_out_whole(tmp_path: Path, content: str) -> None:
    model = beside(save_pipeline(tmp_path / "model"), content)
    assert answers_beside(model).answers == Answers()
    assert any("model.ddpm-studio.json" in str(note) for note in read_checkpoint(model).assumed)


@pytest.mark.parametrize("name", ["pipe", "table.csv"])
def test_it_leads_to_no_other_file(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "table.csv").write_text("0.1\n0.2\n")
    model = beside(tmp_path / "model.pt", f'{{"schedule": "custom:path={tmp_path / name}"}}')
    assert answers_beside(model).answers == Answers()


def test_neither_a_pipe_nor_too_large_a_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(file_beside(tmp_path / "a.pt"))
    assert answers_beside(tmp_path / "a.pt").answers == Answers()
    file_beside(tmp_path / "b.pt").write_text('{"heads": 3}' + " " * (16 * 2**20))
    (error,) = answers_beside(tmp_path / "b.pt").refused
    assert "larger than 16 MiB" in str(error)


def test_it_names_no_network(tmp_path: Path) -> None:
    model = beside(tmp_path / "model.pt", '{"network": "a:b", "directory": "/", "heads": 3}')
    assert answers_beside(model).answers == Answers(heads=3)


def test_none_counts_beside_what_comes_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier version wrote one into the installed package."""
    model = beside(tmp_path / "pixel-portraits", '{"heads": 3}')
    assert answers_beside(model).answers == Answers(heads=3)
    monkeypatch.setattr(resources, "resource_folder", lambda: tmp_path)
    assert answers_beside(model).answers == Answers()
