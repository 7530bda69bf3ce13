"""Parts of a batch: one function over all of its rows, in as many calls as the device's memory requires."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.device_errors import too_many


class Parts:
    """Calls functions with `size` rows at a time, which begins as `whole` and shrinks where memory runs out."""

    def __init__(self, whole: int) -> None:
        self.whole = self.size = whole

    def __call__(self, function: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
        """What a function returns for these inputs, (B, …) each, from calls with some of their rows.

        Raises SamplingError if not even one row fits on the device.
        """
        device = inputs[0].device
        while True:
            try:
                return self._called(function, *inputs)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or _is_captured(device):
                    raise
                if self.size == 1:
                    raise too_many(1, device) from error
            # The exception is gone here, and with it the tensors that its traceback kept alive.
            self.size = (self.size + 1) // 2
            if device.type == "cuda":
                torch.cuda.empty_cache()

    def _called(self, function: Callable[..., Tensor], *inputs: Tensor) -> Tensor:
        if self.size >= len(inputs[0]):
            return function(*inputs)
        parts = zip(*(torch.split(tensor, self.size) for tensor in inputs), strict=True)
        return torch.cat([function(*part) for part in parts])


def _is_captured(device: torch.device) -> bool:
    """True during the capture of a graph, which is given up where memory ends: without it, larger parts may fit."""
    return device.type == "cuda" and torch.cuda.is_current_stream_capturing()
