"""The best networks of pictures whose pixels are normal, as somebody may have trained them: ranges, times, classes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ddpm_studio.diffusion import Schedule

MEAN, SPREAD = 0.3, 0.2
"""Of the pixels in ±1."""

SHAPE = (1, 4, 4)


class Gaussian(nn.Module):
    """E[ε | x] or E[x0 | x], by the index that is worked out of what it is told, t · `scale` + `offset`."""

    levels: Tensor

    def __init__(
        self,
        schedule: Schedule,
        ends: tuple[float, float] = (-1.0, 1.0),
        scale: float = 1.0,
        offset: float = 0.0,
        sample: bool = False,
    ) -> None:
        super().__init__()
        a = torch.from_numpy(schedule.coefficients.sqrt_alphas_cumprod.copy()).float()
        s = torch.from_numpy(schedule.coefficients.sqrt_one_minus_alphas_cumprod.copy()).float()
        self.register_buffer("levels", torch.stack([a, s]))
        self.reach = (ends[1] - ends[0]) / 2
        self.middle = (ends[0] + ends[1]) / 2
        self.scale, self.offset, self.sample = scale, offset, sample

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.said(x, t, MEAN)

    def said(self, x: Tensor, t: Tensor, mean: float | Tensor) -> Tensor:
        index = torch.round(t * self.scale + self.offset).long().clamp(0, 99)
        a, s = self.levels[0][index][:, None, None, None], self.levels[1][index][:, None, None, None]
        spread, centre = SPREAD * self.reach, self.middle + self.reach * mean
        rest = x - a * centre
        variance = a * a * spread * spread + s * s
        if self.sample:
            return centre + a * spread * spread / variance * rest
        return s / variance * rest


class GaussianFlow(nn.Module):
    """E[ε − x0 | x] of (1 − τ) x0 + τ ε, for a flow that is told τ, or 1 − τ where it is `backwards`."""

    def __init__(self, backwards: bool = False) -> None:
        super().__init__()
        self.backwards = backwards

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        tau = (1 - t if self.backwards else t)[:, None, None, None]
        a = 1 - tau
        share = (x - a * MEAN) / (a * a * SPREAD * SPREAD + tau * tau)
        return tau * share - (MEAN + a * SPREAD * SPREAD * share)


MEANS = (-0.4, 0.4, 0.1)
"""Of the pixels of either class, and those of none."""


class Classes(Gaussian):
    """The same with labels, each of which has a mean of its own."""

    def forward(self, x: Tensor, t: Tensor, labels: Tensor) -> Tensor:  # type: ignore[override]
        return self.said(x, t, torch.tensor(MEANS)[labels][:, None, None, None])
