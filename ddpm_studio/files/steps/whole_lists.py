"""Whole lists: those of files that say where they end, as a list in a text and what stands behind it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import Applied, FoundList

COLUMNS = ("step", "t", "timestep", "sigma", "log_snr", "alphas_cumprod", "tau")
"""The columns of a table that is our own."""

LAST_IS_END = ", the last is where they end"
_ENDING = ", ending at sigma "

HEADING = re.compile(
    rf"[\s#\"']*(sigmas?|taus?|timesteps?)(?:({LAST_IS_END})|{_ENDING}(\S+))?[ \r\"']*(?:[:=]|[,;\t](?=\s*[-+.\d])|$)",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands above or before numbers: what they are, and where they end."""


def ending_at(levels: StepLevels) -> str:
    """What a heading of timesteps says of an end, which is none of them; "" for the clean picture."""
    return f"{_ENDING}{shortest(float(levels.sigmas[-1]))}" if math.isfinite(levels.log_snr[-1]) else ""


def whole_list(sort: str, numbers: Sequence[float], boundary: float | None = None) -> FoundList:
    """A list of levels of which the last is where it ends, with the τ from which on the first of two experts goes.

    >>> print(*whole_list("sigmas", (14.6, 3, 0.5)).behind, *whole_list("sigmas", (0.5, 3, 14.6)).behind)
    above=0.5 above=0.5 reverse
    """
    rises = len(numbers) > 1 and all(before < after for before, after in itertools.pairwise(numbers))
    falling = tuple(numbers[::-1] if rises else numbers)
    last = falling[-1] if falling else 0.0
    if not 0 <= last < (math.inf if sort == "sigmas" else 1) or (rises and last == 0):
        return FoundList(sort, tuple(numbers))
    behind = [Applied("above", last if sort == "sigmas" else last / (1 - last))] if last else []
    behind += [Applied("reverse")] if rises else []
    behind += [Applied("experts", boundary)] if boundary is not None else []
    return FoundList(sort, (*falling[:-1], 0.0) if last else falling, tuple(behind))
