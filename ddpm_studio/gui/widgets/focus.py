"""The keyboard focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

_WITH_TEXT = (QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit)
_WITH_KEYS = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit)


def holds_focus(widget: QWidget) -> bool:
    """True if `widget` or something in it has the focus."""
    return _is_in(QApplication.focusWidget(), widget)


def _is_in(focused: QWidget | None, widget: QWidget) -> bool:
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def give_up_focus(of: QWidget, to: QWidget) -> None:
    """Let `to` have the focus if a widget that vanishes, or something in it, has it in its window, active or not.

    Qt would pass it on to some button, which the next Space would press.
    """
    if _is_in(of.window().focusWidget(), of):
        to.setFocus()


def takes_text(widget: QWidget | None) -> bool:
    """True if letters are typed into this widget."""
    return isinstance(widget, _WITH_TEXT) and not (isinstance(widget, QLineEdit) and widget.isReadOnly())


def keeps_key(widget: QWidget | None, key: int) -> bool:
    """True if an arrow, Page Up or Down, Home, End or Space is for this widget alone, even if it does nothing there.

    It is in a list, at either end of which an arrow goes nowhere, and where a text or a number is typed; but in a
    number there is no space. Letters that a list has not used are for the window.
    """
    if isinstance(widget, QAbstractItemView) and Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return False
    if isinstance(widget, QAbstractSpinBox) and key == Qt.Key.Key_Space:
        return False
    return isinstance(widget, _WITH_KEYS) and not (isinstance(widget, QLineEdit) and widget.isReadOnly())


class KeylessScrollArea(QScrollArea):
    """Scrolls `content` up and down; focus and keys are for the rest of the window."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the window."""
        event.ignore()
