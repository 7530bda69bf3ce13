"""Original names of tensors, and those that diffusers and transformers give them: which module is which."""

from __future__ import annotations

from collections.abc import Mapping

from ddpm_studio.checkpoints.families.shared.filling import Tensors

Places = Mapping[str, str]
"""Modules by their original names: how they are called now."""


def renamed(tensors: Tensors, places: Places) -> Tensors:
    """The tensors under new names, each by the innermost module that is known; others keep theirs."""
    return {new_name(name, places): tensor for name, tensor in tensors.items()}


def new_name(name: str, places: Places) -> str:
    """The name that a tensor has now.

    >>> new_name("mid.block_1.conv1.weight", {"mid.block_1": "mid_block.resnets.0"})
    'mid_block.resnets.0.conv1.weight'
    """
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        if (place := places.get(".".join(parts[:count]))) is not None:
            return ".".join((place, *parts[count:]))
    return name


def inside(old: str, new: str, names: Places) -> Places:
    """The modules inside one that is called `new` in place of `old`, and itself."""
    return {old: new, **{f"{old}.{inner}": f"{new}.{name}" for inner, name in names.items()}}
