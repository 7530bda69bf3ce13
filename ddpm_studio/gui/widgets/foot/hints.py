"""Hints at what the pointer can do where it is: status tips, which the window shows at its foot.

A widget that is alike all over has its hint from `setStatusTip`, and Qt does the rest. One that is not says it with
every move of the mouse, by `hint`.
"""

from __future__ import annotations

from PySide6.QtGui import QStatusTipEvent
from PySide6.QtWidgets import QApplication, QWidget


def hint(widget: QWidget, text: str) -> None:
    """Say what can be done at the place of a widget that the pointer has come to, "" if nothing can."""
    if text != widget.statusTip():
        widget.setStatusTip(text)
        QApplication.sendEvent(widget, QStatusTipEvent(text))
