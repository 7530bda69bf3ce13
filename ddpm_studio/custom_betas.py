"""Betas of `custom` schedules, which the mathematics gets by a function it is given, since it opens no files itself."""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False  # The import of typing would take long, and this is imported before signals are watched.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Reader = Callable[[str, str], tuple[Array, str, Array]]

_reader: Reader
"""Set where the program is put together: in `ddpm_studio`, which is imported first."""


def set_betas_reader(reader: Reader) -> None:
    """Set the function by which `custom` reads what `betas_at` returns."""
    global _reader
    _reader = reader


def betas_at(path: str, quantity: str) -> tuple[Array, str, Array]:
    """β, shape (T,), from a path that is said to hold `quantity`; which they came from, "" for plain β; and log SNR,
    shape (T,), if they don't tell it to the last digit, else (0,).
    """
    return _reader(path, quantity)
