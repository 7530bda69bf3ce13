"""Weights under a name of their own beside the config.json of a UNet2DModel open with it; 4 channels are remarked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import DDPMScheduler, UNet2DModel
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints import Answers, Origin, card_of, read_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.test_folder import assert_same_outputs
from tests.checkpoints.tiny import tiny_unet

OPTIONS: dict[str, Any] = {"norm_eps": 1e-3, "freq_shift": 1, "flip_sin_to_cos": False, "attention_head_dim": 8}
"""Settings that no weights tell, other than usual."""


@pytest.fixture
def unet() -> UNet2DModel:
    return tiny_unet(**OPTIONS)


@pytest.fixture
def folder(unet: UNet2DModel, tmp_path: Path) -> Path:
    """A config and a scheduler without weights."""
    there = tmp_path / "mine"
    unet.save_config(there)
    DDPMScheduler(300, beta_schedule="squaredcos_cap_v2").save_config(there)
    return there


def saved(path: Path, tensors: dict[str, Tensor]) -> Path:
    if path.suffix == ".safetensors":
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    else:
        torch.save(tensors, path)
    return path


@pytest.mark.parametrize("name", ["model_ema.safetensors", "weights.pt", "unet.bin", "step-300.ckpt"])
@pytest.mark.parametrize("named", ["file", "folder"])
def test_weights_open_with_the_config_beside_them(name: str, named: str, folder: Path, unet: UNet2DModel) -> None:
    path = saved(folder / name, unet.state_dict())
    (folder / "optimizer.bin").write_bytes(b"\x80\x02none")
    checkpoint = read_checkpoint(path if named == "file" else folder)
    assert checkpoint.family == "diffusers folder"
    assert checkpoint.denoiser.schedule == Schedule("cosine", 300)
    assert_same_outputs(checkpoint.denoiser, unet)


def test_the_averaged_of_two_sets_and_what_says_so(folder: Path, unet: UNet2DModel) -> None:
    other = {name: torch.zeros_like(tensor) for name, tensor in unet.state_dict().items()}
    inside = {f"model.module.{name}": tensor for name, tensor in other.items()}
    inside |= {f"ema.{name}": tensor for name, tensor in unet.state_dict().items()}
    for path, origin in (
        (saved(folder / "both.pt", inside), Origin.FILE),
        (saved(folder / "model_ema.pt", unet.state_dict()), Origin.NAME),
    ):
        checkpoint = read_checkpoint(path)
        assert_same_outputs(checkpoint.denoiser, unet)
        row = next(item for item in card_of(checkpoint) if item.key == "weights")
        assert (str(row.text), row.origin) == ("averaged (EMA)", origin)


def test_of_several_files_one_has_to_be_named(
    folder: Path, unet: UNet2DModel, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(folder / "a.safetensors", unet.state_dict())
    saved(folder / "b.pt", unet.state_dict())
    assert main(["inspect", str(folder)]) == 2
    sentence = capsys.readouterr().err.strip()
    assert "has several files of weights, none called diffusion_pytorch_model; open one, such as " in sentence
    assert main(["inspect", sentence.rpartition("such as ")[2].removesuffix(".")]) == 0
    assert "cosine:T=300" in capsys.readouterr().out


def test_without_any_the_folder_says_what_is_missing(folder: Path) -> None:
    with pytest.raises(CheckpointError, match="has no weights; download"):
        read_checkpoint(folder)


def test_a_config_of_another_network_is_not_taken(folder: Path) -> None:
    network = tiny_unet(block_out_channels=(8, 24))
    path = saved(folder / "model.pt", network.state_dict())
    checkpoint = read_checkpoint(path, Answers(shape=(8, 8), groups=4, head_channels=4))
    assert checkpoint.family == "weights of diffusers"
    assert_same_outputs(checkpoint.denoiser, network)
    (folder / "config.json").write_text(json.dumps({"_class_name": "UNet2DConditionModel"}))
    assert read_checkpoint(path, Answers(shape=(8, 8), groups=4, head_channels=4)).family == "weights of diffusers"


@pytest.mark.parametrize(("channels", "remarked"), [(1, False), (3, False), (4, True), (2, True), (16, True)])
def test_channels_of_latents_are_remarked(
    channels: int, remarked: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_unet(in_channels=channels, out_channels=channels).save_pretrained(tmp_path / "d_unet")
    assert main(["inspect", str(tmp_path / "d_unet")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    shown = 3 if channels > 3 else 1
    told = f"the {channels} channels are a picture's, of which {shown} are shown; latents would need their autoencoder"
    assert (told in out) == remarked


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (
            {"_class_name": "UNet2DModel", "block_out_channels": [64, 64]},
            r"whose block_out_channels is \[64, 64\] where the weights have \[",
        ),
        ({"_class_name": "UNet2DModel", "in_channels": 1, "out_channels": 1}, "whose in_channels is 1 where the .* 3"),
        ({"_class_name": "AutoencoderKL"}, "which is not that of a UNet2DModel"),
        ({"width": 3}, "which is not that of a UNet2DModel"),
        ("{", "which cannot be read: "),
    ],
)
def test_a_config_of_something_else_beside_them_is_told(
    folder: Path, unet: UNet2DModel, config: object, reason: str
) -> None:
    text = config if isinstance(config, str) else json.dumps(json.loads((folder / "config.json").read_text()) | config)
    if config == {"width": 3}:
        text = json.dumps(config)
    (folder / "config.json").write_text(text)
    path = saved(folder / "a.pt", unet.state_dict())
    asked = rf"a.pt is a UNet2DModel of diffusers beside a config.json \({reason}.*\), which does not say its groups"
    with pytest.raises(CheckpointError, match=asked):
        read_checkpoint(path)
    checkpoint = read_checkpoint(path, Answers(groups=2, head_channels=8))
    assert re.match(f"nothing of the config.json beside it, {reason}", str(checkpoint.assumed[0]))
    (folder / "config.json").unlink()
    assert "config.json" not in str(read_checkpoint(path, Answers(groups=2, head_channels=8)).assumed)
