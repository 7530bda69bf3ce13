"""The arrangement of the window: equation above, schedules at the left, plots over lanes, tabs below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QToolBar

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.panels import PanelSpec, Place
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.zones.home import Home, ZoneGroup
from ddpm_studio.gui.zones.splits import Split, SplitPart
from ddpm_studio.gui.zones.tab_zone import TabZone
from ddpm_studio.gui.zones.zone import Zone

CENTRE = "centre"
"""The name of what is in the centre, which only together opens in a window of its own."""

SHARES = {"column": (76, 24), "centre": (58, 42), "right": (63, 37), "across": (21, 79)}
"""The shares of the parts of every split, from top to bottom and from left to right, until a person moves them."""

MOST = {"centre": 0.5}
"""The share up to which the last part has as much as it asks for, until a person moves it: the lanes for pictures."""

LEAST = {"across": 298, "right": 285}
"""What the first part of a split has at least until a person moves it, in pixels in the system's font: the column its
width, and the centre the height at which plot, scales and a lane can be read in a small window under a question."""

Panels = Mapping[PanelSpec[LazyPanel], LazyPanel]


class Zones(QObject):
    """The places of all panels but that at the foot: folded, apart, or sharing the window out."""

    def __init__(self, window: QMainWindow, panels: Panels) -> None:
        super().__init__(window)
        self._window, self._busy = window, True
        self._panels = {spec.name: self._home(spec, panel) for spec, panel in panels.items()}
        of = {place: [self._panels[spec.name] for spec in panels if spec.place is place] for place in Place}
        self.zones = {name: home for name, home in self._panels.items() if isinstance(home, Zone)}
        self._column = [zone for zone in self.zones.values() if zone in of[Place.COLUMN]]
        self.tabs = TabZone(of[Place.TABS])
        self.splits = self._split(of[Place.COLUMN], of[Place.CENTRE])
        self._bars = {home: self._bar(home) for home in of[Place.HEAD]}
        window.setCentralWidget(self.splits["across"])
        self._lines = QActionGroup(self)
        self._lines.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        self._shown = {name: self._line(home) for name, home in self._panels.items()}
        self._apart = {name: QAction(home.title, self, checkable=True) for name, home in self.homes.items()}
        self._connect()
        self._busy = False
        self._arrange()

    # making

    def _home(self, spec: PanelSpec[LazyPanel], panel: LazyPanel) -> Home:
        title, meaning = translated(spec.title), translated(spec.meaning)
        panel.setAccessibleName(title)
        if spec.place is Place.TABS:
            return Home(spec.name, title, panel, self._window, meaning)
        return Zone(spec.name, title, panel, self._window, meaning)

    def _split(self, column: list[Home], centre: list[Home]) -> dict[str, Split]:
        """The splits by name, those that lie in another before it."""
        made = {name: _split(name, parts) for name, parts in (("column", column), (CENTRE, centre))}
        for zone in centre[:-1]:
            self.zones[zone.name].corner.apart.hide()
        middle = ZoneGroup(CENTRE, self.tr("Curves and timeline"), made[CENTRE], self._window)
        self.homes = {name: home for name, home in self._panels.items() if home not in centre} | {CENTRE: middle}
        made["right"] = _split("right", (middle, self.tabs))
        made["right"].fills = True
        parts = made["column"], made["right"]
        made["across"] = Split(Qt.Orientation.Horizontal, parts, SHARES["across"], LEAST["across"])
        return made

    def _bar(self, home: Home) -> QToolBar:
        """A zone that keeps to the window's edge, from one side to the other."""
        bar = QToolBar(home.title)
        bar.setMovable(False)
        bar.addWidget(home)
        self._window.addToolBar(Qt.ToolBarArea.TopToolBarArea, bar)
        return bar

    def _line(self, home: Home) -> QAction:
        line = QAction(home.title, self._lines, checkable=True)
        line.setData(home.name)
        return line

    def _connect(self) -> None:
        for home in (*self._panels.values(), self.homes[CENTRE]):
            home.changed.connect(self._arrange)
        self.tabs.changed.connect(self._arrange)
        for name, zone in self.zones.items():
            zone.corner.apart.clicked.connect(self._place_of(name).toggle_apart)
        self._lines.triggered.connect(self._show)
        for name, action in self._apart.items():
            action.triggered.connect(self.homes[name].set_apart)

    # what the person does

    def actions(self) -> Iterator[QAction]:
        """One action per panel, which folds it away and brings it back."""
        yield from self._shown.values()

    def window_actions(self) -> Iterator[QAction]:
        """One action per panel, but one for the centre, which open it in a window of its own and put it back."""
        yield from self._apart.values()

    def bring_up(self, name: str) -> None:
        """Show a panel, in front of the others in its place."""
        home = self._panels[name]
        place = self._place_of(name)
        if isinstance(home, Zone):
            home.set_folded(False)
        elif not home.apart:
            self.tabs.bring_up(home)
        if place.apart and self._window.isVisible():
            place.show_window()

    def in_front(self) -> str:
        """The name of the panel that is in front among the tabs, "" if none of them is seen."""
        front = self.tabs.front
        return "" if front is None or self.tabs.folded else front.name

    def give_way(self, sheet: bool) -> None:
        """Let the lanes, as a contact sheet, have the room of the curves."""
        curves, timeline = self.zones["curves"], self.zones["timeline"]
        if sheet != curves.yields:
            timeline.set_folded(timeline.put_away and not sheet)
            curves.give_way(sheet)

    def reset(self) -> None:
        """Put every panel back in its place, unfolded and with its first share."""
        with self.at_once():
            for home in self.homes.values():
                home.set_apart(False)
            for zone in self.zones.values():
                zone.set_folded(False)
            self.tabs.bring_up(self.tabs.homes[0])
        self.share_out()

    def share_out(self) -> None:
        """Give every panel its first share."""
        for split in reversed(self.splits.values()):
            split.reset()

    @Slot()
    def show_windows(self) -> None:
        """Show the windows of the parts that are apart."""
        for home in self.homes.values():
            home.show_window()

    # what follows from it

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Change several things, and lay the window out once."""
        self._busy = True
        yield
        self._busy = False
        self._arrange()

    def _place_of(self, name: str) -> Home:
        """What opens in a window of its own for a panel."""
        return self.homes.get(name, self.homes[CENTRE])

    @Slot(QAction)
    def _show(self, line: QAction) -> None:
        """Bring up what a line of the menu stands for, or fold it away."""
        home = self._panels[line.data()]
        if line.isChecked():
            self.bring_up(home.name)
        else:
            self._place_of(home.name).set_apart(False)
            (home if isinstance(home, Zone) else self.tabs).set_folded(True)
        self._arrange()

    def _is_shown(self, home: Home) -> bool:
        if isinstance(home, Zone):
            return not home.put_away
        return home.apart or self.in_front() == home.name

    @Slot()
    def _arrange(self) -> None:
        """Lay everything out, and tick what is seen, and what is apart."""
        if self._busy:
            return
        for zone in self._column:
            zone.set_upright(self.splits["column"].folded)
        for split in self.splits.values():
            split.arrange()
        for home, bar in self._bars.items():
            bar.setVisible(not home.gone)
        for name, action in self._shown.items():
            action.setChecked(self._is_shown(self._panels[name]))
        for name, action in self._apart.items():
            action.setChecked(self.homes[name].apart)
        for name, zone in self.zones.items():
            place = self._place_of(name)
            zone.corner.show_apart(place.title, place.apart)
            zone.corner.fold.setVisible(not zone.apart)


def _split(name: str, parts: Sequence[SplitPart]) -> Split:
    """Parts under each other, with the shares of this name; those that there are none for have as much as the last."""
    shares = SHARES[name]
    first = (*shares, *(shares[-1] for _ in parts[len(shares) :]))[: len(parts)]
    return Split(Qt.Orientation.Vertical, parts, first, LEAST.get(name, 0), MOST.get(name, 0.0))
