"""Looks of the window that follow the preferences: the font, the tokens of the theme, and what moves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from ddpm_studio.gui.preferences.motion import set_reduced
from ddpm_studio.gui.preferences.preferences import Motion, Preferences
from ddpm_studio.gui.theme import Tokens, tokens_for
from ddpm_studio.gui.widgets.sizes.by_font import system_font, system_size

REDUCED = {Motion.SYSTEM: None, Motion.REDUCED: True, Motion.FULL: False}


def looks_of(preferences: Preferences, app: QApplication) -> Tokens:
    """The tokens by which every panel shows itself as a person prefers."""
    return replace(
        tokens_for(preferences.theme, app),
        line_width=preferences.line_width,
        dashed=preferences.dashes,
        scale=(preferences.font_size or system_size(app)) / system_size(app),
    )


def apply_font(app: QApplication, size: float | None) -> None:
    """Write everything in the system's font, in this many points if that is given."""
    font = system_font(app)
    if size is not None:
        font.setPointSizeF(size)
    if app.font() != font:
        # A font that is changed under a style sheet reaches no widget; the theme brings the sheet back.
        app.setStyleSheet("")
        app.setFont(font)


def apply_motion(app: QApplication, motion: Motion) -> None:
    """Move as much as a person prefers."""
    set_reduced(app, REDUCED[motion])
