"""Editing: the right of the field with the focus to the keys that edit text, and the end of what is typed there."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ddpm_studio.gui.widgets.typed.draft import Draft

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_MOVING = (_Key.Key_Left, _Key.Key_Right, _Key.Key_Home, _Key.Key_End)
_TAKING_OUT = (_Key.Key_Backspace, _Key.Key_Delete)
_COPYING, _CHANGING = (_Key.Key_C, _Key.Key_A, _Key.Key_Insert), (_Key.Key_V, _Key.Key_X)


@runtime_checkable
class Draggable(Protocol):
    """A field that has the focus while its value is dragged; the drag can be ended for the mouse."""

    def end_drag(self) -> None: ...


@runtime_checkable
class TakenWhenLeft(Protocol):
    """A field of several lines that tells of its text when it is left, if it is `half_typed`."""

    @property
    def half_typed(self) -> bool: ...

    def take_text(self) -> None: ...


class Editing(QObject):
    """Knows the field that is being typed into, wherever in the program it is.

    A key that edits text there is the field's even if a menu has it as a shortcut; with every other key, the menus come
    first. `refused` carries the reason why a text was given up with which a person left for something else.
    """

    refused = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key before the shortcuts have it, or leave it to them; most keys without Ctrl are left to Qt."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            claimed = _claimed(watched, event)
            if claimed is not None:
                event.setAccepted(claimed)
                return True
        return False

    @Slot()
    def finish(self) -> None:
        """Let the field with the focus read what was typed, as if it had been left."""
        field = QApplication.focusWidget()
        if isinstance(field, TakenWhenLeft):
            field.take_text()
        line = _line_of(field)
        if field is None or line is None or not _typed_into(line):
            return
        field.clearFocus()
        # A list's editor is gone by then, and its list takes the focus again.
        heir: QWidget | None = field
        while heir is not None and not (heir.isVisible() and heir.focusPolicy() != Qt.FocusPolicy.NoFocus):
            heir = heir.parentWidget()
        if heir is not None:
            heir.setFocus()

    @Slot()
    def leave(self) -> None:
        """End a drag, and finish what is typed, before something else is shown; what is refused goes, with a word."""
        dragged = QApplication.focusWidget()
        if isinstance(dragged, Draggable):
            dragged.end_drag()
        self.finish()
        line = _line_of(QApplication.focusWidget())
        draft = None if line is None else line.findChild(Draft)
        if draft is not None and draft.reason:
            self.refused.emit(draft.reason)

    @Slot()
    def _follow(self) -> None:
        field = QApplication.focusWidget()
        if field is not None and _has_text(field):
            field.installEventFilter(self)


def _claimed(field: QObject, event: QKeyEvent) -> bool | None:
    """Whether a key is a text field's; None where Qt decides, which knows keys without Ctrl well enough."""
    key, held = event.key(), event.modifiers() & ~_Modifier.KeypadModifier
    if key == _Key.Key_Escape:
        return True if _half_typed(field) else None
    if key == _Key.Key_Insert and held == _Modifier.ShiftModifier:
        return _editable(field)
    if held not in (_Modifier.ControlModifier, _Modifier.ControlModifier | _Modifier.ShiftModifier):
        return None
    shift = bool(held & _Modifier.ShiftModifier)
    if key in _MOVING:
        return not isinstance(field, QLabel)
    if key in _TAKING_OUT:
        return _editable(field)
    if key in (_Key.Key_Z, _Key.Key_Y):
        return _editable(field) and _can_go_back(field, again=shift or key == _Key.Key_Y)
    return not shift and (key in _COPYING or (key in _CHANGING and _editable(field)))


def _has_text(field: QObject) -> bool:
    if isinstance(field, QLabel):
        return bool(field.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)
    return _line_of(field) is not None or isinstance(field, QPlainTextEdit | QTextEdit)


def _line_of(field: QObject | None) -> QLineEdit | None:
    """The line of text in a field with a single one."""
    if isinstance(field, QComboBox):
        return field.lineEdit()
    if isinstance(field, QAbstractSpinBox):
        return field.findChild(QLineEdit)
    return field if isinstance(field, QLineEdit) else None


def _half_typed(field: QObject) -> bool:
    """Whether a field holds something that was typed, and not taken yet."""
    if isinstance(field, TakenWhenLeft):
        return field.half_typed
    line = _line_of(field)
    return line is not None and _typed_into(line)


def _typed_into(line: QLineEdit) -> bool:
    """Whether a line holds something that was typed, and not taken yet."""
    draft = line.findChild(Draft)
    return line.isModified() if draft is None else draft.text is not None


def _editable(field: QObject) -> bool:
    text = field if isinstance(field, QPlainTextEdit | QTextEdit) else _line_of(field)
    return text is not None and not text.isReadOnly()


def _can_go_back(field: QObject, again: bool) -> bool:
    """Whether a field itself has something to undo or redo; else these keys undo what was done in the window."""
    if isinstance(field, QPlainTextEdit | QTextEdit):
        document = field.document()
        return document.isRedoAvailable() if again else document.isUndoAvailable()
    line = _line_of(field)
    if line is None:
        return False
    return line.isRedoAvailable() if again else _typed_into(line) and line.isUndoAvailable()
