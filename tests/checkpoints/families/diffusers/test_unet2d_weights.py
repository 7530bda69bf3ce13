"""Weights of a UNet2DModel without its config.json: diffusers' own outputs, and what is told, assumed and asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from hypothesis import HealthCheck, given, settings
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, UnansweredError, card_of, open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.card import Origin
from ddpm_studio.checkpoints.families.diffusers.unet2d_weights import candidates
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.trying import candidates as readings
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.test_network import CIFAR10, arguments, configs, pair
from tests.checkpoints.tiny import tiny_unet
from tests.tiers import repeated

USUAL: dict[str, Any] = {"block_out_channels": (64, 96), "norm_num_groups": 32, "attention_head_dim": 8}
TINY_SAID = Answers(shape=(8, 8), groups=4, head_channels=4)
OPTIONS = (
    *("flip_sin_to_cos", "freq_shift", "downsample_padding", "norm_eps", "act_fn", "mid_block_scale_factor"),
    *("center_input_sample", "attn_norm_num_groups"),
)


def said_of(config: Mapping[str, Any]) -> Answers:
    """What the config says and no weights tell."""
    options = ",".join(f"{key}={config[key]}" for key in OPTIONS if config[key] is not None)
    width = config["attention_head_dim"]
    attends = any("Attn" in kind for kind in config["down_block_types"] + config["up_block_types"])
    attends = attends or bool(config["add_attention"] and config["mid_block_type"])
    split = ({"heads": 1} if width is None else {"head_channels": width}) if attends else {}
    return Answers(shape=(8, 16), groups=config["norm_num_groups"], conventions=f"diffusers:{options}", **split)


def weights(path: Path, network: UNet2DModel, prefix: str = "") -> Path:
    save_file({prefix + name: tensor.contiguous() for name, tensor in network.state_dict().items()}, path)
    return path


def called(path: Path, said: Answers, x: Tensor, timesteps: Tensor, labels: Tensor | None) -> Tensor:
    return open_checkpoint(path, said).network(x, timesteps, *([] if labels is None else [labels]))


@settings(max_examples=repeated(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=configs())
def test_the_outputs_are_those_of_diffusers(drawn: dict[str, Any], tmp_path: Path) -> None:
    config = {**drawn, "out_channels": drawn["in_channels"] * (1 + drawn["out_channels"] // 6)}
    theirs, _ = pair(config)
    x, timesteps, labels = arguments(config)
    out = called(weights(tmp_path / "unet.safetensors", theirs), said_of(config), x, timesteps, labels)
    torch.testing.assert_close(out, theirs(x, timesteps, labels).sample, rtol=1e-5, atol=1e-5)


def test_what_is_usual_is_that_of_the_library(tmp_path: Path) -> None:
    theirs = tiny_unet(**USUAL)
    x, timesteps, labels = torch.randn(2, 3, 16, 8), torch.tensor([3.0, 700.0]), None
    out = called(weights(tmp_path / "unet.safetensors", theirs), Answers(shape=(16, 8)), x, timesteps, labels)
    torch.testing.assert_close(out, theirs(x, timesteps).sample, rtol=1e-5, atol=1e-5)


def test_what_is_assumed_is_shown_and_can_be_changed(tmp_path: Path) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet(**USUAL))
    before = {row.key: row for row in card_of(read_checkpoint(path))}
    shown = {key: (before[key].value, before[key].origin) for key in ("conventions", "groups", "head_channels")}
    assert shown == {
        "conventions": ("diffusers", Origin.ASSUMED),
        "groups": (32, Origin.ASSUMED),
        "head_channels": (8, Origin.ASSUMED),
    }
    keys = ("shape", "schedule", "prediction_type", "variance", "clip")
    assert {before[key].origin for key in keys} == {Origin.ASSUMED}
    assert before["channels"].origin is Origin.FILE
    after = {row.key: row for row in card_of(read_checkpoint(path, Answers(conventions="ddpm:norm_eps=1e-5")))}
    assert (after["conventions"].value, after["conventions"].origin) == ("ddpm:norm_eps=1e-05", Origin.GIVEN)
    assert (after["heads"].value, "head_channels" in after) == (1, False)


def test_averaged_weights_in_the_file_of_a_trainer_come_first(tmp_path: Path) -> None:
    names = tiny_unet().state_dict()
    averaged = {f"module.{name}": torch.full_like(tensor, 0.5) for name, tensor in names.items()}
    torch.save({"model": names, "ema": averaged, "optimizer": {"state": {}}, "step": 7}, tmp_path / "a.pt")
    checkpoint = read_checkpoint(tmp_path / "a.pt", TINY_SAID)
    network = checkpoint.denoiser.network
    assert isinstance(network, nn.Module)
    assert all((each == 0.5).all() for each in network.parameters())
    facts = {fact.key: fact.value for fact in checkpoint.facts}
    assert (facts["weights"], facts["step"]) == (True, 7)


def test_one_head_is_proposed_where_no_usual_width_fits(tmp_path: Path) -> None:
    unet = tiny_unet(block_out_channels=(9, 18), norm_num_groups=1, attention_head_dim=9)
    path = weights(tmp_path / "unet.safetensors", unet)
    with pytest.raises(UnansweredError, match="give --heads 1 --groups 1;") as error:
        read_checkpoint(path)
    assert read_checkpoint(path, error.value.proposed).denoiser.shape == (3, 64, 64)


def test_unusual_groups_and_heads_are_asked_for(tmp_path: Path) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet(block_out_channels=(8, 20)))
    with pytest.raises(UnansweredError, match="does not say its head channels and groups; give ") as error:
        read_checkpoint(path)
    assert error.value.missing == ("head_channels", "groups")
    assert "give --head-channels 4 --groups 4; where you don't know, inspect --try trial.png draws" in str(error.value)
    assert read_checkpoint(path, error.value.proposed).denoiser.shape == (3, 64, 64)
    assert read_checkpoint(path, TINY_SAID).denoiser.shape == (3, 8, 8)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"groups": 3}, r"have 8, 16 channels, which do not divide into 3 groups; choose a divisor of 8"),
        ({"head_channels": 5}, r"which cannot be split like this; .* that divides 16"),
        ({"heads": 32}, r"has 16 channels, which cannot be split like this"),
        ({"conventions": "ddpm:attn_norm_num_groups=3"}, "do not make a network; download"),
        ({"shape": (7, 7)}, r"more often than 3x7x7 can be halved; use 3x8x8\."),
        ({"conventions": "lucid"}, "There are no conventions “lucid”; choose one of diffusers, ddpm"),
        ({"conventions": "ddpm:norm_eps=2"}, "norm_eps of ddpm is 2.*choose from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(said: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet())
    with pytest.raises(CheckpointError, match=sentence):
        read_checkpoint(path, Answers(**said).over(TINY_SAID))


def test_a_number_of_heads_is_one_width_where_every_attention_is_as_wide(tmp_path: Path) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet())
    by_count = Answers(heads=4).over(TINY_SAID)
    x, timesteps = torch.randn(2, 3, 8, 8), torch.tensor([3.0, 700.0])
    out, same = (called(path, said, x, timesteps, None) for said in (by_count, TINY_SAID))
    torch.testing.assert_close(out, same)


def test_networks_of_sigma_and_parts_of_networks_are_named(tmp_path: Path) -> None:
    of_sigma = weights(tmp_path / "a.safetensors", tiny_unet(time_embedding_type="fourier"))
    with pytest.raises(CheckpointError, match="score SDE network"):
        read_checkpoint(of_sigma, TINY_SAID)
    part = {name: tensor for name, tensor in tiny_unet().state_dict().items() if not name.startswith("conv_out")}
    save_file(part, tmp_path / "b.safetensors")
    with pytest.raises(CheckpointError, match=r"lacks conv_out\.weight"):
        read_checkpoint(tmp_path / "b.safetensors", TINY_SAID)


class Held(Source):
    """A source with these tensors, which may be on torch's meta device."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__(Path("unet.bin"))
        self._held = tensors

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        return self._held


@pytest.mark.parametrize(("old", "channels"), [(False, (128, 256, 256, 256)), (True, (128, 128, 256, 256, 512, 512))])
def test_published_models_are_known_by_their_shapes(old: bool, channels: tuple[int, ...]) -> None:
    attended = {4: 1, 6: 4}[len(channels)]
    down = ["AttnDownBlock2D" if level == attended else "DownBlock2D" for level in range(len(channels))]
    up = [kind.replace("Down", "Up") for kind in reversed(down)]
    with torch.device("meta"):
        network = UNet2DModel(
            **{**CIFAR10, "down_block_types": down, "up_block_types": up, "block_out_channels": channels}
        )
    tensors = {name.replace("to_q", "query") if old else name: each for name, each in network.state_dict().items()}
    assert candidates(Held(tensors))[0] == Answers(conventions="ddpm", heads=1, groups=32)


def test_every_usual_reading_that_fits_is_tried(tmp_path: Path) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet())
    assert readings(path) == (
        Answers(conventions="diffusers", head_channels=8, groups=8),
        Answers(conventions="ddpm", heads=1, groups=8),
        Answers(conventions="diffusers", heads=1, groups=8),
        Answers(conventions="diffusers", head_channels=4, groups=8),
        Answers(conventions="ddpm", head_channels=8, groups=8),
        Answers(conventions="ddpm", head_channels=4, groups=8),
        Answers(conventions="diffusers", head_channels=8, groups=4),
        Answers(conventions="diffusers", head_channels=8, groups=2),
        Answers(conventions="diffusers", head_channels=8, groups=1),
    )


def test_the_shell_says_it_in_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = weights(tmp_path / "unet.safetensors", tiny_unet())
    options = ["--groups", "4", "--head-channels", "4", "--shape", "8", "--conventions", "ddpm:freq_shift=0"]
    assert main(["inspect", str(path), *options]) == 0
    out = capsys.readouterr().out
    assert "weights of diffusers" in out
    assert "ddpm:freq_shift=0" in out


@pytest.mark.parametrize("prefix", ["", "model."])
def test_tables_beside_the_weights_are_the_schedule(prefix: str, tmp_path: Path) -> None:
    betas = torch.linspace(1e-4, 0.03, 500)
    path = weights(tmp_path / "a.safetensors", tiny_unet(), prefix)
    content = {**load_file(path), "betas": betas, "alphas_cumprod": torch.cumprod(1 - betas, 0)}
    save_file(content, path)
    checkpoint = read_checkpoint(path, TINY_SAID)
    row = next(row for row in card_of(checkpoint) if row.key == "schedule")
    assert (checkpoint.denoiser.schedule.T, row.origin) == (500, Origin.FILE)
    assert "schedule" not in {about for note in checkpoint.assumed for about in note.about}
    said = read_checkpoint(path, TINY_SAID.over(Answers(schedule=Schedule("cosine", 100))))
    assert str(said.denoiser.schedule) == "cosine:T=100"


def test_tables_that_begin_with_the_clean_picture_are_asked_how_they_are_counted(tmp_path: Path) -> None:
    path = weights(tmp_path / "a.safetensors", tiny_unet(), "model.")
    signal = torch.cumprod(1 - torch.linspace(0, 0.03, 501), 0)
    save_file({**load_file(path), "alphas_cumprod": signal}, path)
    with pytest.raises(UnansweredError, match=r"give --time t\+1"):
        read_checkpoint(path, TINY_SAID)
    denoiser = open_checkpoint(path, TINY_SAID.over(Answers(time="t+1")))
    assert (denoiser.schedule.T, denoiser.prediction_type) == (500, "epsilon:time=t+1")
