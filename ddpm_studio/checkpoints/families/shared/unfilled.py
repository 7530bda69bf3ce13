"""Networks without their weights, which come from a file: built without memory or random numbers for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode


class Unfilled(TorchFunctionMode):
    """A mode in which torch.empty, which allocates what is filled with random weights, allocates nothing.

    What a network computes when it is built, such as the places of patches, is computed.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """The function's result, on the meta device for torch.empty."""
        given = dict(kwargs or {})
        if func is torch.empty:
            given["device"] = "meta"
        return func(*args, **given)


def computed_buffers(network: nn.Module) -> frozenset[str]:
    """The names of buffers that are in no file but computed when the network is built."""
    return frozenset(name for name, _ in network.named_buffers()) - network.state_dict().keys()
