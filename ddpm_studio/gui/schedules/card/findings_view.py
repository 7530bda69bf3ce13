"""Findings about the selected schedule: what was found, what it means, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion import Finding, Schedule, findings_of
from ddpm_studio.diffusion.schedule import OPERATORS
from ddpm_studio.diffusion.schedule_sameness import told
from ddpm_studio.gui.state.alike_entries import alike
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import sentence_html
from ddpm_studio.gui.widgets.sizes.worded_button import WordedButton
from ddpm_studio.gui.widgets.steady_text import SteadyText

ZERO_SNR = OPERATORS[0].key

MOST = 3
"""Other lines that a schedule is said to be like."""


class FindingItem(QWidget):
    """One finding: a mark, what was found, a button with its remedy, and its meaning for whoever asks why."""

    remedy_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Finding | None = None
        self._mark, self._what, self._why = QLabel(), SteadyText(), SteadyText()
        self._why.label.setProperty("role", "muted")
        self._remedy = WordedButton()
        self._remedy.clicked.connect(self._choose_remedy)
        self._more = QToolButton()
        self._more.setText(self.tr("Why?"))
        self._more.setCheckable(True)
        self._more.setProperty("role", "quiet")
        self._more.toggled.connect(self._show_why)
        self._why.hide()
        self._lay_out()

    def show_finding(self, finding: Finding, remedy: tuple[str, str] | None) -> None:
        """Show a finding; `remedy` has a long and a short text of the button that fixes it, if there is one."""
        self._remedy.set_texts(*(remedy or ("", "")))
        self._remedy.setVisible(remedy is not None)
        if finding == self._shown:
            return
        settle = self._shown is None or self._shown.code != finding.code
        self._shown = finding
        self._mark.setText("▲" if finding.severe else "•")
        self._mark.setAccessibleName(self.tr("Severe") if finding.severe else self.tr("Remark"))
        for label in (self._mark, self._what.label):
            _set_role(label, "severe" if finding.severe else "")
        what = translated(finding.headline)
        self._what.set_html(sentence_html(what), settle=settle)
        self._more.setAccessibleName(self.tr("Why? {finding}").format(finding=what))
        if self._more.isChecked():
            self._tell_why(settle)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 12)
        grid.addWidget(self._mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._what, 0, 1)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._remedy)
        row.addWidget(self._more)
        row.addStretch(1)
        grid.addLayout(row, 1, 1)
        grid.addWidget(self._why, 2, 1)

    @Slot(bool)
    def _show_why(self, wanted: bool) -> None:
        if wanted:
            self._tell_why(settle=True)
        self._why.setVisible(wanted)

    def _tell_why(self, settle: bool) -> None:
        """Write the meaning and what to do, which may have to be sought first."""
        if self._shown:
            why = (sentence_html(translated(text)) for text in self._shown.texts[1:])
            self._why.set_html(" ".join(why), settle=settle)

    @Slot()
    def _choose_remedy(self) -> None:
        if self._shown:
            self.remedy_chosen.emit(self._shown.code)


class FindingsView(QWidget):
    """All findings about one schedule, severe ones first; the rows are kept and refilled."""

    parameter_changed = Signal(str, object)
    kind_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Schedule | None, tuple[Finding, ...]] = (None, ())
        self._others: list[int] = []
        self._rows: list[FindingItem] = []
        self._nothing = QLabel(self.tr("Nothing to report."))
        self._nothing.setProperty("role", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._nothing)

    def show_entry(self, state: State) -> None:
        """Show what was found about the selected schedule, then which other lines are like it."""
        schedule = state.current.schedule
        shown = schedule, self._told(state)
        if shown == self._shown:
            return
        self._shown = shown
        found = (*findings_of(schedule), *shown[1])
        while len(self._rows) < len(found):
            self._add_row()
        for row, finding in zip(self._rows, found, strict=False):
            row.show_finding(finding, self._remedy_text(finding.code, schedule))
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(found))
        self._nothing.setVisible(not found)

    def _told(self, state: State) -> tuple[Finding, ...]:
        """What is to be said of the lines most like the selected one; of no new ones while a slider is held."""
        among = [entry for entry in state.entries if entry.key in self._others] if state.adjusting else state.entries
        found = alike(state.current, among)[:MOST]
        if not state.adjusting:
            self._others = [other.key for other, _ in found]
        return tuple(told(same, state.letter(other)) for other, same in found)

    def _add_row(self) -> None:
        row = FindingItem()
        row.remedy_chosen.connect(self._apply)
        self._rows.append(row)
        self._column.addWidget(row)

    def _remedy_text(self, code: str, schedule: Schedule) -> tuple[str, str] | None:
        if code == "terminal_signal":
            return self.tr("Switch on zero terminal SNR"), self.tr("Zero terminal SNR")
        if code == "unscaled_ends" and schedule.kind == "linear":
            return self.tr("Use “Linear, rescaled to T”"), self.tr("Rescale to T")
        return None

    @Slot(str)
    def _apply(self, code: str) -> None:
        if code == "terminal_signal":
            self.parameter_changed.emit(ZERO_SNR, 1.0)
        else:
            self.kind_chosen.emit("linear_rescaled")


def _set_role(label: QLabel, role: str) -> None:
    """Give a label one of the roles of the window's style sheet, which reads it only when told to."""
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().polish(label)
