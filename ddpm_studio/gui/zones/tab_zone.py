"""TabZone: panels behind each other, one of which is chosen by its tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ddpm_studio.gui.widgets.focus import give_up_focus
from ddpm_studio.gui.zones.home import Home
from ddpm_studio.gui.zones.zone_header import Corner


class _Bar(QTabBar):
    """Tabs that tell of a double click, which is no third click besides."""

    doubled = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell of it."""
        self.doubled.emit()


class TabZone(QWidget):
    """Shows one of several homes, whose tabs are the header to which it folds; one that is apart has no tab.

    `changed` says that another came to the front, or that the zone or something in it came, went or folded.
    """

    changed = Signal()

    def __init__(self, homes: Sequence[Home]) -> None:
        super().__init__()
        self.homes = tuple(homes)
        self._folded, self._unfolded_by_click = False, False
        self._bar, self._stack = _Bar(), QStackedWidget()
        self._corner = Corner(self.tr("the tabs"))
        self._lay_out()
        for home in self.homes:
            self._stack.addWidget(home)
            self._insert(home)
            home.changed.connect(self._follow)
        self._bar.currentChanged.connect(self._turn)
        self._bar.tabBarClicked.connect(self._click)
        self._bar.doubled.connect(self._double_click)
        self._corner.fold.clicked.connect(self.toggle)
        self._corner.apart.clicked.connect(self._take_out)
        self._turn()

    @property
    def folded(self) -> bool:
        """Whether only the tabs are seen."""
        return self._folded

    @property
    def gone(self) -> bool:
        """Whether every panel is in a window of its own."""
        return all(home.apart for home in self.homes)

    @property
    def front(self) -> Home | None:
        """What the chosen tab stands for."""
        return next((home for home in self.homes if home.name == self._bar.tabData(self._bar.currentIndex())), None)

    @Slot()
    def toggle(self) -> None:
        """Fold, or unfold."""
        self.set_folded(not self._folded)

    def set_folded(self, folded: bool) -> None:
        """Show only the tabs, or the panel below them as well."""
        if folded == self._folded:
            return
        self._leave(folded)
        self._folded = folded
        self._corner.show_folded(folded)
        self._stack.setVisible(not folded)
        self.changed.emit()

    def bring_up(self, home: Home) -> None:
        """Show this one in front of the others."""
        self._bar.setCurrentIndex(self._place_of(home))
        self.set_folded(False)

    def _lay_out(self) -> None:
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._bar.setStatusTip(self.tr("Click: bring to the front; double-click: fold, or unfold"))
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 4, 0)
        row.addWidget(self._bar, 1)
        row.addWidget(self._corner, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)

    def _place_of(self, home: Home) -> int:
        return next((n for n in range(self._bar.count()) if self._bar.tabData(n) == home.name), -1)

    def _insert(self, home: Home) -> None:
        """Give a home its tab, between those of its neighbours."""
        before = self.homes[: self.homes.index(home)]
        place = self._bar.insertTab(sum(not each.apart for each in before), home.title)
        self._bar.setTabData(place, home.name)
        self._bar.setTabToolTip(place, home.meaning)

    @Slot()
    def _follow(self) -> None:
        """Have a tab for every panel that is here, and show one that came back."""
        for home in self.homes:
            place = self._place_of(home)
            if home.apart and place >= 0:
                self._bar.removeTab(place)
            elif not home.apart and place < 0:
                self._insert(home)
                self.bring_up(home)
        self._turn()

    @Slot()
    def _turn(self) -> None:
        home = self.front
        if home is not None:
            self._leave(home is not self._stack.currentWidget())
            self._stack.setCurrentWidget(home)
            self._corner.show_apart(home.title, False)
        self.changed.emit()

    def _leave(self, covered: bool) -> None:
        if covered:
            give_up_focus(self._stack, self.window())

    @Slot()
    def _take_out(self) -> None:
        home = self.front
        if home is not None:
            home.set_apart(True)

    @Slot()
    def _click(self) -> None:
        self._unfolded_by_click = self._folded
        self.set_folded(False)

    @Slot()
    def _double_click(self) -> None:
        # The first of the two clicks unfolds.
        self.set_folded(not self._unfolded_by_click)
