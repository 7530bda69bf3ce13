"""Program: something to call with (x, t) or (x, t, labels), such as a module of the user's own, as a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import torch
from torch import Tensor, nn


class NotATensorError(Exception):
    """What was returned in place of a tensor: the name of its class."""


class Program(nn.Module):
    """`callee(x, t)` or `callee(x, t, labels)`, which returns a tensor or has one as its `.sample`.

    x becomes `dtype` and t `t_dtype`; t has shape (B,), or () with `scalar_t`. With `batch` exactly that many pictures
    go in at once: larger batches are split, smaller ones padded. With a `dtype`, `to` changes only the device: the
    casts in a program fit no precision other than the one it was written in. None leaves x as it is.
    """

    def __init__(
        self,
        callee: nn.Module,
        dtype: torch.dtype | None = torch.float32,
        t_dtype: torch.dtype = torch.float32,
        scalar_t: bool = False,
        batch: int | None = None,
    ) -> None:
        super().__init__()
        self.callee, self.dtype, self.t_dtype = callee, dtype, t_dtype
        self.scalar_t, self.batch = scalar_t, batch

    def forward(self, x: Tensor, timesteps: Tensor, *labels: Tensor) -> Tensor:
        """x (B, C, H, W), timesteps (B,), labels (B,) → (B, C or 2C, H, W), in the precision of x."""
        given = [x.to(self.dtype or x.dtype).contiguous(), timesteps.to(self.t_dtype), *labels]
        size = self.batch or len(x)
        parts = [self._call([one[i : i + size] for one in given], size) for i in range(0, len(x), size)]
        out = parts[0] if len(parts) == 1 else torch.cat(parts)
        return out.to(x.dtype)

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Move it to another device, and to another precision if it has no `dtype` of its own."""
        if self.dtype is not None:
            kwargs.pop("dtype", None)
        return super().to(*args, **kwargs)

    def _call(self, given: Sequence[Tensor], size: int) -> Tensor:
        missing = size - len(given[0])
        if missing:
            given = [torch.cat([part, part[-1:].expand(missing, *part.shape[1:])]) for part in given]
        x, t, *labels = given
        out = self.callee(x, t[0] if self.scalar_t else t, *labels)
        tensor = out if isinstance(out, Tensor) else getattr(out, "sample", out)
        if not isinstance(tensor, Tensor):
            raise NotATensorError(type(tensor).__name__)
        return tensor[: size - missing]
