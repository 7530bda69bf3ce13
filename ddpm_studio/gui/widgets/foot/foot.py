"""The foot: one line at the bottom of a window, for messages and for hints."""

from __future__ import annotations

from PySide6.QtWidgets import QStatusBar, QWidget

from ddpm_studio.gui.widgets.foot.toast import Toast


class Foot(QStatusBar):
    """Shows the status tip of what is under the pointer while there is no message; its height never changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.toast = Toast(self)
        # A hint has the room to the left of it: all of it, or none.
        self.addPermanentWidget(self.toast, 1)
        self.setFixedHeight(self.sizeHint().height())
