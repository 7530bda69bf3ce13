"""Watch over a process apart while its answer is waited for: whoever waits may give up, and its memory is bounded."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ddpm_studio.checkpoints.families.shared.apart.ending import too_large
from ddpm_studio.interruption import check

GRACE_S = 0.2
"""How long an answer is still waited for once nobody wants it: one that comes spares opening the program again."""

MEMORY_SHARE = 0.75
"""Of the machine's memory."""


class Watch:
    """Called while waiting for the process `pid` with the code of `path`; raises what ends the waiting."""

    def __init__(self, path: Path, pid: int) -> None:
        self._path, self._statm = path, Path(f"/proc/{pid}/statm")
        self._unwanted_since: float | None = None

    def __call__(self) -> None:
        """Raise what `interruption.check` does, after a moment of grace; EndedError for too much memory."""
        try:
            check()
        except BaseException:
            now = time.monotonic()
            self._unwanted_since = self._unwanted_since or now
            if now - self._unwanted_since > GRACE_S:
                raise
        limit = int(MEMORY_SHARE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        if self._resident() > limit:
            raise too_large(self._path, limit)

    def _resident(self) -> int:
        """Its resident memory in bytes; 0 where the system does not say."""
        try:
            return int(self._statm.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            return 0
