from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.studio import Studio
from tests.gui.schedules.lines import A, B
from tests.gui.windows import active_window, show_change

Found = TypeVar("Found", bound=QWidget)


class _Recorder:
    def __init__(self, said: list[tuple[Any, ...]], name: str) -> None:
        self._said, self._name = said, name

    @property
    def takes_values(self) -> bool:
        """False for buttons, whose signals only say whether they are down."""
        return not self._name.endswith("_requested") or self._name == "add_requested"

    def note(self, *values: Any) -> None:
        self._said.append((self._name, *values))

    def note_name(self) -> None:
        self._said.append((self._name,))


@dataclass
class Bench:
    """A shown panel wired to a Studio as the window does it, and every signal that the panel gave."""

    panel: SchedulesPanel
    studio: Studio
    said: list[tuple[Any, ...]] = field(default_factory=list)
    recorders: list[_Recorder] = field(default_factory=list)

    def find(self, kind: type[Found], name: str) -> Found:
        """The visible widget of this class and accessible name."""
        return next(w for w in self.panel.findChildren(kind) if w.isVisible() and w.accessibleName() == name)


def signals(panel: SchedulesPanel) -> list[tuple[str, SignalInstance, str]]:
    """What a person does in the panel: a name for it, its signal, and the slot of the Studio that does it."""
    entries, editor, findings = panel.list, panel.editor, panel.findings
    return [
        ("selected", entries.selected, "select"),
        ("visible_toggled", entries.model.visible_toggled, "set_visible"),
        ("swept", entries.view.ticks.swept, "sweep"),
        ("swept_over", entries.view.ticks.swept_over, "end_sweep"),
        ("only_wanted", entries.view.ticks.only_wanted, "show_only"),
        ("member_chosen", entries.view.families.member_chosen, "choose_member"),
        ("renamed", entries.model.renamed, "rename"),
        ("moved", entries.model.moved, "move"),
        ("duplicated", entries.duplicated, "duplicate"),
        ("removed", entries.removed, "remove"),
        ("duplicated_below", entries.duplicated_below, "duplicate_below"),
        ("add_requested", entries.offers.add_menu.add_requested, "add"),
        ("kind_chosen", editor.kind_chosen, "set_kind"),
        ("range_chosen", editor.range_chosen, "set_range"),
        ("member_chosen", editor.member_chosen, "show_member"),
        ("kind_chosen", findings.kind_chosen, "set_kind"),
        ("parameter_changed", editor.fields.changed, "set_parameter"),
        ("parameter_changed", findings.parameter_changed, "set_parameter"),
        ("adjusting", editor.adjusting, "set_adjusting"),
        ("reset_requested", editor.reset.clicked, "reset_parameters"),
        ("reset_requested", entries.offers.reset.triggered, "reset_parameters"),
        ("typed", entries.view.line.typed, "type_schedule"),
        ("entered", entries.view.line.entered, ""),
        ("parameter_changed", entries.view.line.parameter_changed, "set_parameter"),
        ("range_changed", entries.view.line.range_changed, "set_range"),
        ("adjusting", entries.view.line.adjusting, "set_adjusting"),
        ("new_entered", entries.new_line.entered, ""),
        ("pasted", entries.view.line.pasted, ""),
        ("pasted", entries.new_line.pasted, ""),
        ("open_betas_requested", editor.open_betas_requested, ""),
        ("open_betas_requested", entries.offers.add_menu.open_betas.triggered, ""),
    ]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with the lines A and B, A of which is chosen."""
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(A), Schedule.parse(B)]) as window:
        window.studio.select(window.studio.state.entries[0].key)
        show_change(window, qtbot)
        yield window


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    panel, studio = SchedulesPanel(), Studio()
    made = Bench(panel, studio)
    qtbot.addWidget(panel)
    studio.changed.connect(panel.show_state)
    for name, signal, slot in signals(panel):
        recorder = _Recorder(made.said, name)
        made.recorders.append(recorder)
        signal.connect(recorder.note if recorder.takes_values else recorder.note_name)
        if slot:
            signal.connect(getattr(studio, slot))
    panel.resize(280, 560)
    panel.show()
    panel.show_state(studio.state)
    qtbot.waitExposed(panel)
    return made


@pytest.fixture
def settle(qtbot: QtBot, bench: Bench) -> Callable[[], None]:
    """Let the window's state reach the panel, and the panel have its turn to show it."""

    def wait() -> None:
        QApplication.processEvents()
        qtbot.waitUntil(lambda: bench.panel.state is bench.studio.state and not bench.panel._turn.to_come)

    return wait
