"""Loading of a TorchScript program, in a process of its own: it may run code of the file, as every call does."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def loaded(path: str) -> nn.Module:
    """The program, on the CPU; raises whatever torch or the program raises."""
    load: Any = torch.jit.load
    script: nn.Module = load(path, map_location="cpu")
    return script
