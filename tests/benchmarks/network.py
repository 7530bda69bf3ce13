"""The network that the benchmarks open, in a module that costs no more to import than one's own would."""

from __future__ import annotations

from torch import nn

from tests.checkpoints.families.small import Table


def wide_table() -> nn.Module:
    """A network of some size."""
    return Table(64)
