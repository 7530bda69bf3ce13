"""Casts of timesteps to whole numbers inside a network: seen by calling it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ddpm_studio.errors import StudioError

_MORE = 0.25
"""What is lost by rounding down as well as to the nearest."""


def casts_to_whole(network: nn.Module, shape: tuple[int, int, int], told: int, labelled: bool) -> bool:
    """True if a fraction more than `told` makes no difference to the output of a network and 1 more does.

    It is called with one picture of noise. False for one that fails; a StudioError of what runs it is raised.
    """
    return _makes_alike(network, shape, (told, told + _MORE), told + 1, labelled)


def rounds_away(network: nn.Module, shape: tuple[int, int, int], low: float, high: float, labelled: bool) -> bool:
    """True if all that a network is told from `low` to `high` makes no difference to its output, and whole numbers do.

    It is called as by `casts_to_whole`.
    """
    # A middle, besides, for what rounds to the nearest.
    alike = (low, low + 0.4 * (high - low), low + 0.49 * (high - low))
    return _makes_alike(network, shape, alike, low + 2 * max(1.0, high - low), labelled)


def _makes_alike(
    network: nn.Module, shape: tuple[int, int, int], alike: Sequence[float], other: float, labelled: bool
) -> bool:
    """Whether the output is the same at all times of `alike`, and another at the `other`."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, *shape, generator=generator)
    labels = [torch.zeros(1, dtype=torch.int64)] if labelled else []

    def out(time: float) -> Tensor:
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned: Tensor = network(x, torch.full((1,), time), *labels)
            return returned

    try:
        first = out(float(alike[0]))
        return all(torch.equal(out(time), first) for time in alike[1:]) and not torch.equal(out(other), first)
    except StudioError:
        raise
    except Exception:  # The network is the user's own, and so is what it raises.
        return False
