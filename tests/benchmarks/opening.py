"""The reading of weights files, against torch's own readers, in turn; both check the checksums of archives."""

from __future__ import annotations

import statistics
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from ddpm_studio.checkpoints.location import DEFAULT, bundled
from ddpm_studio.checkpoints.source import Source

ROUNDS = 7
BOUND = 1.1
LARGE = {f"blocks.{number}.weight": torch.randn(128, 1024) for number in range(1000)}
"""A state dict of 500 MiB in 1000 tensors."""


def _read(path: Path) -> None:
    assert Source(path).tensors


def _torch_archive(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    _torch(path)


def _torch(path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):
        torch.load(path, map_location="cpu", weights_only=True)


def _library(path: Path) -> None:
    with safe_open(path, framework="pt") as file:
        assert {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118


def _seconds(read: Callable[[], None]) -> float:
    start = time.perf_counter()
    read()
    return time.perf_counter() - start


def _ratio(path: Path, before: Callable[[Path], None]) -> float:
    """Median over rounds of our time ÷ the other's, one after the other, after one round that warms the disk cache."""
    rounds = [(_seconds(partial(_read, path)), _seconds(partial(before, path))) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(ours / theirs for ours, theirs in rounds)


def benchmark() -> list[tuple[str, float, float | None, str]]:
    """(what, our time ÷ that of torch or safetensors, bound, unit) for each kind of file."""
    weights = bundled()[DEFAULT] / "unet" / "diffusion_pytorch_model.safetensors"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.save(LARGE, folder / "archive.pt")
        torch.save(LARGE, folder / "legacy.pt", _use_new_zipfile_serialization=False)
        save_file(LARGE, folder / "large.safetensors")
        return [
            ("bundled weights ÷ safetensors", _ratio(weights, _library), BOUND, ""),
            ("500 MiB of safetensors ÷ safetensors", _ratio(folder / "large.safetensors", _library), BOUND, ""),
            ("500 MiB in an archive ÷ torch.load", _ratio(folder / "archive.pt", _torch_archive), BOUND, ""),
            ("500 MiB in a legacy file ÷ torch.load", _ratio(folder / "legacy.pt", _torch), BOUND, ""),
        ]
