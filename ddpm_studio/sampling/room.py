"""Room on a device: how much memory is free there, and how much it has in all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch

_MEMINFO = Path("/proc/meminfo")


@dataclass(frozen=True)
class Room:
    """Bytes that are `free`, and those there are in all, on the disk that the system swaps to as well."""

    free: int
    total: int


def room_on(device: torch.device) -> Room | None:
    """The memory of a device; None where the system does not tell."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        # What torch keeps at hand for later tensors is there for these.
        return Room(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device), total)
    return _of_the_host() if device.type == "cpu" else None


def _of_the_host() -> Room | None:
    try:
        lines = _MEMINFO.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = {name: 1024 * int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB$", lines, re.MULTILINE)}
    if not found.keys() >= {"MemAvailable", "MemTotal"}:
        return None
    return Room(found["MemAvailable"], found["MemTotal"] + found.get("SwapTotal", 0))
