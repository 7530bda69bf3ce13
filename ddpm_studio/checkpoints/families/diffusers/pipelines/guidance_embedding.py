"""Guidance embedding: how strongly a network is guided, as it is told in place of a second call."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from ddpm_studio.sampling import Condition

_PERIOD, _SCALE = 10000.0, 1000.0


@dataclass(frozen=True)
class GuidanceEmbedding:
    """Sines and cosines of 1000 (guidance − 1), (1, `width`), as networks of latent consistency models were told it
    (Luo et al. 2023, §4.2, where ω is the guidance less 1).
    """

    width: int

    def __call__(self, guidance: float) -> Condition:
        """The condition of this guidance."""
        half = self.width // 2
        # In float32, in which the network was trained: the angles are so large that their rounding is seen.
        falling = -torch.tensor(math.log(_PERIOD)) / max(half - 1, 1)
        angles = torch.tensor([guidance - 1]) * _SCALE * torch.exp(torch.arange(half) * falling)
        waves = torch.cat([angles.sin(), angles.cos(), angles.new_zeros(self.width % 2)])
        return Condition(keywords={"timestep_cond": waves[None]})
