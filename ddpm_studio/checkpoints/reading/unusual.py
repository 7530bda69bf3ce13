"""UnusualError: what no weights need, and reading of which is therefore not tried."""

from __future__ import annotations

from ddpm_studio.texts import SourceText


class UnusualError(ValueError):
    """Raised for what a pickle says beyond the bounds of what training leaves behind; its only argument names it."""

    def __init__(self, part: SourceText) -> None:
        super().__init__(part)
