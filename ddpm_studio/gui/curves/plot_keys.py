"""Keys of the plots: what each does, by a name, and by how much."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

_NONE, _CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_ENLARGING = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)

PLOT_KEYS: Mapping[tuple[Qt.KeyboardModifier, Qt.Key], tuple[str, float]] = {
    (_CONTROL, Qt.Key.Key_Left): ("plot", -1),
    (_CONTROL, Qt.Key.Key_Right): ("plot", 1),
    # On many keyboards + is reached with Shift.
    **{(_CONTROL | shift, key): ("x", 1) for key in _ENLARGING for shift in (_NONE, _SHIFT)},
    **{(_ALT | shift, key): ("y", 1) for key in _ENLARGING for shift in (_NONE, _SHIFT)},
    (_CONTROL, Qt.Key.Key_Minus): ("x", -1),
    (_ALT, Qt.Key.Key_Minus): ("y", -1),
    (_CONTROL, Qt.Key.Key_0): ("whole", 0),
    (_SHIFT, Qt.Key.Key_Left): ("along", -1),
    (_SHIFT, Qt.Key.Key_Right): ("along", 1),
    (_NONE, Qt.Key.Key_L): ("log", 0),
    (_NONE, Qt.Key.Key_M): ("measure", 0),
    (_NONE, Qt.Key.Key_Delete): ("remove point", 0),
    (_NONE, Qt.Key.Key_Escape): ("give up", 0),
}
"""The name and the amount by the keys held and the key pressed."""
