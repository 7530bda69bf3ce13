"""Choice of a checkpoint: bundled, recently opened, or another one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.checkpoints import bundled
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.gui.widgets.sizes.elided_box import ElidedBox
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from ddpm_studio.texts import visible_name, visible_path

LETTERS = 8
"""Letters of a name that have room in any case."""


class CheckpointBox(ElidedBox):
    """`chosen` carries the path or name of a checkpoint; the other signals ask for a dialog to find another."""

    chosen = Signal(str)
    file_requested = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(LETTERS, parent)
        self._shown: tuple[str, ...] = ()
        self._current = ""
        self.setAccessibleName(self.tr("Checkpoint"))
        self.activated.connect(self._choose)
        require_focus_for_wheel(self)

    def show_checkpoint(self, current: str, recent: Sequence[str]) -> None:
        """Show which one is chosen, and offer the bundled and recently opened ones."""
        offered = tuple(dict.fromkeys((*bundled(), *recent, current)))
        if offered != self._shown:
            self._shown = offered
            self._fill(offered)
        self._current = current
        self.setCurrentIndex(self._shown.index(current))
        self.setToolTip(plain_tip(self.tr("Checkpoint: {path}").format(path=visible_path(current))))

    def _fill(self, offered: Sequence[str]) -> None:
        self.clear()
        for path in offered:
            self.addItem(visible_name(path), path)
            self.setItemData(self.count() - 1, plain_tip(visible_path(path)), Qt.ItemDataRole.ToolTipRole)
        self.insertSeparator(self.count())
        self.addItem(self.tr("Open file…"))
        self.addItem(self.tr("Open folder…"))

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.setCurrentIndex(self._shown.index(self._current))
        if index == self.count() - 2:
            self.file_requested.emit()
        elif index == self.count() - 1:
            self.folder_requested.emit()
        elif self.itemData(index) != self._current:
            self.chosen.emit(self.itemData(index))
