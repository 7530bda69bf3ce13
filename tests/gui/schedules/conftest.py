from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.studio import Studio

Found = TypeVar("Found", bound=QWidget)


@dataclass
class Bench:
    """A shown panel wired to a Studio as the window does it, and every signal that the panel gave."""

    panel: SchedulesPanel
    studio: Studio
    said: list[tuple[Any, ...]] = field(default_factory=list)

    def find(self, kind: type[Found], name: str) -> Found:
        """The visible widget of this class and accessible name."""
        return next(w for w in self.panel.findChildren(kind) if w.isVisible() and w.accessibleName() == name)


class _Recorder:
    def __init__(self, said: list[tuple[Any, ...]], name: str) -> None:
        self._said, self._name = said, name

    def note(self, *values: Any) -> None:
        self._said.append((self._name, *values))


SLOTS = {
    "selected": "select",
    "visible_toggled": "set_visible",
    "renamed": "rename",
    "duplicated": "duplicate",
    "removed": "remove",
    "moved": "move",
    "add_requested": "add",
    "kind_chosen": "set_kind",
    "parameter_changed": "set_parameter",
    "adjusting": "set_adjusting",
    "reset_requested": "reset_parameters",
    "spec_entered": "",
    "open_betas_requested": "",
}


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    panel, studio = SchedulesPanel(), Studio()
    made = Bench(panel, studio)
    qtbot.addWidget(panel)
    studio.changed.connect(panel.show_state)
    for name, slot in SLOTS.items():
        signal: SignalInstance = getattr(panel, name)
        recorder = _Recorder(made.said, name)
        signal.connect(recorder.note)
        setattr(panel, f"_recorder_{name}", recorder)
        if slot:
            signal.connect(getattr(studio, slot))
    panel.resize(280, 560)
    panel.show()
    panel.show_state(studio.state)
    qtbot.waitExposed(panel)
    return made


@pytest.fixture
def settle(qtbot: QtBot, bench: Bench) -> Callable[[], None]:
    """Let the window's state reach the panel."""

    def wait() -> None:
        QApplication.processEvents()
        qtbot.waitUntil(lambda: bench.panel.state is bench.studio.state)

    return wait
