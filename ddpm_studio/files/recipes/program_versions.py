"""Versions of the programs that had a part in a file, as its recipe names them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from ddpm_studio.release import version_here
from ddpm_studio.telling import PROGRAM


def versions_of(*packages: str) -> dict[str, str]:
    """The versions of this program and of packages, as far as these are installed."""
    found = {PROGRAM: version_here()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
