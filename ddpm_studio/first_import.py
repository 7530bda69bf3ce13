"""The import of torch in two thirds of its time."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing_torch() -> Iterator[None]:
    """Stop garbage collection while torch is imported, in a process that ends soon.

    The import makes more than 100,000 objects, which stay to the end. Looking for garbage among them takes a third of a
    second in all: while they are made, during the run and at the end.
    """
    if "torch" in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
