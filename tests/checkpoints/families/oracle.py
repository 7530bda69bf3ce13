"""What other libraries' networks return for weights that are drawn from their names: a test's independent witness.

An oracle file, NPZ, holds for each case `NAME.tensors`, a JSON object of the names and shapes of the library's state
dict, and `NAME.out`, what its network returned for `x`, `timesteps` (and `labels`) of this module, in float32.
Whoever wants to record one anew, with the library at hand:

    module.load_state_dict(drawn({name: tensor.shape for name, tensor in module.state_dict().items()}))
    out = module.eval()(picture(channels, height, width), TIMESTEPS)
    np.savez_compressed(path, **{"NAME.tensors": json.dumps(shapes), "NAME.out": out.numpy()})
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

HERE = Path(__file__).parent
TIMESTEPS = torch.tensor([0, 613])
LABELS = torch.tensor([2, 0])


@dataclass(frozen=True)
class Case:
    """The names and shapes of a network's tensors, and what the library's network returned."""

    shapes: Mapping[str, Sequence[int]]
    out: Tensor

    def tensors(self, seed: str = "") -> dict[str, Tensor]:
        """The weights with which it was recorded, or others with another seed."""
        return drawn(self.shapes, seed)


def recorded(library: str, name: str) -> Case:
    """The case of this name in the oracle file of a library."""
    with np.load(HERE / f"{library}.npz") as file:
        return Case(json.loads(str(file[f"{name}.tensors"])), torch.from_numpy(file[f"{name}.out"]))


def names(library: str) -> list[str]:
    """The cases of a library."""
    with np.load(HERE / f"{library}.npz") as file:
        return [key.removesuffix(".out") for key in file.files if key.endswith(".out")]


def picture(channels: int, height: int, width: int) -> Tensor:
    """Two noisy pictures, (2, C, H, W)."""
    return _normal("x", (2, channels, height, width))


def drawn(shapes: Mapping[str, Sequence[int]], seed: str = "") -> dict[str, Tensor]:
    """Weights that keep activations of the order of 1: filters by their fan-in, gains around 1, offsets around 0."""
    return {name: _weight(name, tuple(shape), seed) for name, shape in shapes.items()}


def _weight(name: str, shape: tuple[int, ...], seed: str) -> Tensor:
    normal = _normal(seed + name, shape)
    if name.endswith((".bias", ".b")):
        return 0.2 * normal
    if len(shape) == 1 or name.endswith(".g"):
        return 1 + 0.2 * normal
    return normal if name.endswith("mem_kv") else normal / float(np.prod(shape[1:])) ** 0.5


def _normal(name: str, shape: tuple[int, ...]) -> Tensor:
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    return torch.from_numpy(generator.standard_normal(shape, dtype=np.float32))
