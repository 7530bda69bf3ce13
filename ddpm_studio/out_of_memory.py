"""Out-of-memory errors, which every library words differently, told from other errors without importing torch."""

from __future__ import annotations

import re

_WORDS = re.compile(
    "out of memory|[Cc]an(?:'t|not) allocate memory|not enough memory|Storage size calculation overflowed"
    "|STATUS_ALLOC_FAILED"  # cuBLAS and cuDNN.
    "|failed to map segment"  # The system's loader, of a library.
    "|could not create a primitive$"  # oneDNN, which says “… a primitive descriptor for” where it cannot do something.
)


def is_out_of_memory(error: Exception) -> bool:
    """True if more memory was requested than the device, or the host, has."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | ImportError) and (_is_of_torch(error) or _WORDS.search(str(error)) is not None)
    )


def _is_of_torch(error: Exception) -> bool:
    return any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__)
