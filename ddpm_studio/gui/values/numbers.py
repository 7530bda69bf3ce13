"""Numbers at full precision, as text."""

from __future__ import annotations


def exact(value: float | None) -> str:
    """`value` as the shortest text that reads back as the same float64; empty for None."""
    return "" if value is None else repr(value)
