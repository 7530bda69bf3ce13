"""Snapping of a step that is dragged, as the keys say that are held meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ddpm_studio.gui.state.step_notes import Snap


def snap_of(keys: Qt.KeyboardModifier) -> Snap:
    """What a step snaps to with these keys: with Shift whole t, with Ctrl a round level, else nothing."""
    if keys & Qt.KeyboardModifier.ShiftModifier:
        return Snap.WHOLE_T
    return Snap.ROUND_LEVEL if keys & Qt.KeyboardModifier.ControlModifier else Snap.NOTHING
