"""Betas of `custom` schedules, which the mathematics gets by a function it is given, since it opens no files itself."""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False  # The import of typing would take long, and this is imported before signals are watched.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reader = Callable[[str, str], tuple[NDArray[np.float64], str]]

_reader: Reader
"""Set where the program is put together: in `ddpm_studio`, which is imported first."""


def set_betas_reader(reader: Reader) -> None:
    """Set the function by which `custom` reads β, shape (T,), from a path, and the quantity that they came from."""
    global _reader
    _reader = reader


def betas_at(path: str, quantity: str) -> tuple[NDArray[np.float64], str]:
    """β, shape (T,), from a path that is said to hold `quantity`, and which they came from; "" for plain β."""
    return _reader(path, quantity)
