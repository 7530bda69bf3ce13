"""The bar that shows the progress of work beside the window, and offers to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.widgets.elided_label import ElidedLabel
from ddpm_studio.gui.widgets.thin_bar import ThinBar

SHOWN_AFTER_MS = 300
"""What is done sooner needs no bar, which would only flicker."""

_WIDTH = 300


class TaskBar(QWidget):
    """Hidden while nothing is being done."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._bar = ElidedLabel(), ThinBar()
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QToolButton()
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop this; nothing is changed or written"))
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._bar, 1)
        row.addWidget(self.cancel)
        self.setFixedWidth(_WIDTH)
        self._later = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._later.timeout.connect(self.show)
        self.hide()

    @Slot(str, int, int)
    def show_progress(self, title: str, done: int, total: int) -> None:
        """Show that `done` of `total` parts are done, once that takes a while; 0 of 0 hides the bar."""
        if total == 0:
            self._later.stop()
            self.hide()
            return
        if self.isHidden() and not self._later.isActive():
            self._later.start()
        self._label.say(title)
        # Of a single part nobody knows how far it has got.
        self._bar.setRange(0, 0 if total == 1 else total)
        self._bar.setValue(done)
