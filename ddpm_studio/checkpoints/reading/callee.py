"""Callee: what stands for a function or class that a pickle names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Callee:
    """What a pickle may call, and the function of ours that is called in its place."""

    call: Callable[..., object]
