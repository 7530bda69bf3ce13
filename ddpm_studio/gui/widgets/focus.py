"""The keyboard focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_WITH_KEYS = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)


def holds_focus(widget: QWidget) -> bool:
    """True if `widget` or something in it has the focus."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def keeps_key(widget: QWidget | None, key: int) -> bool:
    """True if an arrow, Page Up or Down, Home, End or Space is for this widget alone, even if it does nothing there.

    It is in a list, at either end of which an arrow goes nowhere, and where a text or a number is typed; but in a
    number there is no space.
    """
    if isinstance(widget, QAbstractSpinBox) and key == Qt.Key.Key_Space:
        return False
    return isinstance(widget, _WITH_KEYS) and not (isinstance(widget, QLineEdit) and widget.isReadOnly())
