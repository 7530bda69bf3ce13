"""What kind of file a checkpoint is, by its first bytes."""

from __future__ import annotations

from typing import Literal

Container = Literal["folder", "zip", "safetensors", "pickle", "other"]
"""A "zip" is what torch writes: weights, TorchScript, .pt2."""

_PROTOCOLS = tuple(bytes((0x80, protocol)) for protocol in range(6))
_LONGEST_HEADER = 100_000_000
"""Bytes, the limit of safetensors itself."""


def container_of(start: bytes) -> Container:
    """The kind of the file that starts with these bytes, of which nine are enough."""
    if _opens_safetensors(start):
        return "safetensors"
    if start.startswith(b"PK\x03\x04"):
        return "zip"
    if start.startswith(_PROTOCOLS):
        return "pickle"
    return "safetensors" if start[8:9] == b"{" else "other"  # One whose first eight bytes are damaged.


def _opens_safetensors(start: bytes) -> bool:
    """Whether a length and JSON come first; 896 bytes, for one, begin with 0x80 and a protocol, as a pickle does."""
    return start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= _LONGEST_HEADER
