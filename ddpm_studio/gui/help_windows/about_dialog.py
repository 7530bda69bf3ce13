"""AboutDialog: what the program is, and what it runs with, to be read and copied."""

from __future__ import annotations

import html
import platform
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from ddpm_studio.gui.help_windows.versions import versions_here
from ddpm_studio.telling import PROGRAM


class AboutDialog(QDialog):
    """Lists versions, the system, and the `devices`, each with the machine's own name, as far as torch was asked."""

    def __init__(self, devices: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About ddpm-studio"))
        self._versions, self._devices = versions_here(), devices
        self.facts = QLabel(self._html())
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = QPushButton(self.tr("&Copy"))
        self.copy.setToolTip(self.tr("Copy versions, system and devices as text, for a report of a fault"))
        self.copy.clicked.connect(self._copy)
        buttons = QDialogButtonBox()
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.facts)
        column.addWidget(buttons)
        self.copy.setFocus()

    @property
    def rows(self) -> Mapping[str, str]:
        """All that is told, by what it is called."""
        devices = ", ".join(f"{name} ({machine})" if machine else name for name, machine in self._devices)
        asked = devices or self.tr("asked when sampling starts")
        return {**self._versions, self.tr("System"): platform.platform(), self.tr("Devices"): asked}

    def _html(self) -> str:
        what = self.tr("Compare diffusion noise schedules, drag t over a picture, sample along them.")
        lines = "".join(
            f"<tr><td style='padding-right: 16px'>{html.escape(name)}</td><td>{html.escape(value)}</td></tr>"
            for name, value in self.rows.items()
        )
        licence = self.tr("MIT licence.")
        head = f"<h3>{PROGRAM}</h3><p>{html.escape(what)}</p>"
        return f"{head}<table cellspacing='2' style='margin-top: 8px'>{lines}</table><p>{html.escape(licence)}</p>"

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText("".join(f"{name}: {value}\n" for name, value in self.rows.items()))
