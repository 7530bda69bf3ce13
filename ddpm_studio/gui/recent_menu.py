"""The menu of recent files: ten of each kind, those that are gone shown as missing."""

from __future__ import annotations

import os

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.checkpoints.location import bundled
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip, without_mnemonic
from ddpm_studio.texts import visible_name, visible_path

TITLES = {
    RecentKind.PROJECTS: QT_TRANSLATE_NOOP("recent", "Projects"),
    RecentKind.SCHEDULES: QT_TRANSLATE_NOOP("recent", "Schedules"),
    RecentKind.PICTURES: QT_TRANSLATE_NOOP("recent", "Pictures"),
    RecentKind.CHECKPOINTS: QT_TRANSLATE_NOOP("recent", "Checkpoints"),
}


class RecentMenu(QMenu):
    """Filled whenever it opens. `chosen` has the path that was chosen, or the name of a bundled checkpoint, and the
    frame of a picture.
    """

    chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._choose)

    @Slot()
    def fill(self) -> None:
        """List what was opened lately, the newest first."""
        self.clear()
        for kind, title in TITLES.items():
            frames = Recent(kind=kind).frames()
            if frames:
                self.addSection(translated(title))
            for path, frame in frames.items():
                self.addAction(self._action(path, frame))
        if self.isEmpty():
            self.addAction(self.tr("Nothing yet")).setEnabled(False)

    def _action(self, path: str, frame: int) -> QAction:
        there = path in bundled() or os.path.exists(path)  # noqa: PTH110  # Path.exists raises for a long name.
        name = without_mnemonic(visible_name(path))
        action = QAction(name if there else self.tr("{name} (missing)").format(name=name), self)
        action.setToolTip(plain_tip(visible_path(path)))
        action.setData((path, frame))
        action.setEnabled(there)
        return action

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(*action.data())
