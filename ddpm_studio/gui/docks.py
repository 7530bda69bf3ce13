"""Docks: the panels' places around the plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.panels import PanelSpec, Place
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.focus import holds_focus
from ddpm_studio.gui.widgets.reading_order import move_focus

TABS_SHARE = 30
"""The tabs' part of the window's height, in percent."""

AREAS = {
    Place.COLUMN: Qt.DockWidgetArea.LeftDockWidgetArea,
    Place.TABS: Qt.DockWidgetArea.BottomDockWidgetArea,
}


class Dock(QDockWidget):
    """The frame of a panel, which it hides while another tab lies over it.

    Qt moves a covered dock out of the window, but takes all that is in it for visible: the keyboard would get there.
    """

    def __init__(self, title: str, panel: QWidget, window: QMainWindow, named_by_tab: bool = False) -> None:
        """One that is `named_by_tab` has a title of its own only while it floats."""
        super().__init__(title, window)
        self._window, self._panel = window, panel
        self._no_title = QWidget() if named_by_tab else None
        self._show_title(False)
        self.setWidget(panel)
        policy = panel.sizePolicy()
        # Otherwise the tabs would be laid out anew with each that comes to the front.
        policy.setRetainSizeWhenHidden(True)
        panel.setSizePolicy(policy)
        self.visibilityChanged.connect(self._show_panel)
        self.topLevelChanged.connect(self._take_out)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Keep Tab in a dock that floats; one that is docked belongs to the window."""
        return move_focus(self, next) if self.isWindow() else super().focusNextPrevChild(next)

    def event(self, event: QEvent) -> bool:
        """Leave hints to the foot of the window also while it floats."""
        if event.type() is QEvent.Type.StatusTip and self.isWindow():
            return QApplication.sendEvent(self._window, event)
        return super().event(event)

    @Slot(bool)
    def _take_out(self, floating: bool) -> None:
        self._show_title(floating)
        if floating:
            self._show_panel(True)

    def _show_title(self, shown: bool) -> None:
        # PySide's stubs do not know that None brings the title back.
        self.setTitleBarWidget(None if shown else self._no_title)  # type: ignore[arg-type]

    @Slot(bool)
    def set_apart(self, apart: bool) -> None:
        """Open in a window of its own, or go back into the main one."""
        if apart != self.isFloating():
            self.setFloating(apart)
            self.show()

    @Slot(bool)
    def _show_panel(self, uncovered: bool) -> None:
        # Qt does not say that a panel is uncovered by being taken out of the window.
        uncovered = uncovered or (self.isFloating() and self.isVisible())
        if not uncovered and holds_focus(self._panel):
            # Qt would pass the focus on to some button, which the next Space would press.
            self._window.setFocus()
        self._panel.setVisible(uncovered)


class Docks:
    """A column of panels on the left and tabs below, which the user may move, close and bring back."""

    def __init__(self, window: QMainWindow, panels: Mapping[PanelSpec[LazyPanel], LazyPanel]) -> None:
        """`panels` are the panels whose places are in AREAS, at least one per place."""
        self._window = window
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomLeftCorner, AREAS[Place.COLUMN])
        self._docks = {spec.name: self._dock(spec, panel) for spec, panel in panels.items()}
        self._column, self._tabs = (
            [self._docks[spec.name] for spec in panels if spec.place is place] for place in AREAS
        )
        first, *others = self._tabs
        for dock in others:
            window.tabifyDockWidget(first, dock)
        first.raise_()

    def _dock(self, spec: PanelSpec[LazyPanel], panel: LazyPanel) -> Dock:
        dock = Dock(translated(spec.title), panel, self._window, named_by_tab=spec.place is Place.TABS)
        dock.setObjectName(spec.name)
        self._window.addDockWidget(AREAS[spec.place], dock)
        return dock

    def share_out(self, size: QSize) -> None:
        """Give every panel its share of a window of this size: a column of schedules, curves above the picture."""
        first, *below = self._column
        heights = [size.height() * 7 // 10, *(size.height() * 3 // 10 // len(below) for _ in below)]
        self._window.resizeDocks([first], [max(304, size.width() // 5)], Qt.Orientation.Horizontal)
        self._window.resizeDocks(self._column, heights, Qt.Orientation.Vertical)
        self._window.resizeDocks(self._tabs[:1], [size.height() * TABS_SHARE // 100], Qt.Orientation.Vertical)

    def bring_up(self, name: str) -> None:
        """Show a panel in front of the others in its place."""
        self._docks[name].show()
        self._docks[name].raise_()

    def in_front(self) -> str:
        """The name of the panel that is in front among the tabs, "" if they are all closed."""
        return next((dock.objectName() for dock in self._tabs if not dock.visibleRegion().isEmpty()), "")

    def window_actions(self) -> Iterator[QAction]:
        """One action per panel among the tabs, to open it in a window of its own and put it back."""
        for dock in self._tabs:
            action = QAction(dock.windowTitle(), dock, checkable=True)
            action.toggled.connect(dock.set_apart)
            dock.topLevelChanged.connect(action.setChecked)
            yield action

    def actions(self) -> Iterator[QAction]:
        """One action per panel, to close it and bring it back."""
        return (dock.toggleViewAction() for dock in self._docks.values())
