"""Standard steps: what every spacing that the program knows lays out for one schedule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.errors import StepsError

FIRST = "trailing"
"""The spacing that stands for others which lay out the same."""


def standard_steps(schedule: Schedule, count: int) -> Mapping[str, Array]:
    """σ (N + 1,), the end among them, of each spacing that lays out exactly `count` steps within the schedule, by name.

    Of those that lay out the same levels the first stands for all.

    >>> list(standard_steps(Schedule("linear", 1000), 4))[:3]
    ['trailing', 'leading', 'linspace']
    """
    found: dict[str, Array] = {}
    for name in dict.fromkeys([FIRST, *SPACINGS]):
        try:
            steps = Steps.from_spacing(schedule, count, name)
        except StepsError:
            continue
        fits = steps.count == count and not steps.outside
        if fits and not any(np.allclose(steps.sigmas, other, rtol=1e-6) for other in found.values()):
            found[name] = steps.sigmas
    return found
