"""Motion that is reduced: what moves by itself asks Qt, which is told here what the person wants."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

AS_THE_SYSTEM = "ddpm_studio.effects"
"""The property of the application that keeps what the system said."""


def is_reduced(app: QApplication) -> bool:
    """Whether nothing is to move by itself but what a person moves."""
    return not app.isEffectEnabled(Qt.UIEffect.UI_General)


def set_reduced(app: QApplication, reduced: bool | None) -> None:
    """Reduce what moves by itself, or not; None does as the system said when the program began."""
    system = app.property(AS_THE_SYSTEM)
    if system is None:
        system = app.isEffectEnabled(Qt.UIEffect.UI_General)
        app.setProperty(AS_THE_SYSTEM, system)
    app.setEffectEnabled(Qt.UIEffect.UI_General, bool(system) if reduced is None else not reduced)
