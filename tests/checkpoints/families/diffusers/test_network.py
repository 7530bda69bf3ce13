"""The UNet2DModel of this program is that of diffusers, name by name and number by number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.families.diffusers.architecture import architecture_of
from ddpm_studio.checkpoints.families.diffusers.network import UNet2D
from tests.checkpoints.tiny import TINY, save_pipeline, tiny_unet
from tests.tiers import repeated

SLOW = [HealthCheck.too_slow]
FORMATS = (torch.contiguous_format, torch.channels_last)

CIFAR10 = {
    "act_fn": "silu",
    "attention_head_dim": None,
    "center_input_sample": False,
    "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"],
    "downsample_padding": 0,
    "flip_sin_to_cos": False,
    "freq_shift": 1,
    "in_channels": 3,
    "layers_per_block": 2,
    "mid_block_scale_factor": 1,
    "norm_eps": 1e-06,
    "out_channels": 3,
    "sample_size": 32,
    "time_embedding_type": "positional",
    "up_block_types": ["UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
}
"""The config.json of google/ddpm-cifar10-32, but for its number of channels and groups."""


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    """Anything that UNet2DModel can be told and a Denoiser can call, with few channels."""
    groups, levels = draw(st.sampled_from([1, 2, 4])), draw(st.integers(1, 3))

    def each(*values: str) -> list[str]:
        return [draw(st.sampled_from(values)) for _ in range(levels)]

    return {
        "in_channels": draw(st.sampled_from([1, 3])),
        "out_channels": draw(st.sampled_from([3, 6])),
        "center_input_sample": draw(st.booleans()),
        "time_embedding_type": draw(st.sampled_from(["positional", "positional", "learned"])),
        "num_train_timesteps": 1000,
        "time_embedding_dim": draw(st.sampled_from([None, 10])),
        "freq_shift": draw(st.sampled_from([0, 1])),
        "flip_sin_to_cos": draw(st.booleans()),
        "down_block_types": each("DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"),
        "mid_block_type": draw(st.sampled_from(["UNetMidBlock2D", "UNetMidBlock2D", None])),
        "up_block_types": each("UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"),
        "block_out_channels": [groups * draw(st.sampled_from([4, 5, 6])) for _ in range(levels)],
        "layers_per_block": draw(st.integers(1, 3)),
        "mid_block_scale_factor": draw(st.sampled_from([1, 1.5])),
        "downsample_padding": draw(st.sampled_from([0, 1])),
        "downsample_type": draw(st.sampled_from(["conv", "resnet"])),
        "upsample_type": draw(st.sampled_from(["conv", "resnet"])),
        "dropout": draw(st.sampled_from([0.0, 0.1])),
        "act_fn": draw(st.sampled_from(["silu", "swish", "mish", "gelu", "relu"])),
        "attention_head_dim": draw(st.sampled_from([None, 1, 2, 3])),
        "norm_num_groups": groups,
        "attn_norm_num_groups": draw(st.sampled_from([None, 1, groups])),
        "norm_eps": draw(st.sampled_from([1e-5, 1e-3])),
        "resnet_time_scale_shift": draw(st.sampled_from(["default", "scale_shift"])),
        "add_attention": draw(st.booleans()),
        "num_class_embeds": draw(st.sampled_from([None, 5])),
    }


def pair(config: dict[str, Any]) -> tuple[UNet2DModel, UNet2D]:
    """diffusers' network and ours with the same random weights."""
    torch.manual_seed(0)
    theirs = UNet2DModel(**config).eval().requires_grad_(False)
    for parameter in theirs.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, std=0.5)
    found = architecture_of(config)
    assert found is not None
    ours = UNet2D(found).eval().requires_grad_(False)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


def arguments(config: dict[str, Any], size: tuple[int, int] = (8, 16)) -> tuple[Tensor, Tensor, Tensor | None]:
    x = torch.randn(3, config["in_channels"], *size, generator=torch.Generator().manual_seed(1))
    learned = config["time_embedding_type"] == "learned"
    timesteps = torch.tensor([0, 17, 999]) if learned else torch.tensor([0.0, 17.5, 999.0])
    return x, timesteps, None if config.get("num_class_embeds") is None else torch.tensor([0, 4, 2])


def difference(theirs: UNet2DModel, ours: UNet2D, x: Tensor, timesteps: Tensor, labels: Tensor | None) -> float:
    """The largest, as a part of the largest number."""
    expected = theirs(x, timesteps, labels).sample
    return float((ours(x, timesteps, labels) - expected).abs().max() / expected.abs().max())


@settings(max_examples=repeated(30), deadline=None, suppress_health_check=SLOW)
@given(config=configs(), layout=st.sampled_from(FORMATS))
def test_the_outputs_are_those_of_diffusers(config: dict[str, Any], layout: torch.memory_format) -> None:
    theirs, ours = pair(config)
    ours.to(memory_format=layout)  # type: ignore[call-overload]
    x, timesteps, labels = arguments(config)
    assert difference(theirs, ours, x, timesteps, labels) < 1e-5
    # What rounding leaves open is closed in double precision.
    assert difference(theirs.double(), ours.double(), x.double(), timesteps, labels) < 1e-12


def test_a_network_as_that_of_google_for_cifar10() -> None:
    config = {**CIFAR10, "block_out_channels": [16, 32, 32, 32], "norm_num_groups": 8}
    theirs, ours = pair(config)
    assert difference(theirs, ours, *arguments(config, (32, 32))) < 1e-5


def test_what_goes_in_is_not_changed() -> None:
    config = {**TINY, "in_channels": 3, "time_embedding_type": "positional", "block_out_channels": (8, 8)}
    x, timesteps, _ = arguments(config)
    before = x.clone()
    pair(config)[1](x, timesteps)
    assert torch.equal(x, before)


@pytest.mark.parametrize("way", ["default", "scale_shift"])
def test_it_is_one_graph(way: str) -> None:
    """Which torch.compile asks for, and which a CUDA graph needs."""
    config = {**TINY, "in_channels": 3, "time_embedding_type": "positional", "resnet_time_scale_shift": way}
    network, (x, timesteps, _) = pair(config)[1], arguments(config)
    whole = torch.compile(network, fullgraph=True, backend="eager")
    torch.testing.assert_close(whole(x, timesteps), network(x, timesteps))


def test_everything_by_default() -> None:
    with torch.device("meta"):
        theirs, found = UNet2DModel().state_dict(), architecture_of({"_class_name": "UNet2DModel"})
        assert found is not None
        ours = UNet2D(found).state_dict()
    assert {name: tensor.shape for name, tensor in ours.items()} == {name: t.shape for name, t in theirs.items()}


@pytest.mark.parametrize(
    "change",
    [
        {"a_key_of_tomorrow": 1},
        {"down_block_types": ["DownBlock2D", "SkipDownBlock2D"]},
        {"down_block_types": ["DownBlock2D"]},
        {"block_out_channels": [8, 18]},
        {"block_out_channels": []},
        {"block_out_channels": 8},
        {"attention_head_dim": 17},
        {"attn_norm_num_groups": 3},
        {"act_fn": "tanh"},
        {"mid_block_type": "UNetMidBlock2DCrossAttn"},
        {"resnet_time_scale_shift": "spatial"},
        {"downsample_type": None},
        {"norm_num_groups": None},
        {"mid_block_scale_factor": 0},
        {"norm_eps": float("nan")},
        {"layers_per_block": True},
        {"layers_per_block": 0},
        {"in_channels": 2**70},
        {"in_channels": "3"},
        {"time_embedding_type": "fourier"},
        {"time_embedding_type": "learned"},
        {"class_embed_type": "timestep"},
    ],
    ids=str,
)
def test_what_is_not_known_is_left_to_diffusers(change: dict[str, object]) -> None:
    assert architecture_of(TINY) is not None
    assert architecture_of({**TINY, **change}) is None


def test_blocks_that_only_diffusers_has(tmp_path: Path) -> None:
    blocks = {"down_block_types": ("SkipDownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "SkipUpBlock2D")}
    channels = {"block_out_channels": (16, 16), "norm_num_groups": 4}
    unet = tiny_unet(**blocks, **channels)
    denoiser = open_checkpoint(save_pipeline(tmp_path, unet))
    assert not isinstance(denoiser.network, UNet2D)
    x, timesteps = torch.ones(2, 3, 8, 8), torch.tensor([5.0, 500.0])
    with torch.no_grad():
        torch.testing.assert_close(denoiser.network(x, timesteps), unet(x, timesteps).sample)
