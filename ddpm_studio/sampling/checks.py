"""Checks of a run's arguments against what its denoiser can do."""

from __future__ import annotations

import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.device_errors import on_device
from ddpm_studio.sampling.picture_noise import NoiseSource, PictureNoise

PRECISIONS = (torch.float32, torch.bfloat16, torch.float16, torch.float64)


def check_kinds(table: object, denoiser: object) -> None:
    """Raise SamplingError unless these are a SolverTable and a Denoiser."""
    for value, kind, remedy in ((table, SolverTable, "solver_table"), (denoiser, Denoiser, "open_checkpoint")):
        if not isinstance(value, kind):
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "A run takes a {kind}, which {remedy} makes, but a {type} was given."),
                kind=kind.__name__,
                remedy=remedy,
                type=type(value).__name__,
            )


def check_x(x: Tensor, denoiser: Denoiser) -> None:
    """Raise SamplingError unless x is a finite floating-point batch of pictures in the denoiser's shape."""
    if not isinstance(x, Tensor):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "x is a {type}; it must be a tensor, such as torch.randn returns."),
            type=type(x).__name__,
        )
    if x.ndim != 4 or len(x) < 1 or tuple(x.shape[1:]) != denoiser.shape or not x.is_floating_point():
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "x is {type} {value}; this network takes floating-point pictures of shape (B, {c}, {h}, {w})."
            ),
            type=x.dtype,
            value=tuple(x.shape),
            **dict(zip("chw", denoiser.shape, strict=True)),
        )
    with on_device(len(x), x.device):
        finite = x.isfinite().all()
    if not finite:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "x is not finite; start from noise, such as torch.randn returns.")
        )


def check_timesteps(table: SolverTable, denoiser: Denoiser) -> None:
    """Raise SamplingError if the table asks for a timestep that the network was not trained on."""
    last = denoiser.schedule.T - 1
    for timestep in (table.timestep.min(), table.timestep.max()):
        if not 0 <= timestep <= last:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The table asks for timestep {value:g}, but the network was trained on 0 to {last}; "
                    "lay the steps out over the denoiser's own schedule.",
                ),
                value=timestep,
                last=last,
            )


def check_precision(dtype: torch.dtype) -> None:
    """Raise SamplingError if no network computes in `dtype`."""
    if dtype not in PRECISIONS:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "No network runs in {dtype}; choose float32, bfloat16, float16 or float64."),
            dtype=dtype,
        )


def check_generator(generator: NoiseSource | None, pictures: int) -> None:
    """Raise SamplingError for anything but a generator of torch, None, or the noise of as many pictures."""
    if isinstance(generator, PictureNoise):
        generator.check(pictures)
    elif generator is not None and not isinstance(generator, torch.Generator):
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "generator is {value}; pass torch.Generator().manual_seed(…), or leave it out."
            ),
            value=generator,
        )
