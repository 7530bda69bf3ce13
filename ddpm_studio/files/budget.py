"""Budget: the memory that reading a file may take, whatever the file says."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

MIB = 2**20
BASE, TIMES = 64 * MIB, 4
"""A budget in bytes: so many for any file, and so many for each of its bytes."""


class Budget:
    """What is left of a file's budget. Whoever is about to allocate what the file asks for spends it here first."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self.limit = self.left = BASE + TIMES * size

    def spend(self, count: int) -> None:
        """Take `count` bytes, at least 0, out of the budget; FileError if there are not so many left."""
        if not 0 <= count <= self.left:
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} would take more than {limit} MiB of memory, far more than a file of its size should; "
                    "it is damaged or made to do harm, so it was not read.",
                ),
                path=self._path,
                limit=self.limit // MIB,
            )
        self.left -= count

    def widen(self, count: int) -> None:
        """Allow `count` bytes more, for a kind of file whose size says little of what it takes."""
        self.limit += count
        self.left += count
