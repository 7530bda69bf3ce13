"""Networks as torch exports them: the allowed operators are all that they come down to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.nn import functional

from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.checkpoints.families.exported.archive import ExportedArchive
from ddpm_studio.checkpoints.families.exported.aten_operators import anywhere, attention_written_out
from ddpm_studio.checkpoints.families.exported.graph import Graph
from ddpm_studio.checkpoints.families.exported.network import ExportedGraph
from ddpm_studio.files.reading import ForeignFile
from tests.checkpoints.families.oracle import names, picture, recorded
from tests.checkpoints.families.small import quiet
from tests.checkpoints.families.test_guided_diffusion import answers, saved
from tests.checkpoints.families.test_lucidrains import TOLD, written
from tests.checkpoints.tiny import tiny_unet

NEEDS_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")


@pytest.mark.parametrize(
    "options",
    [{}, {"is_causal": True}, {"scale": 0.3}, {"attn_mask": torch.ones(5, 5).triu()}],
    ids=["plain", "causal", "scaled", "masked"],
)
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=NEEDS_CUDA)])
def test_the_attention_of_the_cpu_is_that_of_every_device(options: dict[str, Any], device: str) -> None:
    operator = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu.default
    tensors = torch.randn(3, 2, 4, 5, 8).unbind()
    anywhere_else: Any = attention_written_out if device == "cpu" else anywhere(operator, {})[0]
    moved = {name: value.to(device) if isinstance(value, Tensor) else value for name, value in options.items()}
    returned = anywhere_else(*(one.to(device) for one in tensors), **moved)
    for here, there in zip(operator(*tensors, **options), returned, strict=True):
        torch.testing.assert_close(there.cpu(), here, rtol=1e-4, atol=1e-5)


class Together(nn.Module):
    """Several modules, or functions of tensors, on the same input; what they return in one row."""

    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self.parts = nn.ModuleList(part if isinstance(part, nn.Module) else Function(part) for part in parts)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([part(x.clone()).float().flatten() for part in self.parts])


class Function(nn.Module):
    """A function of a tensor."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


class Crossed(nn.Module):
    """Attention of a tensor to itself in reverse."""

    def __init__(self, attention: nn.Module) -> None:
        super().__init__()
        self.attention = attention

    def forward(self, x: Tensor) -> Tensor:
        others = (x.flip(1),) * (2 if isinstance(self.attention, nn.MultiheadAttention) else 1)
        returned = self.attention(x, *others)
        return returned if isinstance(returned, Tensor) else returned[0]


def _masked(x: Tensor) -> Tensor:
    return functional.scaled_dot_product_attention(x, x, x, torch.ones(8, 8, dtype=torch.bool).tril())


def _written(x: Tensor) -> Tensor:
    made = torch.zeros(2, 4, 8, 8)
    made[:, 0] = 1.0
    made[:, 1:3] = x[:, :2]
    made[x > 0.5] = 0.0
    made[:, :, ::2] = x[:, :, ::2]
    return made.add_(x).mul_(2).clamp_(-1, 1).masked_fill_(x < 0, 0.5)


def _waves(x: Tensor) -> Tensor:
    rates = torch.exp(-torch.arange(0, 4, device=x.device) / 4)
    angles = x.mean((1, 2, 3))[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def _picked(x: Tensor) -> Tensor:
    which = torch.tensor([1, 0, 3])
    spread = which[None, :, None, None].expand(2, -1, 8, 8)
    return torch.cat([x[:, which], x.gather(1, spread), x.index_select(1, which), x.scatter(1, spread, 0.5)], dim=1)


def _shaped(x: Tensor) -> Tensor:
    b, c, h, w = x.shape
    heads = x.view(b, 2, c // 2, h * w).permute(0, 1, 3, 2).reshape(b * 2, h * w, -1)
    first, second = heads.chunk(2, dim=-1)
    parts = torch.stack([first, second]).unbind(0)
    return torch.cat([parts[0].repeat(1, 1, 2), heads.flip(1).roll(1, 1), heads.transpose(0, 1).permute(1, 0, 2)], 2)


def _reduced(x: Tensor) -> Tensor:
    variance, mean = torch.var_mean(x, (1, 2), keepdim=True)
    standard = (x - mean) * torch.rsqrt(variance + 1e-5)
    return standard.cumsum(-1) + x.amax(1, keepdim=True) + x.std((2, 3), keepdim=True) + functional.normalize(x, dim=1)


def _compared(x: Tensor) -> Tensor:
    return torch.where((x > 0) & ~(x == 1) | (x < -1), x.abs().sqrt() + x**2, torch.maximum(x, -x) % 2 // 1)


def _without_gradients(x: Tensor) -> Tensor:
    with torch.no_grad():
        half = x.half().float() * 0.5
    return torch.einsum("bchw,bcij->bhwij", half, x)


NETWORKS: dict[str, tuple[tuple[int, ...], list[Any]]] = {
    "activations": (
        (2, 4, 8, 8),
        [
            *(nn.ReLU(), nn.ReLU(True), nn.SiLU(), nn.SiLU(True), nn.GELU(), nn.GELU("tanh"), nn.Mish(), nn.ELU()),
            *(nn.SELU(), nn.CELU(), nn.LeakyReLU(), nn.PReLU(4), nn.ReLU6(), nn.Hardswish(), nn.Hardsigmoid()),
            *(nn.Hardtanh(), nn.Softplus(), nn.Softsign(), nn.Tanh(), nn.Sigmoid(), nn.LogSigmoid(), nn.Tanhshrink()),
            *(nn.Softshrink(), nn.Hardshrink(), nn.GLU(1), nn.Softmax(1), nn.LogSoftmax(1), nn.Threshold(0.1, 0.0)),
        ],
    ),
    "layers of pictures": (
        (2, 4, 8, 8),
        [
            *(nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding="same"), nn.ConvTranspose2d(4, 4, 2, 2)),
            *(nn.Conv2d(4, 4, 3, padding=1, padding_mode=mode) for mode in ("reflect", "circular", "replicate")),
            *(nn.Conv2d(4, 4, 3, groups=4, dilation=2), nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.InstanceNorm2d(4)),
            *(nn.LayerNorm(8), nn.RMSNorm(8), nn.LocalResponseNorm(2), nn.MaxPool2d(2), nn.AvgPool2d(3, 1, 1)),
            *(nn.AdaptiveAvgPool2d(1), nn.AdaptiveAvgPool2d(3), nn.AdaptiveMaxPool2d(4), nn.PixelShuffle(2)),
            *(nn.PixelUnshuffle(2), nn.ChannelShuffle(2), nn.ZeroPad2d(1), nn.ReflectionPad2d(1), nn.Unfold(2)),
            *(nn.ReplicationPad2d(1), nn.Linear(8, 4), nn.Flatten(), nn.Dropout(), nn.Unflatten(1, (2, 2))),
            *(nn.Upsample(scale_factor=2, mode=mode) for mode in ("nearest", "bilinear", "bicubic", "nearest-exact")),
            nn.Upsample(size=(5, 5), mode="bilinear", align_corners=True),
            lambda x: functional.interpolate(x, size=(5, 5), mode="bilinear", antialias=True),
            lambda x: functional.interpolate(x, scale_factor=0.5, mode="area"),
        ],
    ),
    "layers of lines": (
        (2, 4, 8),
        [
            *(nn.Conv1d(4, 4, 3, padding=1), nn.ConvTranspose1d(4, 4, 2, 2), nn.BatchNorm1d(4), nn.MaxPool1d(2)),
            *(nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Upsample(scale_factor=2), nn.ReflectionPad1d(1)),
            *(nn.Upsample(scale_factor=2, mode="linear"), nn.ReplicationPad1d(1)),
            *(nn.TransformerEncoderLayer(8, 2, 16, batch_first=first) for first in (True, False)),
            nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", batch_first=True, norm_first=True),
            nn.TransformerEncoder(
                nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2, enable_nested_tensor=False
            ),
            *(Crossed(nn.MultiheadAttention(8, 2, batch_first=first)) for first in (True, False)),
            Crossed(nn.TransformerDecoderLayer(8, 2, 16, batch_first=True)),
        ],
    ),
    "layers of volumes": (
        (2, 4, 4, 4, 4),
        [
            *(nn.Conv3d(4, 4, 3, padding=1), nn.ConvTranspose3d(4, 4, 2, 2), nn.BatchNorm3d(4), nn.MaxPool3d(2)),
            *(nn.AvgPool3d(2), nn.AdaptiveAvgPool3d(1), nn.Upsample(scale_factor=2), nn.ReplicationPad3d(1)),
            nn.Upsample(scale_factor=2, mode="trilinear"),
        ],
    ),
    "functions": (
        (2, 4, 8, 8),
        [
            *(_masked, _written, _waves, _picked, _shaped, _reduced, _compared, _without_gradients),
            lambda x: functional.scaled_dot_product_attention(x, x, x),
            lambda x: functional.scaled_dot_product_attention(x, x, x, is_causal=True),
            lambda x: torch.baddbmm(x[:, 0], x[:, 1], x[:, 2], beta=0.5) + torch.bmm(x[:, 0], x[:, 1]),
        ],
    ),
}

MANY_LAYERS = [kind for kind in NETWORKS if kind.startswith("layers")]


DIALECTS: Sequence[Callable[[ExportedProgram], ExportedProgram]] = (
    lambda program: program,
    lambda program: program.run_decompositions({}),
    lambda program: program.run_decompositions(),
)
"""What torch makes of a program: as it was traced, without what only training needs, and of core operators alone."""


def check(
    network: Any, example: tuple[Tensor, ...], folder: Path, dialects: Sequence[Callable[..., Any]] = DIALECTS
) -> None:
    """What torch makes of a network in its dialects has allowed operators alone, and gives its numbers."""
    with quiet(), torch.no_grad():
        program = torch.export.export(network, example)
        expected = network(*example)
        for dialect in dialects:
            torch.export.save(dialect(program), folder / "network.pt2")
            opened = ExportedArchive(ForeignFile(folder / "network.pt2"))
            graph = ExportedGraph(Graph(opened.program["graph"]), opened.tensors())
            torch.testing.assert_close(graph(*example), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind in MANY_LAYERS)) for kind in NETWORKS]
)
def test_what_networks_are_made_of(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    shape, parts = NETWORKS[kind]
    check(Together(*parts).eval(), (torch.randn(shape),), tmp_path)


class Flat(nn.Module):
    """A UNet of diffusers that returns its tensor."""

    def __init__(self, **config: Any) -> None:
        super().__init__()
        self.unet = tiny_unet(**config)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.unet(x, t, return_dict=False)[0]


UNLABELLED = [
    name for name in names("guided_diffusion") if "label_emb.weight" not in recorded("guided_diffusion", name).shapes
]
"""Networks that take no class."""


def one_of_each(networks: Sequence[str]) -> list[tuple[str, int]]:
    """Networks that are much alike, and for each the next dialect: exporting one anew takes ten seconds."""
    return [(name, place % len(DIALECTS)) for place, name in enumerate(networks)]


SKIPS = {"block_out_channels": (32, 64), "norm_num_groups": 32}
"""Blocks with pictures beside them do not take fewer groups."""

UNETS: dict[str, tuple[tuple[str, str], tuple[str, str], dict[str, Any]]] = {
    "attention": (("DownBlock2D", "AttnDownBlock2D"), ("AttnUpBlock2D", "UpBlock2D"), {}),
    "resnets": (("DownBlock2D", "ResnetDownsampleBlock2D"), ("ResnetUpsampleBlock2D", "UpBlock2D"), {}),
    "pictures beside": (("SkipDownBlock2D", "AttnSkipDownBlock2D"), ("AttnSkipUpBlock2D", "SkipUpBlock2D"), SKIPS),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNETS)
def test_the_unets_of_diffusers(kind: str, tmp_path: Path) -> None:
    """With blocks of every kind that goes with pictures alone."""
    down, up, rest = UNETS[kind]
    network = Flat(down_block_types=down, up_block_types=up, **rest).eval()
    check(network, (picture(3, 8, 8), torch.tensor([3, 50])), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dialect"), one_of_each(names("lucidrains")))
def test_lucidrains_networks(name: str, dialect: int, tmp_path: Path) -> None:
    denoiser = open_checkpoint(written(tmp_path / "model-12.pt", name), Answers(shape=(8, 16), release=TOLD.get(name)))
    example = (picture(denoiser.shape[0], 8, 16), torch.tensor([3.0, 20.0]))
    check(denoiser.network, example, tmp_path, [DIALECTS[dialect]])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dialect"), one_of_each(UNLABELLED))
def test_guided_diffusion_networks(name: str, dialect: int, tmp_path: Path) -> None:
    denoiser = open_checkpoint(saved(tmp_path / "model.pt", name), answers(name))
    example = (picture(denoiser.shape[0], 8, 16), torch.tensor([3.0, 20.0]))
    check(denoiser.network, example, tmp_path, [DIALECTS[dialect]])
