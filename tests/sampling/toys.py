"""Networks whose outputs are known in closed form, the same in NumPy and in torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.sampling import Denoiser

SCHEDULE = Schedule("linear", 1000)
SHAPE = (3, 4, 5)


def in_torch(x: Tensor, timesteps: Tensor) -> Tensor:
    """sin(x + t/100), picture by picture."""
    return torch.sin(x + timesteps.to(x)[:, None, None, None] / 100)


def in_numpy(x: NDArray[np.float64], timestep: float) -> NDArray[np.float64]:
    """The same for one timestep, which reaches a network in float32."""
    return np.sin(x + float(np.float32(timestep)) / 100)


def denoiser(**fields: Any) -> Denoiser:
    """A Denoiser of the toy network."""
    return Denoiser(**{"network": in_torch, "schedule": SCHEDULE, "shape": SHAPE, **fields})


def table(
    solver: str = "ddim", steps: int = 5, schedule: Schedule = SCHEDULE, spacing: str = "trailing", **options: object
) -> SolverTable:
    """A solver's rows along these steps."""
    return solver_table(solver, Steps.from_spacing(schedule, steps, spacing), **options)


def noise(pictures: int = 2, seed: int = 0, shape: tuple[int, ...] = SHAPE) -> Tensor:
    """x_T in float64, in which the engine then works."""
    return torch.randn((pictures, *shape), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
