"""A widget of a panel or window that a test needs: found, or the test ends with what is missing."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

Found = TypeVar("Found", bound=QObject)


def child(parent: QObject, kind: type[Found]) -> Found:
    """The first of this class below `parent`."""
    found = parent.findChild(kind)
    assert found is not None, f"There is no {kind.__name__} in {parent}."
    return found


def with_focus() -> QWidget:
    """The widget that the next key goes to."""
    focused = QApplication.focusWidget()
    assert focused is not None, "Nothing has the focus."
    return focused
