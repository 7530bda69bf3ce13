"""A panel wired to a Studio and to a thread whose machine waits behind a gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.recent import Recent
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.sampling.wiring import wire
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from tests.gui.worker.fakes import MANY, FakeBackend

CHECKPOINT = "pixel-portraits"


class Answers:
    """Stands in for the file dialogs."""

    def __init__(self) -> None:
        self.path, self.chosen = "", 0

    def open_one(self, title: str, filters: str) -> str:
        return self.path

    def open_folder(self, title: str) -> str:
        return self.path

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        return self.path, formats[self.chosen]


class Stage:
    """Everything a person has before them, and what is behind it."""

    def __init__(self, studio: Studio, backend: FakeBackend, folder: Path, parent: QWidget) -> None:
        self.studio, self.backend, self.answers = studio, backend, Answers()
        self.panel = SamplingPanel(parent)
        self.thread = SamplingThread(backend=backend)
        self.actions = SamplingActions(
            studio,
            parent,
            self.thread,
            self.answers,  # type: ignore[arg-type]
            Recent(folder / "recent.json"),
        )
        self.complaints: list[str] = []
        self.said: list[str] = []
        wire(self.panel, self.actions)
        studio.changed.connect(self.panel.show_state)
        studio.complained.connect(self.complain)
        self.actions.saves.said.connect(self.hear)
        self.panel.show_state(studio.state)

    def complain(self, sentence: str) -> None:
        self.complaints.append(sentence)

    def hear(self, sentence: str) -> None:
        self.said.append(sentence)

    @property
    def phase(self) -> Phase:
        return self.actions.phase

    @property
    def row(self) -> QWidget:
        return self.panel.run_bar


@pytest.fixture
def backend() -> FakeBackend:
    """Its gate is open."""
    return FakeBackend()


@pytest.fixture
def stage(qtbot: QtBot, backend: FakeBackend, tmp_path: Path) -> Iterator[Stage]:
    """The panel in view, its checkpoint open."""
    window = QWidget()
    qtbot.addWidget(window)
    studio = Studio(window)
    studio.add(Schedule("cosine", 1000), "")
    stage = Stage(studio, backend, tmp_path, window)
    window.resize(760, 320)
    stage.panel.resize(760, 320)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: studio.state.sampling.card is not None)
    yield stage
    backend.gate.release(MANY)
    stage.actions.end()
