"""How the attention of improved-diffusion and guided-diffusion is split into heads, which no shape tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heads:
    """So many heads (`count`), or heads of so many `channels`, of which wider layers have more.

    In `order` "legacy" q, k and v are split after the heads, in "new" before them.
    """

    count: int | None = None
    channels: int | None = None
    order: str = "legacy"

    def of(self, channels: int) -> int:
        """The number of heads of an attention of so many channels."""
        return channels // self.channels if self.channels else self.count or 1

    def fit(self, channels: int) -> bool:
        """Whether an attention of so many channels can be split like this."""
        return channels % (self.channels or self.count or 1) == 0
