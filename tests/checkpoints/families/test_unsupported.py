"""What is known and not sampled is refused by its name, and its schedule can be had all the same."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints import UnsupportedError, open_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError

STABLE = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"
NETWORK = {"model.diffusion_model.time_embed.0.weight": torch.zeros(3, 3)}
LATENT = {**NETWORK, "first_stage_model.decoder.conv_in.weight": torch.zeros(2)}


def refused(path: Path) -> UnsupportedError:
    with pytest.raises(UnsupportedError) as error:
        open_checkpoint(path)
    return error.value


def stable_betas() -> Tensor:
    """As CompVis' make_beta_schedule computes its "linear", and registers it in float32."""
    return (torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2).float()


@pytest.fixture
def lightning(monkeypatch: pytest.MonkeyPatch) -> type:
    """A class of a package that is not installed, as Lightning leaves it in its checkpoints."""
    names = ["pytorch_lightning", "pytorch_lightning.callbacks", "pytorch_lightning.callbacks.model_checkpoint"]
    for name in names:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    kept = type("ModelCheckpoint", (), {"__module__": names[-1]})
    monkeypatch.setattr(sys.modules[names[-1]], "ModelCheckpoint", kept, raising=False)
    return kept


def test_a_lightning_checkpoint_of_latent_diffusion(
    tmp_path: Path, lightning: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {
        "epoch": 3,
        "callbacks": {lightning: {"best_model_score": np.float64(0.5), "best_model_path": "x"}},
        "state_dict": {"betas": stable_betas(), **LATENT},
    }
    torch.save(content, tmp_path / "v1.ckpt")
    for name in [name for name in sys.modules if name.startswith("pytorch_lightning")]:
        monkeypatch.delitem(sys.modules, name)
    error = refused(tmp_path / "v1.ckpt")
    assert "is a latent diffusion model from CompVis or Stability" in str(error)
    assert f"only its schedule can be taken, {STABLE}, as custom:path={tmp_path / 'v1.ckpt'}." in str(error)
    assert error.schedule == Schedule.parse(STABLE)
    assert "pytorch_lightning" not in sys.modules


def test_safetensors_with_alphas_cumprod_alone(tmp_path: Path) -> None:
    products = torch.cumprod(1 - stable_betas().double(), 0).float()
    save_file({"alphas_cumprod": products, **LATENT}, tmp_path / "v1.safetensors")
    schedule = refused(tmp_path / "v1.safetensors").schedule
    assert schedule
    np.testing.assert_allclose(schedule.betas, Schedule.parse(STABLE).betas, rtol=1e-3)


def test_without_a_schedule_and_without_a_decoder(tmp_path: Path) -> None:
    save_file({**NETWORK}, tmp_path / "bare.safetensors")
    error = refused(tmp_path / "bare.safetensors")
    assert "is a CompVis checkpoint, which cannot be sampled here" in str(error)
    assert error.schedule is None
    assert "custom:path" not in str(error)


def test_products_that_contradict_the_betas_count_and_are_told(tmp_path: Path) -> None:
    signal = Schedule.parse(STABLE).coefficients.alphas_cumprod
    tables = {"betas": stable_betas() / 2, "sqrt_alphas_cumprod": torch.from_numpy(signal**0.5).float()}
    save_file({**tables, **LATENT}, tmp_path / "v1.safetensors")
    error = refused(tmp_path / "v1.safetensors")
    assert error.schedule
    np.testing.assert_allclose(error.schedule.coefficients.alphas_cumprod, signal, atol=1e-6)
    assert "sqrt_alphas_cumprod counts, and betas contradict it; only its schedule can be taken" in str(error)


@pytest.mark.parametrize("betas", [torch.tensor([0.1, 2.0]), torch.zeros(3), torch.tensor([torch.nan]), torch.zeros(0)])
def test_betas_that_are_no_schedule(tmp_path: Path, betas: Tensor) -> None:
    save_file({"betas": betas, **LATENT}, tmp_path / "v1.safetensors")
    assert refused(tmp_path / "v1.safetensors").schedule is None


def slim(path: Path, config: object) -> Path:
    """As k-diffusion's convert_for_inference writes it."""
    save_file({"mapping.weight": torch.zeros(2)}, path, metadata={"config": json.dumps(config)})
    return path


def test_k_diffusion(tmp_path: Path) -> None:
    model = {"type": "image_transformer_v2", "sigma_min": 0.01, "sigma_max": 160, "sigma_data": 0.5}
    error = refused(slim(tmp_path / "slim.safetensors", {"model": model, "dataset": {}}))
    assert "is a k-diffusion model of type image_transformer_v2, which cannot be sampled here" in str(error)
    assert error.schedule
    sigmas = error.schedule.coefficients.sigmas
    assert (sigmas[0], sigmas[-1]) == (pytest.approx(0.01), pytest.approx(160))
    roots = sigmas ** (1 / 7)
    np.testing.assert_allclose(np.diff(roots), np.diff(roots).mean(), rtol=1e-3)


@pytest.mark.parametrize("ends", [{}, {"sigma_min": 1, "sigma_max": 0.1}, {"sigma_min": "0", "sigma_max": [1]}])
def test_k_diffusion_without_noise_levels(tmp_path: Path, ends: dict[str, object]) -> None:
    assert refused(slim(tmp_path / "slim.safetensors", {"model": {"type": "image_v1", **ends}})).schedule is None


@pytest.mark.parametrize("config", [None, [], {}, {"model": 3}, {"model": {}}, "[" * 9000])
def test_other_metadata(tmp_path: Path, config: object) -> None:
    with pytest.raises(CheckpointError, match="give --network"):
        open_checkpoint(slim(tmp_path / "slim.safetensors", config))


def test_the_schedule_goes_wherever_a_spec_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "v1.safetensors"
    save_file({"betas": stable_betas(), **LATENT}, path)
    assert main(["inspect", str(path)]) == 2
    assert STABLE in capsys.readouterr().err
    assert main(["export", "--schedule", f"custom:path={path}", "--curves", "betas"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1001
    assert lines[1000] == "1000,0.012"


NAMES = [
    "m",
    "m.pkl",
    "M.PKL",
    "m.csv",
    "a,b.ckpt",
    "a,T=5.ckpt",
    "a b=c.ckpt",
    " m ",
    "x%2Cy.bin",
    "it's.pt",
    "$HOME.pt",
]


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_advised_works_in_the_shell(
    name: str, zipped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    content = {"state_dict": {"betas": stable_betas(), **LATENT}}
    torch.save(content, name, _use_new_zipfile_serialization=zipped)
    assert main(["inspect", name]) == 2
    advice = capsys.readouterr().err.partition(f"{STABLE}, as ")[2].removesuffix(".\n")
    assert main(["export", "--curves", "betas", *shlex.split(f"--schedule {advice}")]) == 0
    assert capsys.readouterr().out.endswith("1000,0.012\n")


def test_a_network_that_says_nothing_of_a_schedule(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "a.pt")
    sentence = r"a\.pt does not say which schedule it was trained with; write the schedule instead"
    with pytest.raises(CheckpointError, match=sentence):
        Schedule.parse(f"custom:path={tmp_path / 'a.pt'}")


@pytest.mark.parametrize(
    "names",
    [
        ("layer4.1.conv2.weight", "fc.weight"),
        ("features.0.weight", "classifier.6.weight"),
        ("blocks.0.x", "head.weight"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "state_dict.", "model."])
def test_classifiers(tmp_path: Path, names: tuple[str, ...], prefix: str) -> None:
    torch.save({prefix + name: torch.zeros(2) for name in names}, tmp_path / "resnet.pth")
    with pytest.raises(CheckpointError, match=r"is a classifier, which .* says what is in a picture"):
        open_checkpoint(tmp_path / "resnet.pth")
