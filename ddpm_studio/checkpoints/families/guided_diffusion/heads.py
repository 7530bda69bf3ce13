"""Heads of the attention of improved-diffusion and guided-diffusion, which no shape tells."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Heads:
    """A number of heads (`count`), or heads with this many `channels`, of which wider layers have more.

    With `order` "legacy" q, k and v are split after the heads, with "new" before them. `up` is the number of heads on
    the way up, None for the same; the width of a head holds everywhere.
    """

    count: int | None = None
    channels: int | None = None
    order: str = "legacy"
    up: int | None = None

    @property
    def upwards(self) -> Heads:
        """The split on the way up."""
        return self if self.channels or not self.up else replace(self, count=self.up)

    def of(self, channels: int) -> int:
        """The number of heads of an attention with this many channels."""
        return channels // self.channels if self.channels else self.count or 1

    def fit(self, channels: int) -> bool:
        """True if an attention with this many channels can be split like this."""
        return channels % (self.channels or self.count or 1) == 0
