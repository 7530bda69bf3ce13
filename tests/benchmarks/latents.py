"""A mid-sized Stable Diffusion with random weights, guided: a step against the bare network, alone and watched, and a
run against diffusers' own pipeline, by time and by memory.

The two sides take turns, and a figure is the median of the ratios of neighbours. Memory is the most that a process of
its own takes that reads the folder, draws and decodes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from torch import Tensor

from ddpm_studio.checkpoints import read_checkpoint
from ddpm_studio.diffusion import SolverTable, Steps, solver_table
from ddpm_studio.sampling import Denoiser, Step, run
from ddpm_studio.sampling.recording import Recording
from tests.benchmarks.figure import Figure
from tests.checkpoints.families.diffusers.pipelines.tiny_pipelines import tiny_autoencoder, tiny_sd

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
STEPS, ROUNDS, GUIDANCE = 20, 5, 7.5
PROMPT, NEGATIVE = "a red cat", "blurred"
SIDE = 32
UNET = {
    "sample_size": SIDE,
    "block_out_channels": (128, 256, 384),
    "layers_per_block": 2,
    "down_block_types": ("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    "norm_num_groups": 32,
}
"""About 50 M parameters."""

AUTOENCODER = {
    "block_out_channels": [32, 64, 64, 64],
    "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
    "norm_num_groups": 32,
}


def benchmark() -> Iterator[Figure]:
    """Time of a step and of a run, and the memory of a process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pipeline = tiny_sd(**UNET)
        pipeline.vae = tiny_autoencoder(**AUTOENCODER)
        pipeline.save_pretrained(folder)
        denoiser = _denoiser(folder)
        yield _step("step ÷ network, guided, CPU", denoiser, lambda step: None, 1.01)
        yield _step("watched step ÷ network, guided, CPU", denoiser, Recording().add, 1.05)
        yield _whole(denoiser, pipeline, CPU)
        if torch.cuda.is_available():
            yield _whole(denoiser, pipeline.to(CUDA, torch.float16), CUDA)
            yield _watched(denoiser, CUDA)
        peaks = [_peak(side, folder) for side in ("ours", "theirs")]
        yield Figure("peak memory ÷ diffusers' pipeline, with its libraries, CPU", peaks[0] / peaks[1], 1.0)


def _denoiser(folder: Path) -> Denoiser:
    return read_checkpoint(str(folder)).denoiser.conditioned(guidance=GUIDANCE, prompt=PROMPT, negative_prompt=NEGATIVE)


def _table(denoiser: Denoiser) -> SolverTable:
    return solver_table("ddim", Steps.from_spacing(denoiser.schedule, STEPS, "leading"))


def _noise(denoiser: Denoiser) -> Tensor:
    return denoiser.starting_noise(1, torch.Generator().manual_seed(0))


def _step(label: str, denoiser: Denoiser, taken: Callable[..., object], bound: float) -> Figure:
    """A step, and what is done with it, ÷ a call of its network for both prompts."""
    x = torch.cat([_noise(denoiser)] * 2)
    words = torch.cat([one.keywords["encoder_hidden_states"] for one in denoiser.terms])
    steps, told = run(_table(denoiser), denoiser, _noise(denoiser)), torch.full((2,), 500.0)

    @torch.inference_mode()
    def call() -> None:
        denoiser.network(x, told, encoder_hidden_states=words)

    call()
    ratios = [_seconds(lambda: taken(next(steps))) / _seconds(call) for _ in range(STEPS)]
    return Figure(label, statistics.median(ratios), bound)


def _whole(denoiser: Denoiser, pipeline: StableDiffusionPipeline, device: torch.device) -> Figure:
    """A run ÷ the pipeline's, in one precision, from the same noise to latents; both have the texts encoded already."""
    pipeline.set_progress_bar_config(disable=True)
    words, others = pipeline.encode_prompt(PROMPT, device, 1, True, NEGATIVE)

    def theirs() -> None:
        noise = _noise(denoiser).to(words)
        _drawn_by(pipeline, noise, "latent", prompt_embeds=words, negative_prompt_embeds=others)

    ratio = _ratio(lambda: _draw(denoiser, device), theirs)
    return Figure(f"run ÷ diffusers' pipeline, guided, {device.type.upper()}", ratio, 1.0)


def _watched(denoiser: Denoiser, device: torch.device) -> Figure:
    """A run that is recorded for the window ÷ one of which nothing is kept."""
    ratio = _ratio(lambda: _draw(denoiser, device, Recording().add), lambda: _draw(denoiser, device))
    return Figure(f"watched run ÷ run, guided, {device.type.upper()}", ratio, 1.05)


def _draw(denoiser: Denoiser, device: torch.device, taken: Callable[[Step], object] = lambda step: None) -> None:
    """A run to its end on a device, in the precision that the window takes there."""
    precision = denoiser.precision("auto", device)
    for step in run(_table(denoiser), denoiser, _noise(denoiser), device=device, dtype=precision):
        taken(step)


def _ratio(first: Callable[[], object], second: Callable[[], object]) -> float:
    for warm_up in (second, first):
        warm_up()
    return statistics.median(_seconds(first) / _seconds(second) for _ in range(ROUNDS))


def _drawn_by(pipeline: StableDiffusionPipeline, x: Tensor, kind: str, **texts: object) -> None:
    pipeline(latents=x, num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type=kind, **texts)


def _seconds(work: Callable[[], object]) -> float:
    _finish()
    start = time.perf_counter()
    work()
    _finish()
    return time.perf_counter() - start


def _finish() -> None:
    """Wait for what a GPU was told to do."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _peak(side: str, folder: Path) -> float:
    """The most memory that a process of one side takes, in MiB."""
    command = [sys.executable, "-m", "tests.benchmarks.latents", side, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def _draw_ours(folder: Path) -> None:
    denoiser = _denoiser(folder)
    *_, last = run(_table(denoiser), denoiser, _noise(denoiser))
    last.decoded(last.x)


def _draw_theirs(folder: Path) -> None:
    pipeline = StableDiffusionPipeline.from_pretrained(folder, safety_checker=None)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    noise = torch.randn((1, 4, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    _drawn_by(pipeline, noise, "np", prompt=PROMPT, negative_prompt=NEGATIVE)


if __name__ == "__main__":
    {"ours": _draw_ours, "theirs": _draw_theirs}[sys.argv[1]](Path(sys.argv[2]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
