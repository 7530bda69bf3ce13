"""Note under the run bar: what stands in the way of a run or is worth knowing about it, with a remedy to click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ddpm_studio.gui.state.planning import Remedy
from ddpm_studio.gui.widgets.sizes.worded_button import WordedButton


class RunNote(QWidget):
    """`remedy_chosen` carries the field of the chosen line that changes, and its new value."""

    remedy_chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.button = QLabel(), WordedButton()
        self._remedy: Remedy | None = None
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.button.hide()
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self.label.text()

    def show_text(self, text: str, role: str, remedy: Remedy | None) -> None:
        """Say this in the colour of a role, and offer a remedy, if there is one."""
        if self.label.property("role") != role:
            self.label.setProperty("role", role)
            self.label.style().polish(self.label)
        self.label.setText(text)
        self._remedy = remedy
        self.button.setVisible(remedy is not None)
        if remedy is not None:
            self.button.set_texts(self.tr("Take {value}").format(value=remedy.value), remedy.value)
        self.setVisible(bool(text))

    @Slot()
    def _choose(self) -> None:
        if self._remedy is not None:
            self.remedy_chosen.emit(*self._remedy)
