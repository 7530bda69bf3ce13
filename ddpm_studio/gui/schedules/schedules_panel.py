"""The schedules panel: the list of schedules, and below it the selected one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.schedules.editor import ScheduleEditor
from ddpm_studio.gui.schedules.findings import FindingsView
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.theme import Tokens

_MARGIN = 8


class SchedulesPanel(LazyPanel):
    """The list over the editor and findings of the selected schedule. Signals name entries by their key."""

    selected = Signal(int)
    visible_toggled = Signal(int, bool)
    renamed = Signal(int, str)
    duplicated = Signal(int)
    removed = Signal(int)
    moved = Signal(int, int)
    add_requested = Signal(object, str)
    open_betas_requested = Signal()
    kind_chosen = Signal(str)
    parameter_changed = Signal(str, float)
    adjusting = Signal(bool)
    spec_entered = Signal(str)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list, self._editor, self._findings = SchedulesList(), ScheduleEditor(), FindingsView()
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Show the entries, the selected schedule and its findings."""
        schedule = self.state.current.schedule
        self._list.show_state(self.state)
        self._editor.show_schedule(schedule)
        self._findings.show_schedule(schedule)

    def set_theme(self, tokens: Tokens) -> None:
        """Take on the colours of a theme."""
        self._list.set_theme(tokens)

    def sizeHint(self) -> QSize:
        """Wide enough for every control."""
        return QSize(300, 600)

    def _lay_out(self) -> None:
        page = QWidget()
        below = QVBoxLayout(page)
        below.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        below.setSpacing(12)
        below.addWidget(self._editor)
        below.addWidget(self._findings)
        below.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._list.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 4)
        column.addWidget(self._list)
        column.addWidget(area, 1)

    def _connect(self) -> None:
        pairs = [
            (self._list, ("selected", "visible_toggled", "renamed", "duplicated", "removed", "moved")),
            (self._list, ("add_requested", "open_betas_requested")),
            (self._editor, ("kind_chosen", "parameter_changed", "adjusting", "spec_entered", "reset_requested")),
            (self._editor, ("open_betas_requested",)),
            (self._findings, ("kind_chosen", "parameter_changed")),
        ]
        for part, names in pairs:
            for name in names:
                getattr(part, name).connect(getattr(self, name))
