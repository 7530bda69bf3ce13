"""Menus: the menu bar, built from the declared actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from ddpm_studio.errors import StudioError
from ddpm_studio.gui.actions import MENU_BAR, ActionSpec, MenuSpec
from ddpm_studio.gui.desk import Desk
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip, without_mnemonic
from ddpm_studio.gui.widgets.typed.letters import KeptLetters
from ddpm_studio.texts import Readable, Text


class Menus:
    """The menus of a window. Their actions finish what is typed, so that it counts, and call the slots of `desk`."""

    def __init__(self, window: QMainWindow, desk: Desk, finish_typing: Callable[[], None]) -> None:
        self._window, self._desk, self._finish_typing = window, desk, finish_typing
        self._actions: list[tuple[ActionSpec, QAction]] = []
        self._state, self._phase = desk.studio.state, Phase.IDLE
        self._now: dict[str, StudioError | None] = {}
        self._offered: dict[str, tuple[bool, str]] = {}
        KeptLetters(window)
        self._menus = {menu.title: self._menu(menu, window.menuBar()) for menu in MENU_BAR}

    def __getitem__(self, menu: MenuSpec) -> QMenu:
        return self._menus[menu.title]

    def action(self, id: str) -> QAction:
        """The action that is declared under this id."""
        return next(action for spec, action in self._actions if spec.id == id)

    def show_state(self, state: State) -> None:
        """Tick the actions that this state ticks, name those that it names, and enable those available in it."""
        self._state = state
        for spec, action in self._actions:
            if spec.ticked is not None:
                action.setChecked(spec.ticked(state))
            if spec.named is not None:
                action.setText(_named(spec.named(state)))
        self._enable()

    def show_phase(self, phase: Phase) -> None:
        """Enable the actions available in this phase of a run; Esc, for one, is free while there is no run."""
        self._phase = phase
        self._enable()

    def _look(self, menu: MenuSpec) -> None:
        """Find out what can be done now of what a menu offers."""
        self._now |= {item.id: item.why_not_now() for item in menu.specs}
        self._enable()

    def _enable(self) -> None:
        for spec, action in self._actions:
            why_not = spec.why_not(self._state) or self._now.get(spec.id)
            offered = self._phase in spec.phases and why_not is None, translated(why_not or spec.tip or "")
            if offered != self._offered.get(spec.id):
                self._offered[spec.id] = offered
                _offer(action, *offered)

    def _menu(self, spec: MenuSpec, above: QMenuBar | QMenu) -> QMenu:
        menu: QMenu = above.addMenu(translated(spec.title))
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._look, spec))
        for item in spec.items:
            if item is None:
                menu.addSeparator()
            elif isinstance(item, MenuSpec):
                self._menu(item, menu)
            else:
                menu.addAction(self._action(item))
        return menu

    def _action(self, spec: ActionSpec) -> QAction:
        action = QAction(translated(spec.text), self._window)
        action.setObjectName(spec.id)
        action.setShortcuts(QKeySequence.listFromString(spec.key))
        action.setCheckable(spec.ticked is not None)
        action.triggered.connect(self._finish_typing)
        action.triggered.connect(spec.do(self._desk))
        self._actions.append((spec, action))
        return action


def _offer(action: QAction, enabled: bool, tip: str) -> None:
    """Enable an action or not, with a tip that may say why not."""
    action.setEnabled(enabled)
    action.setToolTip(plain_tip(tip))
    action.setStatusTip(tip)


def _named(text: Readable) -> str:
    """A name of an action; & in what fills it in is nothing but a letter."""
    if not isinstance(text, Text):
        return translated(text)
    filled = {name: without_mnemonic(translated(cast(Readable, value))) for name, value in text.values.items()}
    return translated(Text(text.template, filled))
