"""A step against the bare network, and a whole run against diffusers' own pipeline with the same weights.

The two sides take turns, so that what else the machine does falls on both, and a figure is the median of the ratios
of neighbours. On CUDA the runs are timed from an idle device to an idle device.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

from ddpm_studio.checkpoints import DEFAULT, bundled, open_checkpoint
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.sampling import Denoiser, run
from tests.benchmarks.figure import Figure

CPU, CUDA = torch.device("cpu"), torch.device("cuda")

STEPS = 20
ROUNDS = {CPU: 9, CUDA: 5}
BATCHES = (1, 16)
CIFAR10 = {
    "sample_size": 32,
    "block_out_channels": (128, 256, 256, 256),
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    "layers_per_block": 2,
}
"""The shape of google/ddpm-cifar10-32, 35.7 M parameters."""


def benchmark() -> list[Figure]:
    """Every figure that this machine can give: those on the CPU, and on CUDA where there is one."""
    portraits = bundled()[DEFAULT]
    rows = [_step(open_checkpoint(portraits), batch) for batch in BATCHES]
    rows += [_whole(portraits, "portraits", batch, CPU, 0.93) for batch in BATCHES]
    if torch.cuda.is_available():
        rows += [_whole(portraits, "portraits", batch, CUDA, 0.40) for batch in BATCHES]
        with _random_cifar10() as folder:
            rows += [_whole(folder, "35.7 M parameters", *case) for case in ((1, CUDA, 0.85), (16, CUDA, 1.05))]
    return rows


def _step(denoiser: Denoiser, batch: int) -> Figure:
    """A step of the default solver ÷ a call of its network, taken in turn."""
    table = solver_table("dpm-solver++", Steps.from_spacing(denoiser.schedule, 100))
    x = denoiser.starting_noise(batch, torch.Generator().manual_seed(0)).to(memory_format=torch.channels_last)
    timesteps, steps = torch.full((batch,), 500.0), run(table, denoiser, x)

    @torch.inference_mode()
    def call() -> None:
        denoiser.network(x, timesteps)

    ratios = [_seconds(lambda: next(steps), CPU) / _seconds(call, CPU) for _ in range(table.nfe)]
    return Figure(f"step ÷ network, batch {batch}, CPU", statistics.median(ratios), 1.02 if batch == 16 else None)


def _whole(folder: Path, name: str, batch: int, device: torch.device, bound: float) -> Figure:
    """A run ÷ DDPMPipeline with the same weights, solver, steps and batch."""
    pipeline = DDPMPipeline.from_pretrained(folder).to(device)
    pipeline.set_progress_bar_config(disable=True)
    denoiser = open_checkpoint(folder)
    table = solver_table("ddpm", Steps.from_spacing(denoiser.schedule, STEPS, "leading"))

    def theirs() -> None:
        pipeline(batch, torch.Generator(device).manual_seed(0), STEPS, output_type="pt")

    def ours() -> None:
        generator = torch.Generator(device).manual_seed(0)
        for _ in run(table, denoiser, denoiser.starting_noise(batch, generator), generator=generator, device=device):
            pass

    for warm_up in (theirs, ours):
        warm_up()
    ratios = [_seconds(ours, device) / _seconds(theirs, device) for _ in range(ROUNDS[device])]
    label = f"run ÷ diffusers, {name}, batch {batch}, {device.type.upper()}"
    return Figure(label, statistics.median(ratios), bound)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    start = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - start


@contextmanager
def _random_cifar10() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        DDPMPipeline(UNet2DModel(**CIFAR10), DDPMScheduler()).save_pretrained(folder)
        yield Path(folder)
