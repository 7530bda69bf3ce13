"""The button that says how many curves are shown, and the menu that chooses them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ddpm_studio.diffusion.curve import Group
from ddpm_studio.diffusion.curves import SEED_CURVES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.state.window import DEFAULT_CURVES
from ddpm_studio.gui.translation import translated


class StayingMenu(QMenu):
    """A menu that stays open while its items are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick checkable items; let the others close the menu."""
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with Space and Enter too."""
        ticks = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (ticks and self._tick(self.activeAction())):
            super().keyPressEvent(event)

    @staticmethod
    def _tick(action: QAction | None) -> bool:
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True


class CurveChooser(QToolButton):
    """Chooses the curves to plot. `chosen` carries their names, at least one."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, ...] = ()
        self._actions: dict[str, QAction] = {}
        self._sets: dict[QAction, tuple[str, ...]] = {}
        menu = StayingMenu(self)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setStyleSheet("QToolButton { padding-right: 18px; }")
        self.setToolTip(self.tr("Choose which curves are plotted"))
        self._add_sets(menu)
        self._add_curves(menu)
        menu.triggered.connect(self._choose)

    def show_curves(self, names: tuple[str, ...]) -> None:
        """Tick the curves that are shown; the last one cannot be unticked."""
        self._shown = names
        for name, action in self._actions.items():
            action.setChecked(name in names)
            action.setEnabled(names != (name,))
        self.setText(self.tr("Curves: {shown} of {total}").format(shown=len(names), total=len(ALL_CURVES)))

    def _add_sets(self, menu: QMenu) -> None:
        self._sets[menu.addAction(self.tr("&Default"))] = DEFAULT_CURVES
        self._sets[menu.addAction(self.tr("The &eight DDPM curves"))] = SEED_CURVES
        self._sets[menu.addAction(self.tr("&All"))] = tuple(ALL_CURVES)

    def _add_curves(self, menu: QMenu) -> None:
        for group in Group:
            curves = [curve for curve in ALL_CURVES.values() if curve.group is group]
            if curves:
                menu.addSection(translated(group.value))
            for curve in curves:
                action = menu.addAction(f"{curve.name}\t{curve.symbol}")
                action.setCheckable(True)
                self._actions[curve.name] = action

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        if action in self._sets:
            self.chosen.emit(self._sets[action])
            return
        ticked = {name for name, other in self._actions.items() if other.isChecked()}
        self.chosen.emit(tuple(name for name in ALL_CURVES if name in ticked))
