"""Container of a checkpoint file, told by its first bytes: it decides which reader the file is for."""

from __future__ import annotations

from typing import Literal

from ddpm_studio.files.content import ZIP_MAGIC
from ddpm_studio.files.filetypes import SAFETENSORS, WEIGHTS

Container = Literal["folder", "zip", "safetensors", "pickle", "other"]
"""A "zip" is what torch writes: weights, TorchScript, .pt2."""


def container_of(start: bytes) -> Container:
    """The container of a file that starts with these bytes, of which nine are enough."""
    if SAFETENSORS.starts(start):
        return "safetensors"
    if start.startswith(ZIP_MAGIC):
        return "zip"
    if WEIGHTS.starts(start):
        return "pickle"
    return "safetensors" if start[8:9] == b"{" else "other"  # One whose first eight bytes are damaged.
