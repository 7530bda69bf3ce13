"""Own networks of every range of pictures and every time: told so, they draw what the plain one draws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ddpm_studio.checkpoints import Answers, Origin, UnansweredError, card_of, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.answers import PICTURE_RANGES, TIMES
from ddpm_studio.checkpoints.answers_file import answers_in, as_settings
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.exported.test_family import EACH, export
from tests.checkpoints.families.gaussian import MEAN, MEANS, SHAPE, SPREAD, Classes, Gaussian, GaussianFlow
from tests.checkpoints.families.small import SAID_ALL, Table, inputs, made, quiet
from tests.checkpoints.families.test_torchscript import trusted

pytestmark = pytest.mark.usefixtures("forked")

LINEAR = Schedule("linear", 100, {"beta_end": 0.15})
FROM_NOISE = "linear:T=100,zero_snr=1"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def trace(network: nn.Module, path: Path, *more: torch.Tensor) -> Path:
    with quiet():
        torch.jit.trace(network, (torch.zeros(2, *SHAPE), torch.ones(2), *more)).save(str(path))
    return path


def drawn(path: Path, *said: str, prediction: str = "epsilon", schedule: str = str(LINEAR)) -> dict[str, np.ndarray]:
    """What `sample` writes of 40 steps of DDIM."""
    target = path.with_suffix(".npz")
    about = ["--trust", "--shape", "1x4x4", "--schedule", schedule, "--prediction-type", prediction, *said]
    run = ["--solver", "ddim", "--steps", "40", "--batch", "3", "--device", "cpu", "-o", str(target)]
    assert main(["sample", "--checkpoint", str(path), *about, *run]) == 0
    with np.load(target) as arrays:
        return dict(arrays)


TOLD = {"t": (1.0, 0.0), "t+1": (1.0, -1.0), "t/T": (100.0, 0.0), "1-t": (-100.0, 100.0)}
"""What makes the index out of each time."""


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("ends", PICTURE_RANGES)
def test_every_time_and_range_draws_what_the_plain_one_draws(tmp_path: Path, time: str, ends: str) -> None:
    """A network of values in a range, under a schedule, is one of ±1 under the same with its SNR shifted."""
    low, high = PICTURE_RANGES[ends]
    plainly = f"{FROM_NOISE},snr_shift={(2 / (high - low)) ** 2:g}"
    plain = Gaussian(Schedule.parse(plainly), sample=True)
    other = Gaussian(Schedule.parse(FROM_NOISE), (low, high), *TOLD[time], sample=True)
    expected = drawn(trace(plain, tmp_path / "plain.pt"), prediction="sample", schedule=plainly)
    said = ["--range", ends, "--time", time]
    got = drawn(trace(other, tmp_path / "other.pt"), *said, prediction="sample", schedule=FROM_NOISE)
    pictures = (got["x"] - (low + high) / 2) / ((high - low) / 2)
    np.testing.assert_allclose(pictures, expected["x"], atol=2e-5)
    assert abs(got["samples"].astype(int) - expected["samples"]).max() <= 1
    assert abs(got["frames_x0"][0].astype(int) - expected["frames_x0"][0]).max() <= 1


def test_a_range_that_is_not_said_is_seen(tmp_path: Path) -> None:
    path = trace(Gaussian(LINEAR, (0.0, 1.0)), tmp_path / "own.pt")
    assert drawn(path)["samples"].mean() > 180
    level = drawn(path, "--range", "0..1")["samples"].mean()
    assert level == pytest.approx(127.5 * (1 + MEAN), abs=255 * SPREAD / 3)


@pytest.mark.parametrize(("time", "backwards"), [("t/T", False), ("1-t", True)])
def test_a_flow_is_told_tau(tmp_path: Path, time: str, backwards: bool) -> None:
    class Plain(GaussianFlow):
        def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
            return super().forward(x, t / 1000)

    asked = {"prediction": "flow_prediction", "schedule": "flow:T=100"}
    expected = drawn(trace(Plain(), tmp_path / "plain.pt"), **asked)
    got = drawn(trace(GaussianFlow(backwards), tmp_path / "flow.pt"), "--time", time, **asked)
    np.testing.assert_allclose(got["x"], expected["x"], atol=1e-5)


def test_x0_is_clipped_to_the_range(tmp_path: Path) -> None:
    wide = Gaussian(LINEAR, (0.0, 1.0))
    wide.middle = 3.0
    values = drawn(trace(wide, tmp_path / "own.pt"), "--range", "0..1")["x"]
    np.testing.assert_allclose(values, 1.0, atol=1e-6)


def test_what_is_said_is_on_the_card_and_kept(tmp_path: Path) -> None:
    path = trusted(trace(Gaussian(LINEAR, (0.0, 1.0), 100.0), tmp_path / "own.pt"))
    plain = Answers(SHAPE, LINEAR, "epsilon")
    rows = {row.key: row for row in card_of(read_checkpoint(path, plain))}
    assert (rows["picture_range"].value, rows["picture_range"].origin) == ("-1..1", Origin.ASSUMED)
    assert (rows["time"].value, str(rows["time"].text), rows["time"].origin) == ("t", "t", Origin.ASSUMED)
    keep_answers(read_checkpoint(path, Answers(picture_range="0..1", time="t/T").over(plain)))
    again = read_checkpoint(path)
    rows = {row.key: row for row in card_of(again)}
    assert (rows["picture_range"].value, rows["time"].value) == ("0..1", "t/T")
    assert {rows[key].origin for key in ("picture_range", "time")} == {Origin.GIVEN}
    assert str(rows["clip"].text) == "clipped to 0 to 1"
    assert all(row.changeable for key, row in rows.items() if key in ("picture_range", "time"))
    notes = " ".join(map(str, again.assumed))
    assert "±1" not in notes
    assert "timesteps that count" not in notes


def test_answers_in_a_file_hold_them_too() -> None:
    said = Answers(picture_range="-0.5..0.5", time="1-t")
    assert answers_in(json.loads(json.dumps(as_settings(said)))).answers == said


def test_the_time_and_a_prediction_type_are_two_answers_to_one_question() -> None:
    told = Answers(prediction_type="edm:sigma_data=1,time=t")
    assert Answers(time="t+1").over(told) == Answers(prediction_type="edm:sigma_data=1", time="t+1")
    assert told.over(Answers(time="t+1")) == told
    assert Answers(prediction_type="sample").over(Answers(time="t+1")).time == "t+1"
    with pytest.raises(CheckpointError, match=r"said twice, by edm:time=t and by t\+1"):
        Answers(prediction_type="edm:time=t", time="t+1")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["--range", "-1..2"], "There is no range “-1..2”; "),
        (["--range", "0..255"], "There is no range “0..255”; "),
        (["--time", "t-1"], "There is no time “t-1”; "),
        (["--time", "t", "--prediction-type", "epsilon:time=t+1"], "is said twice"),
    ],
)
def test_a_wrong_one_is_one_sentence(capsys: pytest.CaptureFixture[str], said: list[str], sentence: str) -> None:
    assert main(["inspect", "pixel-portraits", *said]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert sentence in told[-1]
    assert len(told) == 1


def test_a_table_of_timesteps_takes_no_shares(tmp_path: Path) -> None:
    with quiet():
        torch.jit.script(made(Table)).save(str(tmp_path / "table.pt"))
    path = export(made(Table), tmp_path / "table.pt2", dynamic_shapes=EACH)
    noised = Answers(schedule=Schedule("edm", 99), prediction_type="edm").over(SAID_ALL)
    for each in (path, trusted(tmp_path / "table.pt")):
        with pytest.raises(CheckpointError, match=r"whole timesteps alone, and t/T are fractions; give --time t\."):
            read_checkpoint(each, Answers(time="t/T").over(SAID_ALL))
        with pytest.raises(CheckpointError, match=r"alone, and 0\.25 · ln_sigma are fractions; give --time t\."):
            read_checkpoint(each, noised)
        assert read_checkpoint(each, Answers(time="t").over(noised)).denoiser.integer_timesteps
    x, t = inputs()
    denoiser = read_checkpoint(path, Answers(schedule=Schedule("cosine", 99), time="t+1").over(SAID_ALL)).denoiser
    assert denoiser.prediction_type == "epsilon:time=t+1"
    torch.testing.assert_close(denoiser.network(x, t), made(Table)(x, t), rtol=1e-5, atol=1e-5)


def said_of_classes(*said: str) -> list[str]:
    return ["--shape", "1x4x4", "--schedule", str(LINEAR), "--prediction-type", "epsilon", *said]


def with_classes(path: Path) -> Path:
    """The program of a network of classes, as TorchScript or exported."""
    if path.suffix == ".pt":
        return trusted(trace(Classes(LINEAR), path, torch.zeros(2, dtype=torch.int64)))
    batch = torch.export.Dim("batch", min=2, max=64)
    given = (torch.zeros(2, *SHAPE), torch.ones(2), torch.zeros(2, dtype=torch.int64))
    program = torch.export.export(Classes(LINEAR), given, dynamic_shapes=({0: batch},) * 3)
    torch.export.save(program, path)
    return path


@pytest.mark.parametrize("name", ["own.pt", "own.pt2"])
def test_classes_and_guidance(tmp_path: Path, name: str) -> None:
    """Each class has a mean of its own, and guidance of 2 goes twice as far away from that of none."""
    path = with_classes(tmp_path / name)
    target = tmp_path / "run.npz"
    run = ["sample", "--checkpoint", str(path), "--device", "cpu", "--clip", "inf", "-o", str(target), "--batch", "8"]
    said = said_of_classes("--classes", "2", "--null-label", "2", "--solver", "ddim", "--steps", "50")

    def mean(*more: str) -> float:
        assert main([*run, *said, *more]) == 0
        with np.load(target) as arrays:
            return float(arrays["x"].mean())

    one, other = mean("--label", "0"), mean("--label", "1")
    assert one == pytest.approx(MEANS[0], abs=0.05)
    assert other == pytest.approx(MEANS[1], abs=0.05)
    assert mean("--label", "1", "--guidance", "2") == pytest.approx(2 * MEANS[1] - MEANS[2], abs=0.08)
    denoiser = read_checkpoint(path).denoiser
    assert (denoiser.classes, denoiser.null is not None) == (2, True)


@pytest.mark.parametrize("name", ["own.pt", "own.pt2"])
def test_the_number_of_classes_is_asked_for(tmp_path: Path, name: str) -> None:
    path = with_classes(tmp_path / name)
    with pytest.raises(UnansweredError, match=r"does not say its classes; give --classes 10, with its own"):
        read_checkpoint(path, Answers(SHAPE, LINEAR, "epsilon"))
    checkpoint = read_checkpoint(path, Answers(SHAPE, LINEAR, "epsilon", classes=2))
    rows = {row.key: row for row in card_of(checkpoint)}
    assert (rows["classes"].value, rows["classes"].origin, rows["classes"].changeable) == (2, Origin.GIVEN, True)
    assert (str(rows["null_label"].text), rows["null_label"].origin) == ("none", Origin.ASSUMED)
    assert not any("no classes" in str(note) for note in checkpoint.assumed)


def test_a_null_label_needs_classes(tmp_path: Path) -> None:
    path = with_classes(tmp_path / "own.pt")
    with pytest.raises(UnansweredError, match=r"does not say its classes; give --classes 10, with its own"):
        read_checkpoint(path, Answers(SHAPE, LINEAR, "epsilon", null_label=2))


def test_a_program_without_labels_knows_no_classes(tmp_path: Path) -> None:
    path = export(made(Table), tmp_path / "table.pt2", dynamic_shapes=EACH)
    with pytest.raises(CheckpointError, match="with x and t alone, so it knows no classes; leave --classes out"):
        read_checkpoint(path, Answers(classes=3).over(SAID_ALL))
    assert not next(row for row in card_of(read_checkpoint(path, SAID_ALL)) if row.key == "classes").changeable
