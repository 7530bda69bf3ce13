"""The menu of schedules that can be added: presets, every kind, and betas from a file."""

from __future__ import annotations

import html

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS, Kind
from ddpm_studio.diffusion.presets import GROUPS, PRESETS, Preset
from ddpm_studio.diffusion.schedule import DEFAULT_T
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.gui.schedules.card.kind_tips import kind_tip
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import without_mnemonic


class AddMenu(QMenu):
    """Offers every preset with its source in the menu of its group, and every kind of the registry with `steps` steps.

    `add_requested` carries the schedule, the preset's name, in no language but that of the table, and its objective.
    """

    add_requested = Signal(object, str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = DEFAULT_T
        self.setTitle(self.tr("&Add"))
        self.setToolTipsVisible(True)
        self._fill_presets()
        self.addSeparator()
        self._fill_kinds(self.addMenu(self.tr("Any &kind")))
        self.addSeparator()
        self.open_betas = self.addAction(self.tr("Open &betas…"))
        self.triggered.connect(self._add)

    def _fill_presets(self) -> None:
        menus = {group: self.addMenu(without_mnemonic(translated(group))) for group in GROUPS}
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        for preset in PRESETS:
            self._offer(menus[preset.group], translated(preset.name), _preset_tip(preset), preset)

    def _fill_kinds(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        for kind in KINDS.values():
            self._offer(menu, translated(kind.label), kind_tip(kind), kind)

    def _offer(self, menu: QMenu, text: str, tip: str, what: Preset | Kind) -> None:
        action = menu.addAction(without_mnemonic(text))
        action.setToolTip(tip)
        action.setData(what)

    @Slot(QAction)
    def _add(self, action: QAction) -> None:
        what = action.data()
        if isinstance(what, Preset):
            self.add_requested.emit(Schedule.parse(what.spec), str(what.name), what.train)
        elif isinstance(what, Kind):
            self.add_requested.emit(Schedule(what.name, self.steps), "", PLAIN)


def _preset_tip(preset: Preset) -> str:
    """The schedule and what networks are trained for along it, each below where it is published."""
    lines = [translated(preset.source), preset.spec]
    if preset.trained:
        lines += [translated(preset.trained), preset.objective_text]
    return "<br>".join(map(html.escape, lines))
