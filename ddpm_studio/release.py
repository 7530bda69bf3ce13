"""Release of the program that is running, and of what it runs with."""

from __future__ import annotations

from ddpm_studio.telling import PROGRAM

SOURCE = "(not installed)"
"""In place of a version where the program runs from its source alone, which knows none."""


def version_here() -> str:
    """The version that is installed, or SOURCE: whoever reports a fault must not fail for want of it."""
    return version_of(PROGRAM) or SOURCE


def version_of(distribution: str) -> str | None:
    """The version of a distribution, None if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # With half of email, for which a start would wait.

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
