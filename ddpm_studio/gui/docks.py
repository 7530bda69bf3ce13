"""Docks: where the panels stand around the plots."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.translation import translated

LEFT, BOTTOM = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea

TITLES = {
    "schedules": QT_TRANSLATE_NOOP("docks", "Schedules"),
    "explain": QT_TRANSLATE_NOOP("docks", "Explain"),
    "picture": QT_TRANSLATE_NOOP("docks", "Picture"),
    "sampling": QT_TRANSLATE_NOOP("docks", "Sampling"),
    "values": QT_TRANSLATE_NOOP("docks", "Values"),
}
COLUMN = ("schedules", "explain")


class Docks:
    """A column of panels on the left and tabs below, which a person may move, close and bring back."""

    def __init__(self, window: QMainWindow, panels: dict[str, LazyPanel]) -> None:
        """`panels` has one of each name in TITLES."""
        self._window = window
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
        self._docks = {name: self._dock(name, panel) for name, panel in panels.items()}
        first, *others = (dock for name, dock in self._docks.items() if name not in COLUMN)
        for dock in others:
            window.tabifyDockWidget(first, dock)
        first.raise_()

    def _dock(self, name: str, panel: LazyPanel) -> QDockWidget:
        dock = QDockWidget(translated(TITLES[name]), self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        dock.visibilityChanged.connect(panel.set_uncovered)
        self._window.addDockWidget(LEFT if name in COLUMN else BOTTOM, dock)
        return dock

    def share_out(self, size: QSize) -> None:
        """Give every panel its share of a window of this size: a column of schedules, curves above the picture."""
        schedules, explain = (self._docks[name] for name in COLUMN)
        heights = [size.height() * 7 // 10, size.height() * 3 // 10]
        self._window.resizeDocks([schedules], [max(290, size.width() // 5)], Qt.Orientation.Horizontal)
        self._window.resizeDocks([schedules, explain], heights, Qt.Orientation.Vertical)
        self._window.resizeDocks([self._docks["picture"]], [size.height() * 42 // 100], Qt.Orientation.Vertical)

    def bring_up(self, name: str) -> None:
        """Show a panel in front of those that it shares its place with."""
        self._docks[name].show()
        self._docks[name].raise_()

    def actions(self) -> Iterator[QAction]:
        """One for each panel, to close it and to bring it back."""
        return (dock.toggleViewAction() for dock in self._docks.values())
