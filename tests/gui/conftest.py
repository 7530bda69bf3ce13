"""What holds in every test of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.worker import sampling_thread
from tests.gui.windows import active_window


@pytest.fixture(autouse=True)
def closing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that closes ends its process in the end; these tests live on, on machines however slow."""
    monkeypatch.setattr(sampling_thread, "PATIENCE_MS", 100_000)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window as it first opens, that keys go to."""
    with active_window(qtbot, QSize(1280, 800)) as window:
        yield window
