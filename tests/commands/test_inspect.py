"""`ddpm-studio inspect` says what a checkpoint is, and what it had to assume."""

from __future__ import annotations

import json
import re
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from ddpm_studio.checkpoints import Answers, keep_answers, location, read_checkpoint
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.places import state_file
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.tiny import save_pipeline, tiny_unet
from tests.installed import installed


def said(capsys: pytest.CaptureFixture[str], path: Path) -> dict[str, str]:
    assert main(["inspect", str(path)]) == 0
    rows = [re.split(r"  +", line.strip()) for line in capsys.readouterr().out.splitlines()]
    return {name: value for name, value, *_ in rows}


def test_a_pipeline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_pipeline(tmp_path, beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", clip_sample=False)
    assert said(capsys, tmp_path) == {
        "family": "diffusers folder",
        "network": "UNet2DModel",
        "parameters": f"{tiny_unet().num_parameters():,}".replace(",", " "),
        "shape": "3 × 8 × 8",
        "schedule": "cosine:T=1000",
        "prediction type": "v_prediction",
        "variance": "fixed_small",
        "x0": "not clipped",
        "classes": "none",
        "timesteps": "fractional",
        "spacing": "leading",
        "assumed": "nothing",
    }


@pytest.mark.filterwarnings("ignore")
def test_the_steps_of_the_scheduler_are_a_text_to_be_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_pipeline(tmp_path)
    path = tmp_path / "scheduler" / "scheduler_config.json"
    for name, spacing in (("DDIM", "leading:offset=1,set_alpha_to_one=0"), ("EulerDiscrete", f"file:{path}")):
        fields = {"steps_offset": 1, "set_alpha_to_one": False, "timestep_spacing": "leading"}
        karras = {"use_karras_sigmas": True} if name == "EulerDiscrete" else {}
        path.write_text(json.dumps({"_class_name": f"{name}Scheduler", **fields, **karras}))
        assert said(capsys, tmp_path)["spacing"] == spacing
        scheduler = getattr(diffusers, f"{name}Scheduler").from_pretrained(path.parent)
        scheduler.set_timesteps(9)
        levels = steps_asked_for(StepsSpec.parse(spacing), Schedule("linear", 1000), 9).levels(Schedule("linear", 1000))
        np.testing.assert_allclose(levels.timesteps, scheduler.timesteps, rtol=1e-3)
    path.write_text(json.dumps({"_class_name": "DDIMScheduler", "timestep_spacing": "leadin"}))
    assert "spacing" not in said(capsys, tmp_path)


def test_what_is_out_of_the_ordinary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unet = tiny_unet(num_class_embeds=4, time_embedding_type="learned", num_train_timesteps=1000)
    save_pipeline(tmp_path, unet, thresholding=True, sample_max_value=2.0)
    lines = said(capsys, tmp_path)
    assert lines["classes"] == "4"
    assert lines["timesteps"] == "whole numbers"
    assert lines["x0"] == "thresholded at quantile 0.995, at most 2"
    assert lines["assumed"] == "the last class stands for no class in guidance"


def test_the_origin_of_each_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_pipeline(tmp_path)
    (tmp_path / "scheduler" / "scheduler_config.json").unlink()
    (tmp_path / "model_index.json").unlink()
    assert main(["inspect", str(tmp_path / "unet"), "--prediction-type=sample"]) == 0
    rows = [re.split(r"  +", line.strip()) for line in capsys.readouterr().out.splitlines()]
    origins = {row[0]: row[-1] for row in rows}
    assert origins["parameters"] == origins["shape"] == "read from the file"
    assert origins["schedule"] == origins["variance"] == "assumed"
    assert origins["prediction type"] == "given by you"


def test_it_remembers_nothing_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_pipeline(tmp_path / "model")
    assert main(["inspect", str(tmp_path / "model"), "--prediction-type=sample"]) == 0
    assert "prediction type  sample" in re.sub(r"  +", "  ", capsys.readouterr().out)
    assert said(capsys, tmp_path / "model")["prediction type"] == "epsilon"


def test_a_wrong_answer_leaves_the_bundled_model_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = installed()
    assert main(["inspect", "pixel-portraits", "--shape", "3x3"]) == 2
    assert "halves its pictures more often than 3x3x3 can be halved; use 3x4x4" in capsys.readouterr().err
    draw = ["sample", "--steps=1", "--batch=1", "-o", str(tmp_path / "grid.png")]
    assert main([*draw, "--shape", "3x3"]) == 2
    assert "forget" not in capsys.readouterr().err
    assert main(draw) == 0
    assert main([*draw, "--shape", "3x32x32", "--prediction-type", "sample"]) == 0
    assert main(["inspect", "pixel-portraits", "--forget"]) == 0
    assert "Nothing is remembered about" in capsys.readouterr().out
    assert installed() == before
    assert not state_file("answers").exists()


def test_what_is_remembered_is_shown_with_its_place_and_forgotten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = save_pipeline(tmp_path / "model")
    memory = keep_answers(read_checkpoint(model, Answers(prediction_type="sample"))).memory
    assert main(["inspect", str(model)]) == 0
    assert capsys.readouterr().out.endswith(f"Remembered in {memory.place}: prediction type sample.\n")
    file_beside(model).write_text('{"heads": 3}')
    assert main(["inspect", str(model), "--forget"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Forgot prediction type sample, which was remembered in {memory.place}.",
        f"{file_beside(model)} is read each time, as it lies beside it; delete it to leave that out.",
    ]
    assert not Path(memory.place).exists()
    assert said(capsys, model)["prediction type"] == "epsilon"


def test_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"ddpm-studio: {tmp_path} holds neither")


def test_trying_out_what_a_file_leaves_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, picture = tmp_path / "a.pt", tmp_path / "heads.png"
    torch.save(recorded("guided_diffusion", "guided-new-order").tensors(), path)
    said = ["--shape=8x16", "--schedule=linear:T=1000", "--heads=4"]
    assert main(["inspect", str(path), "--try", str(picture), *said]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        ["1", "--heads", "4", "--attention-order", "legacy"],
        ["2", "--heads", "4", "--attention-order", "new"],
        ["3", "--heads", "4", "--up-heads", "1", "--attention-order", "legacy"],
        ["4", "--heads", "4", "--up-heads", "2", "--attention-order", "legacy"],
        ["5", "--heads", "4", "--up-heads", "8", "--attention-order", "legacy"],
    ]
    with Image.open(picture) as image:
        rows = np.asarray(image).reshape(len(lines), -1)
    assert len(np.unique(rows, axis=0)) == len(lines)
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.pt", "heads.png"}


def test_readings_of_pictures_of_different_sizes(tmp_path: Path) -> None:
    """Those of Ho et al. attend first at 16 × 16, so the size of a picture follows from their conventions."""
    path, picture = tmp_path / "unet.pt", tmp_path / "conventions.png"
    torch.save(tiny_unet().state_dict(), path)
    assert main(["inspect", str(path), "--try", str(picture), "--groups", "4", "--head-channels", "4"]) == 0
    with Image.open(picture) as image:
        rows = np.asarray(image)
    assert rows.shape[0] >= 2 * 64
    assert rows[:64, :64].std(axis=(0, 1)).min() > 0
    assert not rows[-16:, :32].any()


def test_trying_out_what_has_to_be_downloaded_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, picture = tmp_path / "a.pt", tmp_path / "heads.png"
    torch.save(recorded("guided_diffusion", "guided-new-order").tensors(), path)
    asked = list[tuple[str, bool]]()

    def fetched(name: str, download: bool) -> Path:
        asked.append((name, download))
        return path

    monkeypatch.setattr(location, "fetched", fetched)
    said = ["--shape=8x16", "--schedule=linear:T=1000", "--heads=4"]
    assert main(["inspect", "org/name", "--download", "--try", str(picture), *said]) == 0
    assert asked == [("org/name", True)]
    assert picture.exists()


@pytest.mark.parametrize("picture", ["heads.gif", "missing/heads.png"])
def test_where_the_pictures_of_a_trial_cannot_go(picture: str, tmp_path: Path) -> None:
    torch.save(recorded("guided_diffusion", "guided-new-order").tensors(), tmp_path / "a.pt")
    assert main(["inspect", str(tmp_path / "a.pt"), "--try", str(tmp_path / picture)]) == 2


def test_nothing_to_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_pipeline(tmp_path)
    assert main(["inspect", str(tmp_path), "--try", str(tmp_path / "heads.png")]) == 2
    assert "nothing left to try" in capsys.readouterr().err
    assert not (tmp_path / "heads.png").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("edm", "edm:sigma_data=0.5"),
        ("edm_v_prediction", "edm_v_prediction:sigma_data=1"),
        ("edm:sigma_data=1,time=tau", "edm:sigma_data=1,time=tau"),
        ("consistency", "consistency:sigma_data=0.5,sigma_min=0.002"),
        ("epsilon:time=t+1", "epsilon:time=t+1"),
    ],
)
def test_what_a_prediction_depends_on_is_told_even_if_it_is_usual(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, told: str
) -> None:
    save_pipeline(tmp_path)
    assert main(["inspect", str(tmp_path), f"--prediction-type={given}"]) == 0
    assert re.search(rf"^\s*prediction type +{re.escape(told)} +given by you$", capsys.readouterr().out, re.M)
