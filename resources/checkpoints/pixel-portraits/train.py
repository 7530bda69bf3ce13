"""Trains the bundled model and writes it as a diffusers pipeline folder: python train.py WORK

WORK keeps the data, the state and the loss log; the same command goes on where the last one stopped.
Needs npm and node. Without a display, set QT_QPA_PLATFORM=offscreen.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from portraits import SIZE, Pictures, load_portraits
from torch import Tensor
from torch.optim import Optimizer
from tqdm import tqdm

STEPS = 42_000
BATCH = 64
MATRIX_RATE = 4e-3
VECTOR_RATE = 2e-3
WEIGHT_DECAY = 0.01
WARM_UP = 200
COOL_DOWN = 0.65
EMA_DECAY = 0.999
SAVE_EVERY = 500
HELD_OUT_SEED = 1 << 40

LogRow = tuple[int, float, float]


def make_network() -> UNet2DModel:
    return UNet2DModel(
        sample_size=SIZE,
        in_channels=3,
        out_channels=3,
        block_out_channels=(32, 64, 96),
        down_block_types=("DownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        attention_head_dim=32,
        norm_num_groups=8,
        resnet_time_scale_shift="scale_shift",
    )


def make_scheduler() -> DDPMScheduler:
    """The schedule of Ho et al. 2020, section 4."""
    return DDPMScheduler(
        num_train_timesteps=1000,
        beta_start=1e-4,
        beta_end=0.02,
        beta_schedule="linear",
        prediction_type="epsilon",
        clip_sample=True,
    )


class Weights:
    """The network's parameters, told apart by what they are to an optimiser.

    Kernels and matrices between the first and the last convolution are seen as matrices (out, in · height · width) in
    the same memory, and their directions orthogonalised by Muon (Jordan et al. 2024, with the step size of Liu et al.
    2025); everything else is left to AdamW.
    """

    def __init__(self, network: UNet2DModel) -> None:
        named = list(network.named_parameters())
        inner = [weight for name, weight in named if weight.ndim > 1 and not name.startswith(("conv_in", "conv_out"))]
        chosen = {id(weight) for weight in inner}
        self.vectors = [weight for _, weight in named if id(weight) not in chosen]
        self._views = [(weight, torch.nn.Parameter(weight.data.flatten(1))) for weight in inner]

    def optimizers(self) -> tuple[Optimizer, Optimizer]:
        matrices = [matrix for _, matrix in self._views]
        return (
            torch.optim.Muon(matrices, MATRIX_RATE, weight_decay=WEIGHT_DECAY, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(self.vectors, VECTOR_RATE, betas=(0.9, 0.99), weight_decay=WEIGHT_DECAY, fused=True),
        )

    def pass_gradients(self) -> None:
        """Let the matrices have the gradients of the kernels that they are views of."""
        for weight, matrix in self._views:
            assert weight.grad is not None
            matrix.grad = weight.grad.flatten(1)


@dataclass
class Training:
    """Everything a run needs to go on: saved whole, opened whole."""

    device: torch.device
    scheduler: DDPMScheduler = field(default_factory=make_scheduler)
    step: int = 0
    seconds: float = 0.0
    log: list[LogRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        torch.manual_seed(0)
        self.network = make_network().to(self.device)
        self.ema = deepcopy(self.network).requires_grad_(False)
        self.weights = Weights(self.network)
        self.optimizers = self.weights.optimizers()

    def save(self, file: Path) -> None:
        state = {
            "network": self.network.state_dict(),
            "ema": self.ema.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "seconds": self.seconds,
            "log": self.log,
        }
        partial = file.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(file)

    def open(self, file: Path) -> None:
        state: dict[str, Any] = torch.load(file, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.ema.load_state_dict(state["ema"])
        for optimizer, own in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(own)
        self.step, self.seconds, self.log = state["step"], state["seconds"], state["log"]


def normalise(pictures: Pictures) -> Tensor:
    """(B, H, W, 3) uint8 to (B, 3, H, W) float32 in −1 … 1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def draw_timesteps(scheduler: DDPMScheduler, count: int, generator: torch.Generator) -> Tensor:
    """Seven in ten with ln σ ~ N(−0.7, 1.4), the rest uniform, as in Karras et al. 2022, section 5.

    Uniform timesteps of a linear schedule spend three quarters of the work where σ > 1 and 3 % of it where
    σ < 0.1, and what is not learnt there is seen as speckle.
    """
    log_sigmas = signal_to_noise(scheduler).log() / -2
    first = round(0.7 * count)
    wanted = -0.7 + 1.4 * torch.special.ndtri(evenly(first, generator))
    concentrated = torch.searchsorted(log_sigmas, wanted).clamp(max=len(log_sigmas) - 1)
    return torch.cat([concentrated, (evenly(count - first, generator) * len(log_sigmas)).long()])


def evenly(count: int, generator: torch.Generator) -> Tensor:
    """`count` random numbers in 0 … 1, one in each of as many equal parts, so that batches hardly differ in them."""
    return ((torch.arange(count) + torch.rand(count, generator=generator)) / count).clamp(1e-6, 1 - 1e-6)


def signal_to_noise(scheduler: DDPMScheduler) -> Tensor:
    alphas_cumprod = scheduler.alphas_cumprod
    return alphas_cumprod / (1 - alphas_cumprod)


def loss_weights(scheduler: DDPMScheduler) -> Tensor:
    """The weight of each timestep, (T,), which makes the losses of all noise levels about equal.

    Where noise prevails, a small error of ε is a large error of the picture's mean colour: there the weight is that
    of the v-prediction loss, 1 + 1/SNR (Salimans & Ho 2022), up to 10. Where ε is finer than a level of 255, it falls.
    """
    snr = signal_to_noise(scheduler)
    return (1 + 1 / snr).clamp(max=10) / (1 + snr / 1000)


def noise_prediction_losses(
    network: UNet2DModel, scheduler: DDPMScheduler, pictures: Pictures, timesteps: Tensor, generator: torch.Generator
) -> Tensor:
    """Mean squared error of the predicted noise of each picture, (B,) (Ho et al. 2020, equation 14).

    Noise is drawn on the CPU, so that a device does not change what is learnt.
    """
    x0 = normalise(pictures)
    noise = torch.randn(x0.shape, generator=generator)
    noised = scheduler.add_noise(x0, noise, timesteps)
    predicted = network(noised.to(network.device), timesteps.to(network.device)).sample
    return (predicted.float() - noise.to(network.device)).square().mean(dim=(1, 2, 3))


def training_loss(training: Training, pictures: Pictures, bfloat16: bool) -> Tensor:
    """The loss of one batch, which depends on the step alone, so a resumed run sees what an unbroken one sees."""
    generator = torch.Generator().manual_seed(training.step)
    chosen = torch.randint(len(pictures), (BATCH,), generator=generator).numpy()
    timesteps = draw_timesteps(training.scheduler, BATCH, generator)
    weights = loss_weights(training.scheduler)[timesteps].to(training.device)
    with torch.autocast(training.device.type, torch.bfloat16, enabled=bfloat16):
        losses = noise_prediction_losses(training.network, training.scheduler, pictures[chosen], timesteps, generator)
    return (weights * losses).mean()


@torch.no_grad()
def held_out_loss(training: Training, held_out: Pictures) -> float:
    """The averaged network's loss on 1,000 held-out pictures, one at every timestep, with the same noise each time."""
    generator = torch.Generator().manual_seed(HELD_OUT_SEED)
    batches = zip(held_out[:1000].reshape(10, 100, SIZE, SIZE, 3), torch.arange(1000).reshape(100, 10).T, strict=True)
    losses = [
        noise_prediction_losses(training.ema, training.scheduler, pictures, timesteps, generator)
        for pictures, timesteps in batches
    ]
    return float(torch.cat(losses).mean())


def rate_factor(step: int, steps: int) -> float:
    """Linear warm-up, a plateau, and a linear way down to 0 over the last COOL_DOWN of the steps."""
    return min(1.0, (step + 1) / WARM_UP, (steps - step) / (COOL_DOWN * steps))


def take_step(training: Training, pictures: Pictures, steps: int, bfloat16: bool) -> float:
    loss = training_loss(training, pictures, bfloat16)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(training.network.parameters(), 1.0)
    training.weights.pass_gradients()
    for optimizer, rate in zip(training.optimizers, (MATRIX_RATE, VECTOR_RATE), strict=True):
        optimizer.param_groups[0]["lr"] = rate * rate_factor(training.step, steps)
        optimizer.step()
    training.network.zero_grad()
    decay = min(EMA_DECAY, (1 + training.step) / (10 + training.step))
    torch._foreach_lerp_(list(training.ema.parameters()), list(training.network.parameters()), 1 - decay)
    training.step += 1
    return float(loss.detach())


def train(training: Training, pictures: Pictures, steps: int, bfloat16: bool) -> Iterator[float]:
    """Takes the steps that are left, yielding the loss of each; `training.seconds` counts them, not the caller."""
    while training.step < steps:
        began = time.perf_counter()
        loss = take_step(training, pictures, steps, bfloat16)
        training.seconds += time.perf_counter() - began
        yield loss


def write_log(log: list[LogRow], file: Path) -> None:
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("step", "training", "held_out"))
        writer.writerows(log)


def run(work: Path, training: Training, steps: int, bfloat16: bool) -> None:
    pictures, held_out = load_portraits(work)
    losses: list[float] = []
    bar = tqdm(train(training, pictures, steps, bfloat16), "training", steps, initial=training.step, disable=None)
    for loss in bar:
        losses.append(loss)
        if training.step % SAVE_EVERY == 0 or training.step == steps:
            training.log.append((training.step, sum(losses) / len(losses), held_out_loss(training, held_out)))
            losses.clear()
            training.save(work / "state.pt")
            write_log(training.log, work / "loss.csv")
            bar.set_postfix(training=training.log[-1][1], held_out=training.log[-1][2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="folder for the data, the state and the loss log")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="pipeline folder")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--bfloat16", action="store_true", help="forward pass in bfloat16, where it is faster")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    # For so few tokens PyTorch's flash kernel is slow: without it, a step on the CPU takes a seventh less.
    torch.backends.cuda.enable_flash_sdp(False)
    training = Training(torch.device(options.device))
    if (options.work / "state.pt").exists():
        training.open(options.work / "state.pt")
    run(options.work, training, options.steps, options.bfloat16)
    DDPMPipeline(training.ema, training.scheduler).save_pretrained(options.output)


if __name__ == "__main__":
    main()
