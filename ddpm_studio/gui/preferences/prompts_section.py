"""Section of the preferences that shows which prompts are remembered, and forgets them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.texts import visible

_LONGEST = 60
"""Characters of a prompt that are shown."""


class PromptsSection(QGroupBox):
    """Shows the prompts that were drawn last, a line each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Prompts drawn last"))
        self.prompts, self.forget = QLabel(), QPushButton(self.tr("For&get these prompts"))
        self.prompts.setTextFormat(Qt.TextFormat.PlainText)
        self.prompts.setAccessibleName(self.title())
        self.forget.setAutoDefault(False)
        self.forget.setAccessibleName(self.forget.text().replace("&", ""))
        self.forget.setToolTip(self.tr("They are offered beside the field of the prompt"))
        row = QHBoxLayout()
        row.addWidget(self.forget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.prompts)
        column.addLayout(row)
        self.forget.clicked.connect(self._forget)
        self._show_remembered()

    def changeEvent(self, event: QEvent) -> None:
        """Show those that have been drawn in the window meanwhile."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self._show_remembered()

    def _show_remembered(self) -> None:
        remembered = Recent(kind=RecentKind.PROMPTS).paths()
        lines = "\n".join(visible(prompt, _LONGEST) for prompt in remembered)
        self.prompts.setText(lines or self.tr("None have been drawn yet"))
        self.forget.setVisible(bool(remembered))

    @Slot()
    def _forget(self) -> None:
        Recent(kind=RecentKind.PROMPTS).forget()
        self._show_remembered()
