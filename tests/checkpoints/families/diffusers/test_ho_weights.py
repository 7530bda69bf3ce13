"""Weights under the names of the ports of Ho et al. 2020: the outputs of diffusers, which converts such names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from diffusers.models.downsampling import Downsample2D
from diffusers.models.upsampling import Upsample2D
from safetensors.torch import save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import (
    Answers,
    UnansweredError,
    UnsupportedError,
    card_of,
    open_checkpoint,
    read_checkpoint,
)
from ddpm_studio.checkpoints.card import Origin
from ddpm_studio.checkpoints.trying import candidates
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.test_network import CIFAR10
from tests.checkpoints.tiny import tiny_unet

NAMES = {
    "time_embedding.linear_1": "temb.dense.0",
    "time_embedding.linear_2": "temb.dense.1",
    "conv_norm_out": "norm_out",
    "mid_block.resnets.0": "mid.block_1",
    "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0": "mid.attn_1",
    "down_blocks": "down",
    "up_blocks": "up",
    "resnets": "block",
    "attentions": "attn",
    "downsamplers.0": "downsample",
    "upsamplers.0": "upsample",
    "time_emb_proj": "temb_proj",
    "conv_shortcut": "nin_shortcut",
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
}


def network(levels: int = 2, attended: int = 1, **config: Any) -> UNet2DModel:
    """A small network with the settings of google/ddpm-cifar10-32, which attends at one level."""
    torch.manual_seed(0)
    down = ["AttnDownBlock2D" if level == attended else "DownBlock2D" for level in range(levels)]
    up = [kind.replace("Down", "Up") for kind in reversed(down)]
    # With one channel a group, the normalisation would take out all that t adds.
    channels = [32 * (2 + level) for level in range(levels)]
    kinds = {"down_block_types": down, "up_block_types": up, "block_out_channels": channels}
    made = UNet2DModel(**{**CIFAR10, "layers_per_block": 1, **kinds, **config}).eval().requires_grad_(False)
    for parameter in made.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, std=0.1)
    return made


def as_ho(made: UNet2DModel) -> dict[str, Tensor]:
    """The weights as the ports name and shape them."""
    last = len(made.up_blocks) - 1
    tensors = {}
    for name, tensor in made.state_dict().items():
        matrix = re.search(r"\.to_\w+(\.0)?\.weight$", name)
        turned = re.sub(r"up_blocks\.(\d+)", lambda match: f"up_blocks.{last - int(match[1])}", name)
        for theirs, ho in NAMES.items():
            turned = re.sub(rf"(?<![\w]){re.escape(theirs)}(?![\w])", ho, turned)
        tensors[turned] = tensor[:, :, None, None] if matrix else tensor
    return tensors


def saved(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("more", [{}, {"layers_per_block": 2}, {"in_channels": 1, "out_channels": 2}])
def test_the_outputs_are_those_of_diffusers(levels: int, more: dict[str, Any], tmp_path: Path) -> None:
    theirs = network(levels, levels - 1, **more)
    path = saved(tmp_path / "model.ckpt", as_ho(theirs))
    x, timesteps = torch.randn(2, more.get("in_channels", 3), 16, 8), torch.tensor([3.0, 700.0])
    out = open_checkpoint(path, Answers(shape=(16, 8))).network(x, timesteps)
    torch.testing.assert_close(out, theirs(x, timesteps).sample, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("attended", "side", "variance"), [(1, 32, "fixed_large"), (2, 64, "fixed_large")])
def test_what_the_paper_has_is_assumed_and_shown(attended: int, side: int, variance: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "model.ckpt", as_ho(network(3, attended)))
    rows = {row.key: row for row in card_of(read_checkpoint(path))}
    assumed = {key: row.value for key, row in rows.items() if row.origin is Origin.ASSUMED}
    assert str(assumed.pop("schedule")) == "linear:T=1000"
    assert assumed == {
        "shape": (3, side, side),
        "prediction_type": "epsilon",
        "variance": variance,
        "clip": 1.0,
        "groups": 32,
        "conventions": "ddpm",
    }
    assert rows["family"].value == "DDPM of Ho et al. 2020"


def test_large_pictures_have_the_smaller_variance(tmp_path: Path) -> None:
    made = network(5, 4, block_out_channels=[32] * 5)
    denoiser = open_checkpoint(saved(tmp_path / "model.ckpt", as_ho(made)))
    assert (denoiser.shape, denoiser.variance) == ((3, 256, 256), "fixed_small")


@pytest.mark.parametrize("parallel", [True, False])
@pytest.mark.parametrize("averages", [True, False])
def test_the_list_of_a_trainer_has_the_averaged_weights_last(parallel: bool, averages: bool, tmp_path: Path) -> None:
    tensors = as_ho(network())
    trained = {("module." if parallel else "") + name: tensor for name, tensor in tensors.items()}
    optimizer = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 1e-4}]}
    averaged = {name: torch.full_like(tensor, 0.5) for name, tensor in tensors.items()}
    path = saved(tmp_path / "ckpt.pth", [trained, optimizer, 2, 5000, *([averaged] if averages else [])])
    checkpoint = read_checkpoint(path)
    network_read = checkpoint.denoiser.network
    assert isinstance(network_read, nn.Module)
    assert all((each == 0.5).all() for each in network_read.parameters()) == averages
    facts = {fact.key: fact.value for fact in checkpoint.facts}
    assert (facts["weights"], facts["step"]) == (averages, 5000)


@pytest.mark.parametrize("averaged", [True, False])
def test_published_files_say_by_their_names_what_they_hold(averaged: bool, tmp_path: Path) -> None:
    name = f"{'ema_' * averaged}diffusion_cifar10_model-790000.ckpt"
    path = saved(tmp_path / name, {**as_ho(network()), "logvar": torch.zeros(1000)})
    facts = {fact.key: fact.value for fact in read_checkpoint(path).facts}
    assert (facts["weights"], facts["step"]) == (averaged, 790000)


def test_other_groups_are_asked_for_and_tried(tmp_path: Path) -> None:
    made = network(block_out_channels=[8, 16], norm_num_groups=4)
    path = saved(tmp_path / "model.ckpt", as_ho(made))
    with pytest.raises(UnansweredError, match=r"a network of Ho et al\. 2020, which does not say its groups"):
        read_checkpoint(path)
    assert candidates(path) == (
        Answers(conventions="ddpm", groups=8),
        Answers(conventions="diffusers", groups=8),
        Answers(conventions="ddpm", groups=4),
        Answers(conventions="ddpm", groups=2),
        Answers(conventions="ddpm", groups=1),
    )
    x, timesteps = torch.randn(1, 3, 8, 8), torch.tensor([17.0])
    out = open_checkpoint(path, Answers(shape=(8, 8), groups=4)).network(x, timesteps)
    torch.testing.assert_close(out, made(x, timesteps).sample, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("place", ["encoder.", "first_stage_model.encoder.", ""])
def test_an_autoencoder_with_such_names_is_called_one(place: str, tmp_path: Path) -> None:
    tensors = {f"{place}{name}": tensor for name, tensor in as_ho(network()).items() if not name.startswith("temb.")}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, tmp_path / "vae.safetensors")
    with pytest.raises(UnsupportedError, match="is an autoencoder"):
        read_checkpoint(tmp_path / "vae.safetensors")


def test_what_is_missing_or_of_another_kind_is_named(tmp_path: Path) -> None:
    tensors = as_ho(tiny_unet(block_out_channels=(32, 64), norm_num_groups=32))
    del tensors["conv_out.bias"]
    with pytest.raises(CheckpointError, match=r"lacks conv_out\.bias"):
        read_checkpoint(saved(tmp_path / "model.ckpt", tensors))


@pytest.mark.parametrize(("levels", "attended"), [(1, 0), (2, 1), (3, 1)])
def test_levels_resampled_without_convolutions(levels: int, attended: int, tmp_path: Path) -> None:
    """`resamp_with_conv = False` of the ports, as diffusers' layers do it without a convolution."""
    theirs = network(levels, attended)
    for level, block in enumerate(theirs.down_blocks[:-1]):
        block.downsamplers = nn.ModuleList([Downsample2D(32 * (2 + level), use_conv=False)])
    for level, block in enumerate(theirs.up_blocks[:-1]):
        block.upsamplers = nn.ModuleList([Upsample2D(32 * (1 + levels - level), use_conv=False)])
    path = saved(tmp_path / "model.ckpt", as_ho(theirs))
    checkpoint = read_checkpoint(path, Answers(shape=(16, 8)))
    x, timesteps = torch.randn(2, 3, 16, 8), torch.tensor([3.0, 700.0])
    out = checkpoint.denoiser.network(x, timesteps)
    torch.testing.assert_close(out, theirs(x, timesteps).sample, rtol=1e-5, atol=1e-5)
    told = {item.key: str(item.text) for item in card_of(checkpoint)}
    assert ("resampling" in told) == (levels > 1)
    assert candidates(path)


def test_without_convolutions_diffusers_lacks_some(tmp_path: Path) -> None:
    tensors = {name: tensor for name, tensor in network().state_dict().items() if "samplers." not in name}
    with pytest.raises(CheckpointError, match=r"lacks down_blocks\.0\.downsamplers\.0\.conv\.bias"):
        read_checkpoint(saved(tmp_path / "model.pt", tensors))


OURS = re.compile(r"(down|up)_blocks|resnets|attentions|samplers|time_emb|conv_norm|conv_shortcut|to_[qkv]|to_out")
SAVED: dict[str, Callable[[dict[str, Tensor]], object]] = {
    "": lambda tensors: tensors,
    "ema.": lambda tensors: {"ema": tensors},
    "4.": lambda tensors: [{f"module.{name}": each for name, each in tensors.items()}, {}, 2, 5000, tensors],
}


@pytest.mark.parametrize("prefix", SAVED)
def test_a_missing_tensor_has_the_name_of_the_file(prefix: str, tmp_path: Path) -> None:
    whole = as_ho(network())
    kept = ("temb.dense.0.weight", "down.0.block.0.conv1.weight")
    left_out, named = [name for name in whole if name not in kept][[*SAVED].index(prefix) :: 5], 0
    for name in left_out:
        rest = {other: tensor for other, tensor in whole.items() if other != name}
        with pytest.raises(CheckpointError) as error:
            read_checkpoint(saved(tmp_path / "model.ckpt", SAVED[prefix](rest)), Answers(shape=(16, 8)))
        assert not OURS.search(str(error.value)), name
        named += f"lacks {prefix}{name}," in str(error.value)
    assert named > 0.9 * len(left_out)


@pytest.mark.parametrize(
    "name", ["up.0.block.1.conv1.weight", "mid.attn_1.q.bias", "down.1.attn.0.proj_out.bias", "temb.dense.1.bias"]
)
def test_an_unfit_or_superfluous_tensor_has_the_name_of_the_file(name: str, tmp_path: Path) -> None:
    whole = as_ho(network())
    broken = (
        {**whole, name: torch.ones(5)},
        {**whole, name: torch.full_like(whole[name], torch.nan)},
        {**whole, f"{name}s": torch.ones(5)},
    )
    for tensors in broken:
        with pytest.raises(CheckpointError, match=re.escape(name)) as error:
            read_checkpoint(saved(tmp_path / "model.ckpt", tensors), Answers(shape=(16, 8)))
        assert not OURS.search(str(error.value))
