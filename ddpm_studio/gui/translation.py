"""Sentences of the layers that know no Qt, in the person's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.errors import StudioError


def translated(error: StudioError) -> str:
    """The sentence of `error` in the person's language."""
    return QCoreApplication.translate("errors", error.template).format(**error.values)
