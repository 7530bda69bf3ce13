"""Motion: how long what moves by itself may take, as the person wants it, or else as the system says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle

MOTION_MS = 200
"""How long it takes where the person wants motion and the system does not say."""

_WANTED, _EFFECTS = "ddpm_studio.motion", "ddpm_studio.effects"
"""Properties of the application: what the person wants, and whether Qt's own effects were on when it began."""


def motion_ms() -> int:
    """How long what moves by itself may take, in milliseconds; 0 where it is not to move, or nobody is there to see."""
    app = QApplication.instance()
    if not isinstance(app, QApplication) or app.platformName() == "offscreen" or is_reduced(app):
        return 0
    return _of_system(app) or MOTION_MS


def is_reduced(app: QApplication) -> bool:
    """Whether nothing is to move by itself but what a person moves."""
    wanted: bool | None = app.property(_WANTED)
    return _of_system(app) == 0 if wanted is None else wanted


def set_reduced(app: QApplication, reduced: bool | None) -> None:
    """Reduce what moves by itself, or not; None does as the system says. Effects of Qt's own stop as well."""
    effects = app.property(_EFFECTS)
    if effects is None:
        effects = app.isEffectEnabled(Qt.UIEffect.UI_General)
        app.setProperty(_EFFECTS, effects)
    app.setProperty(_WANTED, reduced)
    app.setEffectEnabled(Qt.UIEffect.UI_General, bool(effects) and not reduced)


def _of_system(app: QApplication) -> int:
    return app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
