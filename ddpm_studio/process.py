"""What the program asks of the system for its whole process, before torch is imported."""

from __future__ import annotations

import os
import sys

KEPT_BYTES, OWN_MAPPING_BYTES = 256 << 20, 32 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_… in malloc.h.


def prepare_process() -> None:
    """Have threads that wait leave the cores to others, and freed memory stay for the next network call.

    What the environment says of either goes before.
    """
    _share_cores()
    _keep_memory()


def _share_cores() -> None:
    """Have OpenMP's threads, which torch starts, sleep after some 10 µs of waiting for each other.

    GNU's spin for milliseconds, which beside other work on the same cores makes a run twenty times as long. An idle
    machine draws 16 portraits 5 % slower for it. The library reads its environment once, when torch is imported.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")


def _keep_memory() -> None:
    """Have GNU's malloc give back no memory until `KEPT_BYTES` of it are free, but for very large blocks.

    It gives back what one layer of a network frees and the next one asks for: 16 portraits cost 200,000 page faults,
    and 8 % more time.
    """
    if not sys.platform.startswith("linux") or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # Not every C library has it.
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, OWN_MAPPING_BYTES)
