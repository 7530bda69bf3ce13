"""Row of the steps of a run: the box with their text, and a button that leads to the search for the best."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.steps.spacing_box import SpacingBox

GAP = 2
"""Between the box and the button, in pixels."""

_TIGHT = "QToolButton { padding: 1px 1px; }"


class SpacingRow(QWidget):
    """A `box`, and `best` beside it, which whoever lays this out connects."""

    def __init__(self, box: SpacingBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box, self.best = box, QToolButton()
        self.best.setText(self.tr("Best…"))
        self.best.setStyleSheet(_TIGHT)
        self.best.setAccessibleName(self.tr("Best steps for this checkpoint"))
        self.best.setToolTip(
            self.tr("Best steps for this checkpoint: search in the lab for the noise levels to visit with few steps")
        )
        self.setFocusProxy(box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(box, 1)
        row.addWidget(self.best)
