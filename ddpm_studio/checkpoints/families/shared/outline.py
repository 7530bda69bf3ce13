"""Outline: the names and shapes of a file's tensors, from which a network is built layer by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from torch import Tensor, nn

Shape = tuple[int, ...]
_MOST_DIGITS = 4
"""Digits of the number of a module, of which no network has more."""


class MissingTensorError(LookupError):
    """A network asked for a tensor that the file lacks; the argument is its name."""


class Outline:
    """The content of a file, seen from one of its modules: `outline / "downs" / 0` is what begins with "downs.0."."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        parts = (name.split(".") for name in tensors)
        self._known = {".".join(part[:i]) for part in parts for i in range(1, len(part) + 1)}
        self._prefix = ""

    def __truediv__(self, name: str | int) -> Self:
        inner = object.__new__(type(self))
        inner._shapes, inner._known, inner._prefix = self._shapes, self._known, f"{self._prefix}{name}."
        return inner

    def __contains__(self, name: object) -> bool:
        """True if there is a tensor, or a module with tensors, of this name."""
        return f"{self._prefix}{name}" in self._known

    def __len__(self) -> int:
        """The number of modules that are numbered from 0 on without a gap."""
        count = 0
        while count in self:
            count += 1
        return count

    @property
    def reach(self) -> int:
        """One more than the highest number of a module, with gaps where modules have no tensors."""
        inside = (name.removeprefix(self._prefix) for name in self._known if name.startswith(self._prefix))
        return max((int(name) + 1 for name in inside if name.isdecimal() and len(name) <= _MOST_DIGITS), default=0)

    def shape(self, name: str = "weight") -> Shape:
        """The shape of a tensor; MissingTensorError if there is none."""
        try:
            return self._shapes[self._prefix + name]
        except KeyError:
            raise MissingTensorError(self._prefix + name) from None

    def sizes(self, dimensions: int, name: str = "weight") -> Shape:
        """As `shape`, for a tensor with this many dimensions; ValueError if it has another number, or is empty."""
        shape = self.shape(name)
        if len(shape) != dimensions or 0 in shape:
            raise ValueError(f"{self._prefix}{name} is {shape}")
        return shape


def conv(outline: Outline, stride: int = 1, *, bias: bool = True) -> nn.Conv2d:
    """A convolution that keeps the size of a picture, or divides it by `stride`.

    The family says whether it has a `bias`: one that a file lost would be missed by nothing else.
    """
    out, channels, kernel, _ = outline.sizes(4)
    return nn.Conv2d(channels, out, kernel, stride, (kernel - 1) // 2, bias=bias)


def linear(outline: Outline) -> nn.Linear:
    """A linear layer."""
    out, features = outline.sizes(2)
    return nn.Linear(features, out)


def group_norm(outline: Outline, groups: int) -> nn.GroupNorm:
    """A group normalisation; ValueError if its channels do not divide into this many groups."""
    return _GroupNorm(groups, outline.sizes(1)[0])


class _GroupNorm(nn.GroupNorm):
    """nn.GroupNorm, which gives tensors without content back at once.

    torch finds out their shape by Python for each operation inside, and imports its compiler for the first, which
    takes as long as torch itself.
    """

    def forward(self, x: Tensor) -> Tensor:
        """x (B, C, …) → the same shape; RuntimeError if it has another number of channels."""
        if not x.is_meta:
            return super().forward(x)
        if x.shape[1] != self.num_channels:
            raise RuntimeError(f"{x.shape[1]} channels in place of {self.num_channels}")
        return x
