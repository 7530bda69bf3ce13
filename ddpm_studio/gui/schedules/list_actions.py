"""ListActions: what can be done with the chosen line of the schedules list, for its buttons and its menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule import parameters_with_steps
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.add_menu import AddMenu
from ddpm_studio.gui.state.drawing_from import why_not_draw
from ddpm_studio.gui.state.families import why_not_break_up
from ddpm_studio.gui.state.limits import why_not_add, why_not_remove
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip, without_mnemonic


class ListActions(QObject):
    """The actions, which tell why they are not available in a state where they are not.

    `several_wanted` has the key of T, a parameter or an operator that is to have several values.
    """

    several_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.add_menu = AddMenu(parent)
        self._schedule = Schedule()
        self.rename = self._action(self.tr("Re&name"), "", self.tr("Give the schedule a name (Shift+F2)"))
        self.reset = self._action(self.tr("De&faults"), "", self.tr("Reset every parameter to this kind's default"))
        self.duplicate = self._action(self.tr("&Duplicate"), "", self.tr("Add a copy of the schedule (Ctrl+D)"))
        self.remove = self._action(self.tr("&Remove"), "Del", self.tr("Remove the schedule from the list (Delete)"))
        self.break_up = self._action(self.tr("&Break up"), "", self.tr("Make a line of each member of the family"))
        self.draw = self._action(self.tr("Draw from t&his"), "", self.tr("Turn it into a drawn one that follows it"))
        self.only = self._action(
            self.tr("Show &only this"), "Shift+Space", self.tr("Hide all others, or bring them back (Shift+Space)")
        )
        self.up = self._action(self.tr("Move &up"), "Alt+Up", self.tr("Move the schedule up (Alt+Up)"))
        self.down = self._action(self.tr("Move do&wn"), "Alt+Down", self.tr("Move the schedule down (Alt+Down)"))
        self.up.setIconText("↑")
        self.down.setIconText("↓")
        self.copy_spec = self._action(self.tr("&Text"), "", "")
        self.copy_numpy = self._action(self.tr("P&ython (NumPy)"), "", "")
        self.copy_diffusers = self._action(self.tr("Python (&diffusers)"), "", "")
        self.copy_kdiffusion = self._action(self.tr("Python (&k-diffusion σ)"), "", "")
        self.copy_loss = self._action(self.tr("PyTorch training &loss"), "", "")

    def menu(self, parent: QWidget) -> QMenu:
        """A menu of all of them."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addMenu(self.add_menu)
        menu.addSeparator()
        menu.addActions([self.rename, self.reset, self.duplicate, self.remove])
        menu.addMenu(self._several(menu))
        menu.addActions([self.break_up, self.draw])
        menu.addActions([self.only, self.up, self.down])
        menu.addSeparator()
        menu.addMenu(self._copying(menu))
        return menu

    def _copying(self, parent: QWidget) -> QMenu:
        """A menu of what the schedule can be copied as: text, code that rebuilds it, and code that trains with it."""
        menu = QMenu(self.tr("&Copy as"), parent)
        menu.addAction(self.copy_spec)
        menu.addSeparator()
        menu.addActions([self.copy_numpy, self.copy_diffusers, self.copy_kdiffusion])
        menu.addSeparator()
        menu.addAction(self.copy_loss)
        return menu

    def _several(self, parent: QWidget) -> QMenu:
        """A menu of what can have several values at once."""
        menu = QMenu(self.tr("Se&veral values of"), parent)
        menu.setToolTipsVisible(True)
        for parameter in parameters_with_steps(self._schedule.kind, self._schedule.formula):
            action = menu.addAction(without_mnemonic(parameter.symbol))
            action.setToolTip(self.tr("A family of schedules along a range, {key}=low..high").format(key=parameter.key))
            action.triggered.connect(partial(self.several_wanted.emit, parameter.key))
        return menu

    def limits(self, add: QWidget) -> Callable[[State], None]:
        """What enables everything, the button `add` as well, where a state allows it, and else says why not."""
        limited = (
            ((add, self.add_menu, self.duplicate), why_not_add),
            ((self.remove,), why_not_remove),
            ((self.break_up,), why_not_break_up),
            ((self.draw,), why_not_draw),
        )
        known = [(offer, offer.toolTip(), why_not) for offers, why_not in limited for offer in offers]

        def show(state: State) -> None:
            row = state.entries.index(state.current)
            for offer, tip, why_not in known:
                reason: StudioError | None = why_not(state)
                offer.setEnabled(reason is None)
                offer.setToolTip(plain_tip(translated(reason)) if reason else tip)
            self.add_menu.menuAction().setEnabled(add.isEnabled())
            self.add_menu.menuAction().setToolTip(add.toolTip())
            self._schedule = state.current.schedule
            self.add_menu.steps = state.current.schedule.T
            self.up.setEnabled(row > 0)
            self.down.setEnabled(row < len(state.entries) - 1)

        return show

    def _action(self, text: str, key: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if tip:
            action.setToolTip(tip)
        return action
