"""Process settings that the program asks of the system before torch is imported."""

from __future__ import annotations

import os
import sys

KEPT_BYTES, OWN_MAPPING_BYTES = 256 << 20, 32 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_… in malloc.h.


def prepare_process() -> None:
    """Make waiting threads leave the cores to others, keep freed memory for the next network call, float32 what it
    says, and torch quiet.

    Environment variables for each take precedence.
    """
    _share_cores()
    _keep_precision()
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # Its operators' warnings go to the terminal past Python's.
    _keep_memory()


def quiet_libraries() -> None:
    """Keep libraries from writing beside the program's own sentences: neither warnings nor what they log.

    Python's own option -W takes precedence.
    """
    import logging
    import warnings

    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())  # Without any, Python prints what is logged.


def _share_cores() -> None:
    """Make OpenMP's threads, which torch starts, sleep after some 10 µs of waiting for each other.

    GNU's spin for milliseconds, which makes a run take twenty times as long when other work shares its cores. The cost
    on an idle machine is 5 % more time for 16 portraits. The library reads its environment once, at torch's import.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")


def _keep_precision() -> None:
    """Keep NVIDIA's libraries from computing with 10 of the 23 bits of float32, as they do by default in convolutions.

    The portraits of one seed differed by up to 53 of 255 levels from those of the CPU, and without this by one. It is a
    third faster; bfloat16 is for whom speed matters more.
    """
    os.environ.setdefault("NVIDIA_TF32_OVERRIDE", "0")


def _keep_memory() -> None:
    """Keep GNU's malloc from returning memory until `KEPT_BYTES` of it are free, except for very large blocks.

    By default it returns what one layer of a network frees and the next one requests: 16 portraits cost 200,000 page
    faults and 8 % more time.
    """
    if not sys.platform.startswith("linux") or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # Not every C library has this.
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(_MMAP_THRESHOLD, OWN_MAPPING_BYTES)
