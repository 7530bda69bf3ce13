"""Section of the preferences about what a fresh window begins with: schedules, curves, and a device to sample on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QWidget

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.preferences.appearance_section import add_row
from ddpm_studio.gui.preferences.beginning import lines_of, own_curves
from ddpm_studio.gui.preferences.first_lines import FirstLines
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.mathtext import math_html

AT_FIRST = (("cpu", ""), ("cuda:0", ""), ("mps", ""))
"""The devices that are offered before it is known which there are, as before the first run."""


class FreshSection(QGroupBox):
    """Shows Preferences; `chosen` has the name of one of them, and what was chosen for it.

    What this window shows can become what the next one begins with.
    """

    chosen = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("A fresh window begins with"))
        self._studio = studio
        self.schedules, self.refusal = FirstLines(), QLabel()
        self.curves, self.left_out = QLabel(), QLabel()
        self.use_schedules = _button(self.tr("Use the &schedules of this window"))
        self.own_schedules = _button(self.tr("&Back to the program's own"))
        self.use_curves = _button(self.tr("Use the &curves of this window"))
        self.own_curves = _button(self.tr("Back to the &program's own"))
        self.device = QComboBox()
        self._lay_out()
        self._connect()

    def offer_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        """Offer these devices, each by its name and the machine's own name for it, and the one that is chosen."""
        chosen = self.device.currentData() or "auto"
        with QSignalBlocker(self.device):
            self.device.clear()
            self.device.addItem(self.tr("The fastest"), "auto")
            for name, machine in devices:
                self.device.addItem(f"{name.upper()}  {machine}".strip(), name)
        self._show_device(chosen)

    def show_preferences(self, preferences: Preferences) -> None:
        """Show what is chosen; nothing is emitted."""
        self.schedules.show_lines(preferences.schedules)
        self._offer_own()
        symbols = ",  ".join(ALL_CURVES[name].symbol for name in preferences.curves)
        self.curves.setText(math_html(symbols) if symbols else self.tr("The program's own"))
        self.own_curves.setEnabled(bool(preferences.curves))
        self._show_device(preferences.device)

    def _show_device(self, device: str) -> None:
        with QSignalBlocker(self.device):
            if self.device.findData(device) < 0:
                self.device.addItem(device.upper(), device)
            self.device.setCurrentIndex(self.device.findData(device))

    def _lay_out(self) -> None:
        self._form = form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.curves.setAccessibleName(self.tr("Curves of a fresh window"))
        for label in (self.curves, self.left_out, self.refusal):
            label.setWordWrap(True)
        for label in (self.left_out, self.refusal):
            label.setProperty("role", "warning")
            label.setTextFormat(Qt.TextFormat.PlainText)
        tip = self.tr("A line each, as in the list: cosine:T=1000, and behind a # a name if it is to have one")
        add_row(form, self.tr("Sc&hedules"), self.schedules, tip)
        form.addRow("", self.refusal)
        form.addRow("", _beside(self.use_schedules, self.own_schedules))
        form.addRow("", self.left_out)
        form.addRow(QLabel(self.tr("Curves")), self.curves)
        form.addRow("", _beside(self.use_curves, self.own_curves))
        add_row(form, self.tr("De&vice"), self.device, self.tr("The device that sampling starts with"))
        self._say_left_out(0)
        self._say_refused("")
        self.offer_devices(AT_FIRST)

    def _connect(self) -> None:
        self.schedules.chosen.connect(self._choose_schedules)
        self.schedules.refused.connect(self._say_refused)
        self.use_schedules.clicked.connect(self._use_schedules)
        self.own_schedules.clicked.connect(self.schedules.clear)
        self.schedules.textChanged.connect(self._offer_own)
        self.use_curves.clicked.connect(self._use_curves)
        self.own_curves.clicked.connect(self._forget_curves)
        self.device.activated.connect(self._choose_device)

    @Slot(tuple)
    def _choose_schedules(self, lines: tuple[str, ...]) -> None:
        self._say_left_out(0)
        self.chosen.emit("schedules", lines)

    @Slot()
    def _offer_own(self) -> None:
        """Offer to go back to the program's own schedules from whatever is typed, be it refused."""
        self.own_schedules.setEnabled(not self.schedules.document().isEmpty())

    @Slot(str)
    def _say_refused(self, reason: str) -> None:
        self._form.setRowVisible(self.refusal, bool(reason))
        self.refusal.setText(reason)

    @Slot()
    def _use_schedules(self) -> None:
        lines, entries = lines_of(self._studio.state), self._studio.state.entries
        self.schedules.setPlainText("\n".join(lines))
        self._say_left_out(len(entries) - len(lines))

    def _say_left_out(self, count: int) -> None:
        self._form.setRowVisible(self.left_out, count > 0)
        said = self.tr("A fresh window reads no files; schedules left out, since they were read from one: {count}.")
        self.left_out.setText(said.format(count=count))

    @Slot()
    def _use_curves(self) -> None:
        self.chosen.emit("curves", own_curves(self._studio.state))

    @Slot()
    def _forget_curves(self) -> None:
        self.chosen.emit("curves", ())

    @Slot()
    def _choose_device(self) -> None:
        self.chosen.emit("device", self.device.currentData())


def _beside(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleName(text.replace("&", ""))
    return button
