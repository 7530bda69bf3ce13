"""Geometry of a window, as Qt stores it, in a text that JSON can hold."""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.state.json_values import text


def geometry_text(window: QWidget) -> str:
    """The place and size of a window."""
    return base64.b64encode(window.saveGeometry().data()).decode("ascii")


def geometry_of(value: object) -> QByteArray:
    """What `geometry_text` gave; TypeError or ValueError for anything else."""
    return QByteArray(base64.b64decode(text(value), validate=True))
