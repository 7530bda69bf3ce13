"""Values of JSON that anybody may have written, as what they have to be: TypeError or ValueError for anything else."""

from __future__ import annotations

import math
from collections.abc import Mapping


def mapping(value: object) -> Mapping[str, object]:
    """A JSON object; TypeError for anything else."""
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def sequence(value: object) -> list[object]:
    """A JSON array; TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def text(value: object) -> str:
    """A JSON string; TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def texts(value: object) -> tuple[str, ...]:
    """A JSON array of strings; TypeError for anything else."""
    return tuple(text(each) for each in sequence(value))


def flag(value: object) -> bool:
    """A JSON boolean; TypeError for anything else."""
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def whole(value: object) -> int:
    """A whole number; TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def number(value: object) -> float:
    """A number, or "inf" and "-inf", which JSON has no numbers for; TypeError or ValueError for anything else."""
    if value in ("inf", "-inf"):
        return float(str(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    if not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def plain(value: float) -> float | str:
    """The number as JSON has it, the inverse of `number`."""
    return value if math.isfinite(value) else str(value)
