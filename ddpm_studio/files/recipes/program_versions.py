"""Versions of the programs that had a part in a file, as its recipe names them."""

from __future__ import annotations

from ddpm_studio.release import version_here, version_of
from ddpm_studio.telling import PROGRAM


def versions_of(*packages: str) -> dict[str, str]:
    """The versions of this program and of packages, as far as these are installed."""
    found = {package: version for package in packages if (version := version_of(package)) is not None}
    return {PROGRAM: version_here(), **found}
