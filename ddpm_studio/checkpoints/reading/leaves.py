"""Leaves: the tensors and plain values in a weights file, however they were nested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Leaves:
    """The flattened content of a weights file."""

    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
