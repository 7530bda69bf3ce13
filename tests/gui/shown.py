"""All that a person can read in a window: in its widgets, menus, lists and dialogs, in tips, and what is painted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from itertools import product
from typing import Any

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QMetaObject,
    QObject,
    QPoint,
    QPointF,
    QSize,
    Qt,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog, QGraphicsScene, QTabBar, QToolTip, QWidget

UNSEEN = {"objectName", "styleSheet", "html", "markdown", "format"}
"""Texts that a widget keeps for itself: its name, its looks, how it would write a document or a share."""
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
ROWS = 3
"""Of a table, after which there are only more numbers."""
CANCELLED = {
    "getOpenFileName": ("", ""),
    "getOpenFileNames": ([], ""),
    "getSaveFileName": ("", ""),
    "getExistingDirectory": "",
}

_known: dict[tuple[str, int], list[str]] = {}


class Shown:
    """Gathers texts from the moment when it is made, each with one place where it was met.

    What is painted and the platform's dialogs for files, which it cancels, come by themselves.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: dict[str, str] = {}
        self._seen: set[str] = set()
        for kind, name in ((QPainter, "drawText"), (QToolTip, "showText")):
            monkeypatch.setattr(kind, name, self._noting(getattr(kind, name), name))
        for name, answer in CANCELLED.items():
            monkeypatch.setattr(QFileDialog, name, self._noting(lambda *_, answer=answer: answer, name))

    def look_at(self, widget: QWidget) -> None:
        """Read everything that a widget has at this moment, also what lies behind something else."""
        widget.grab()
        for found in (widget, *widget.findChildren(QObject)):
            # The menu that pyqtgraph has ready for each of its scenes is never opened.
            if not isinstance(found.parent(), QGraphicsScene):
                for text, place in _texts_of(found):
                    if isinstance(text, str) and text not in self._seen:
                        self._seen.add(text)
                        self.note(text, f"{place} of {type(found).__name__}")

    def point_at(self, widget: QWidget, step: QSize) -> None:
        """Rest the mouse at places `step` apart of a widget that makes its tips, and its hints, as they are wanted."""
        for x, y in product(range(0, widget.width(), step.width()), range(0, widget.height(), step.height())):
            self.rest_at(widget, QPoint(x, y))

    def rest_at(self, widget: QWidget, place: QPoint) -> None:
        """Move the mouse to a place of a widget and rest it there."""
        no_button, where = Qt.MouseButton.NoButton, (QPointF(place), QPointF(widget.mapToGlobal(place)))
        moved = QMouseEvent(QEvent.Type.MouseMove, *where, no_button, no_button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, moved)
        for heard in filter(None, (widget, widget.parentWidget())):
            self.note(heard.statusTip(), "hint")
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))

    def _noting(self, function: Callable[..., object], place: str) -> Callable[..., object]:
        def noting(*arguments: object) -> object:
            for argument in arguments:
                self.note(argument, place)
            return function(*arguments)

        return noting

    def note(self, text: Any, place: str) -> None:
        """Take down a text that was met at a place."""
        if isinstance(text, str):
            self.texts.setdefault(_without_tags(text), place)


@cache
def _without_tags(text: str) -> str:
    return unescape(re.sub(r"</?[a-z][^<>]*>", " ", text))


def _texts_of(found: QObject) -> Iterator[tuple[object, str]]:
    for name in _text_properties(found.metaObject()):
        yield found.property(name), name
    if isinstance(found, QTabBar):
        for number in range(found.count()):
            yield found.tabText(number), "tab"
            yield found.tabToolTip(number), "tip of a tab"
    if isinstance(found, QAbstractItemModel):
        yield from _texts_in(found)


def _text_properties(kind: QMetaObject) -> list[str]:
    """The properties that hold the texts of objects of a class, which takes long to ask of it each time."""
    count = kind.propertyCount()
    known = _known.get((kind.className(), count))
    if known is None:
        properties = [kind.property(number) for number in range(count)]
        known = [str(each.name()) for each in properties if str(each.typeName()) == "QString"]
        _known[kind.className(), count] = known = [name for name in known if name not in UNSEEN]
    return known


def _texts_in(model: QAbstractItemModel) -> Iterator[tuple[object, str]]:
    # PySide does not let a list's columns be asked for.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    rows = model.rowCount() if columns == 1 else min(ROWS, model.rowCount())
    for role, column in product(ROLES, range(columns)):
        yield model.headerData(column, Qt.Orientation.Horizontal, role), "head"
        for row in range(rows):
            yield model.index(row, column).data(role), "item"
