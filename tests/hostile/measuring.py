"""Measuring the memory of a process, which has imported everything first, lest that counts as growth of a case."""

from __future__ import annotations

import importlib
import pkgutil
import resource
from pathlib import Path

import ddpm_studio


def import_everything() -> None:
    """Import the program and what it imports late, which is no growth of a case."""
    from PIL import Image

    for found in pkgutil.walk_packages(ddpm_studio.__path__, "ddpm_studio."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    Image.init()


def mapped() -> int:
    """Bytes of addresses of this process."""
    return _pages(0)


def resident() -> int:
    """Bytes of memory of this process."""
    return _pages(1)


def from_here() -> int:
    """The memory of this process, from which its peak is counted from now on."""
    Path("/proc/self/clear_refs").write_text("5")
    return resident()


def peak() -> int:
    """The most bytes of memory that this process had since then."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _pages(place: int) -> int:
    return int(Path("/proc/self/statm").read_text().split()[place]) * resource.getpagesize()
