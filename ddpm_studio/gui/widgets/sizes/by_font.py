"""Widths that grow with the font of a widget, and the system's font, which they are measured in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

OF_THE_SYSTEM = "ddpm_studio.font"
"""The property of the application that keeps the system's font."""


def system_font(app: QApplication) -> QFont:
    """The font that the system has for interfaces, whatever the program uses."""
    if app.property(OF_THE_SYSTEM) is None:
        app.setProperty(OF_THE_SYSTEM, QFont(app.font()))
    return QFont(app.property(OF_THE_SYSTEM))


def system_size(app: QApplication) -> float:
    """The size of that font, in points."""
    return QFontInfo(system_font(app)).pointSizeF()


def grown(pixels: float) -> int:
    """As many pixels as there should be where there are `pixels` in the system's font."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return round(pixels * QFontInfo(app.font()).pointSizeF() / system_size(app))


def keep_width(widget: QWidget, width: Callable[[], int]) -> None:
    """Fix the width of `widget` at what `width` gives, anew whenever its font changes."""
    _WidthOfFont(widget, width)


class _WidthOfFont(QObject):
    def __init__(self, widget: QWidget, width: Callable[[], int]) -> None:
        super().__init__(widget)
        self._width = width
        widget.setFixedWidth(width())
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the font."""
        if event.type() is QEvent.Type.FontChange and isinstance(watched, QWidget):
            watched.setFixedWidth(self._width())
        return False
