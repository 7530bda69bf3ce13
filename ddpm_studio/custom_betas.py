"""Betas of `custom` schedules, which the mathematics gets by a function it is given, since it opens no files itself."""

from __future__ import annotations

from collections.abc import Callable

TYPE_CHECKING = False  # The import of typing would take long, and this is imported before signals are watched.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reader = Callable[[str], NDArray[np.float64]]

_reader: Reader
"""Set where the program is put together: in `ddpm_studio`, which is imported first."""


def set_betas_reader(reader: Reader) -> None:
    """Set the function by which `custom` reads β, shape (T,), from a path."""
    global _reader
    _reader = reader


def betas_at(path: str) -> NDArray[np.float64]:
    """β, shape (T,), from a path."""
    return _reader(path)
