"""Versions of what the program runs with, told without importing any of it that takes long."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from PySide6.QtCore import qVersion

from ddpm_studio.release import version_here, version_of
from ddpm_studio.telling import PROGRAM

PACKAGES = {"PySide6": "PySide6-Essentials", "pyqtgraph": "pyqtgraph", "NumPy": "numpy", "torch": "torch"}
"""The distributions whose versions are told, by what they are called."""


def versions_here() -> Mapping[str, str]:
    """The version of each by its name, "–" for a package that is not installed."""
    own = {PROGRAM: version_here(), "Python": platform.python_version(), "Qt": qVersion()}
    return {**own, **{name: version_of(package) or "–" for name, package in PACKAGES.items()}}
