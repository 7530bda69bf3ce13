"""Renaming of the tensors of diffusers' attention before release 0.15, which google/ddpm-* were written with; and what
weights of a UNet2DModel are found among others by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

FIRST = "time_embedding.linear_1.weight"
"""A tensor that every UNet2DModel has."""

_OLD_NAMES = {".query.": ".to_q.", ".key.": ".to_k.", ".value.": ".to_v.", ".proj_attn.": ".to_out.0."}


def in_new_names(tensors: Mapping[str, T]) -> dict[str, T]:
    """The tensors under the names that diffusers gives them today."""
    return {_renamed(name): tensor for name, tensor in tensors.items()}


def in_old_names(name: str) -> str:
    """The name that a tensor had before."""
    for old, new in _OLD_NAMES.items():
        name = name.replace(new, old)
    return name


def is_in_old_names(names: Iterable[str]) -> bool:
    """True if one of the names is old."""
    return any(name != _renamed(name) for name in names)


def _renamed(name: str) -> str:
    for old, new in _OLD_NAMES.items():
        name = name.replace(old, new)
    return name
