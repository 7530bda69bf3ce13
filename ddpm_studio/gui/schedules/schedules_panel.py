"""The schedules panel: the list of schedules, and below it the selected one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.schedules.editor import ScheduleEditor
from ddpm_studio.gui.schedules.findings_view import FindingsView
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.theme import Tokens

_MARGIN = 8


class SchedulesPanel(LazyPanel):
    """The list above the selected schedule's editor and findings. Its parts have the signals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.editor, self.findings = SchedulesList(), ScheduleEditor(), FindingsView()
        self._lay_out()

    def refresh(self) -> None:
        """Show the entries, the selected schedule and its findings."""
        self.list.show_state(self.state)
        self.editor.show_entry(self.state.current)
        self.findings.show_schedule(self.state.current.schedule)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self.list.set_theme(tokens)

    def sizeHint(self) -> QSize:
        """Wide enough for every control."""
        return QSize(300, 600)

    def _lay_out(self) -> None:
        page = QWidget()
        below = QVBoxLayout(page)
        below.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        below.setSpacing(12)
        below.addWidget(self.editor)
        below.addWidget(self.findings)
        below.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.list.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 4)
        column.addWidget(self.list)
        column.addWidget(area, 1)
