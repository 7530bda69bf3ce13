"""Small networks (x, t) with random weights, and the files that torch's exporters write of them."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule

SHAPE = (3, 8, 8)
SAID = Answers(schedule=Schedule("cosine", 100), prediction_type="epsilon")
SAID_ALL = Answers(SHAPE, Schedule("cosine", 100), "epsilon")


class Table(nn.Module):
    """Convolutions, and timesteps by an embedding table, which takes whole numbers alone."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, width, 3, padding=1)
        self.norm = nn.GroupNorm(2, width)
        self.time = nn.Embedding(100, width)
        self.last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        h = functional.silu(self.norm(self.first(x))) + self.time(t)[:, :, None, None]
        h = functional.interpolate(functional.avg_pool2d(h, 2), scale_factor=2.0, mode="nearest")
        return self.last(h)


class Waves(nn.Module):
    """Attention, and timesteps as sines of any number; a mean and a variance come out."""

    scale: Tensor

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        self.width = width
        self.into = nn.Conv2d(3, width, 1)
        self.time = nn.Linear(width, width)
        self.qkv = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(2 * width, 6, 1)
        self.register_buffer("scale", torch.tensor(0.7), persistent=False)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        rates = torch.exp(-torch.arange(self.width // 2, device=x.device, dtype=torch.float32))
        angles = t.float()[:, None] * rates[None, :]
        h = self.into(x) + self.time(torch.cat([angles.sin(), angles.cos()], dim=1))[:, :, None, None]
        b, c, height, width = h.shape
        q, k, v = self.qkv(h).view(b, 3 * c, height * width).chunk(3, dim=1)
        weights = torch.einsum("bci,bcj->bij", q, k).softmax(dim=-1)
        mixed = torch.einsum("bij,bcj->bci", weights, v).reshape(b, c, height, width)
        return self.out(torch.cat([h, mixed * self.scale], dim=1))


def made(kind: type[nn.Module], seed: int = 0) -> nn.Module:
    """A network of this class with the random weights of this seed."""
    torch.manual_seed(seed)
    return kind().eval()


def inputs(batch: int = 5) -> tuple[Tensor, Tensor]:
    """x and whole timesteps, the same every time."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, *SHAPE, generator=generator), torch.randint(100, (batch,), generator=generator)


@contextmanager
def quiet() -> Iterator[None]:
    """torch's exporters warn of their own deprecation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def rewritten(archive: Path, target: Path, changes: Mapping[str, bytes | None]) -> Path:
    """A copy of a zip archive in which members, named without the root folder, are others, or none for None."""
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(target, "w") as new:
        root = old.namelist()[0].partition("/")[0]
        known = {name.partition("/")[2]: old.read(name) for name in old.namelist()}
        for name, content in {**known, **changes}.items():
            if content is not None:
                new.writestr(f"{root}/{name}", content)
    return target


def saved(content: object) -> bytes:
    """What torch.save writes of it."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


class Bomb:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (str(self.path), "w")
