"""The opening of checkpoints, against torch's own readers, in turn: of weights, both of which check checksums, and of
what is run, each in a fresh process, from its first import to its first call.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
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
from tests.benchmarks.figure import Figure
from tests.benchmarks.network import wide_table

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


PLAIN = {
    "an exported program": "call(torch.export.load(sys.argv[1]).module())",
    "trusted TorchScript": "call(torch.jit.load(sys.argv[1]))",
    "an own network": """
from tests.benchmarks.network import wide_table
network = wide_table()
network.load_state_dict(torch.load(sys.argv[1], weights_only=True))
call(network.eval())""",
}
"""How a script of one's own would open each of them and call it once."""

_CALL = """
import sys, torch
def call(network):
    with torch.inference_mode():
        network(torch.zeros(3, 3, 8, 8), torch.ones(3, dtype=torch.int64))
"""
_SAID = ("--schedule", "cosine:T=100", "--prediction-type", "epsilon")
"""What these files do not say themselves."""


def _fresh(*arguments: object) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def _programs(folder: Path) -> dict[str, list[str]]:
    """What is opened of each kind, and what is said about it."""
    network = wide_table().eval()
    example = torch.zeros(3, 3, 8, 8), torch.ones(3, dtype=torch.int64)
    torch.export.save(torch.export.export(network, example), folder / "exported.pt2")
    torch.jit.trace(network, example).save(str(folder / "script.pt"))
    torch.save(network.state_dict(), folder / "own.pt")
    factory = f"{wide_table.__module__}:{wide_table.__name__}"
    return {
        "an exported program": [str(folder / "exported.pt2")],
        "trusted TorchScript": [str(folder / "script.pt"), "--trust", "--shape", "3x8x8"],
        "an own network": [str(folder / "own.pt"), "--network", factory, "--shape", "3x8x8"],
    }


def _ratios(folder: Path) -> list[Figure]:
    os.environ["XDG_STATE_HOME"] = str(folder / "state")  # What is trusted here is trusted here alone.
    figures: list[Figure] = []
    for kind, arguments in _programs(folder).items():
        inspect = partial(_fresh, "-m", "ddpm_studio", "inspect", *arguments, *_SAID)
        ways = inspect, partial(_fresh, "-c", _CALL + PLAIN[kind], arguments[0])
        rounds = [[_seconds(way) for way in ways] for _ in range(ROUNDS + 1)][1:]
        ratio = statistics.median(ours / plain for ours, plain in rounds)
        figures.append(Figure(f"{kind} ÷ by itself", ratio, BOUND))
    return figures


def benchmark() -> list[Figure]:
    """Our time ÷ that of torch or safetensors for each kind of file."""
    weights = bundled()[DEFAULT] / "unet" / "diffusion_pytorch_model.safetensors"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.save(LARGE, folder / "archive.pt")
        torch.save(LARGE, folder / "legacy.pt", _use_new_zipfile_serialization=False)
        save_file(LARGE, folder / "large.safetensors")
        return [
            Figure("bundled weights ÷ safetensors", _ratio(weights, _library), BOUND),
            Figure("500 MiB of safetensors ÷ safetensors", _ratio(folder / "large.safetensors", _library), BOUND),
            Figure("500 MiB in an archive ÷ torch.load", _ratio(folder / "archive.pt", _torch_archive), BOUND),
            Figure("500 MiB in a legacy file ÷ torch.load", _ratio(folder / "legacy.pt", _torch), BOUND),
            *_ratios(folder),
        ]
