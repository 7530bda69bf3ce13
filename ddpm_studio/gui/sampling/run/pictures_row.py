"""Pictures of a run: how many, and whether each has a seed of its own."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.widgets.typed.whole_box import WholeBox

GAP = 2
"""Between the field and the button, in pixels."""


class SeedsButton(QToolButton):
    """Whether "each" picture has a seed of its own, or all have "one": what `chosen` carries."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(self.tr("Seeds"))
        self.setToolTip(
            self.tr("Give each picture a seed of its own, counting up from that of the run, by which it is drawn alone")
        )
        self.clicked.connect(self._choose)

    def show_value(self, value: object) -> None:
        """Show whose seed it is."""
        self.setChecked(value == "each")

    @Slot(bool)
    def _choose(self, each: bool) -> None:
        self.chosen.emit("each" if each else "one")


class PicturesRow(QWidget):
    """The field of their number, and beside it the button for their seeds."""

    def __init__(self, number: WholeBox, seeds: SeedsButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(number, 1)
        row.addWidget(seeds)
