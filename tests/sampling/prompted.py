"""A network that takes text, and what turns words into numbers for it."""

from __future__ import annotations

import zlib

import torch
from torch import Tensor, nn

from ddpm_studio.sampling import Condition

LONGEST = 7


class HashedWords:
    """A TextEncoding: each word is a row of numbers by its hash, up to LONGEST words; counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, prompt: str) -> Condition:
        """LONGEST rows of 4 numbers."""
        self.asked.append(prompt)
        words = torch.stack([*map(_numbers, prompt.split()), *[torch.zeros(4)] * LONGEST])
        return Condition((), {"encoder_hidden_states": words[None, :LONGEST]})

    def against(self, prompt: str) -> Condition:
        """The same for a negative prompt."""
        return self(prompt)

    def tokens(self, prompt: str) -> tuple[int, int]:
        """Its words."""
        return len(prompt.split()), LONGEST


def _numbers(word: str) -> Tensor:
    return torch.randn(4, generator=torch.Generator().manual_seed(zlib.crc32(word.encode())))


class Reading(nn.Module):
    """ε from x and the sum of `encoder_hidden_states`, counting its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def forward(self, x: Tensor, t: Tensor, *, encoder_hidden_states: Tensor) -> Tensor:
        """sin(1.3 x + text)."""
        self.sizes.append(len(x))
        said = encoder_hidden_states.sum(1)[:, :3, None, None].to(x)
        return torch.sin(1.3 * x + said + t[:, None, None, None].to(x) / 1000)
