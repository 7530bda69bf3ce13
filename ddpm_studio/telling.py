"""Telling of what cannot be done, in the shell: one sentence on standard error, and an exit code."""

from __future__ import annotations

import sys

from ddpm_studio.errors import StudioError

PROGRAM = "ddpm-studio"
BAD_INPUT = 2


def tell(error: StudioError) -> int:
    """Say on standard error what was wrong; the exit code for bad input."""
    if sys.stderr is not None:  # None where it is closed, as by 2>&-.
        sys.stderr.write(f"{PROGRAM}: {error}\n")
    return BAD_INPUT
