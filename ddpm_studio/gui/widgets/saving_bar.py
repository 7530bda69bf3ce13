"""The bar that shows the progress of saving a file, and offers to cancel it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget


class SavingBar(QWidget):
    """Hidden while nothing is being saved."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._bar = QLabel(), QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of saving"))
        self._bar.setMaximumHeight(14)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop saving; nothing is written"))
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label)
        row.addWidget(self._bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_progress(self, name: str, done: int, total: int) -> None:
        """`done` of `total` parts of the file `name` are written; 0 of 0 hides the bar."""
        self.setVisible(total > 0)
        if total > 0:
            self._label.setText(self.tr("Saving {name}").format(name=name))
            self._bar.setRange(0, total)
            self._bar.setValue(done)
