"""Release of the program that is running."""

from __future__ import annotations

from ddpm_studio.telling import PROGRAM

SOURCE = "(not installed)"
"""In place of a version where the program runs from its source alone, which knows none."""


def version_here() -> str:
    """The version that is installed, or SOURCE: whoever reports a fault must not fail for want of it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        return SOURCE
