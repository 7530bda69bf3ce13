"""Casts of timesteps to whole numbers inside a network: seen by calling it."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn

from ddpm_studio.errors import StudioError

_MORE = 0.25
"""What is lost by rounding down as well as to the nearest."""


def casts_to_whole(network: nn.Module, shape: tuple[int, int, int], told: int, labelled: bool) -> bool:
    """True if a fraction more than `told` makes no difference to the output of a network and 1 more does.

    It is called with one picture of noise. False for one that fails; a StudioError of what runs it is raised.
    """
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, *shape, generator=generator)
    labels = [torch.zeros(1, dtype=torch.int64)] if labelled else []

    def out(time: float) -> Tensor:
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            returned: Tensor = network(x, torch.full((1,), time), *labels)
            return returned

    try:
        first = out(float(told))
        return torch.equal(out(told + _MORE), first) and not torch.equal(out(told + 1), first)
    except StudioError:
        raise
    except Exception:  # The network is the user's own, and so is what it raises.
        return False
