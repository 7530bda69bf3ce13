"""The window whose zones are tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from tests.gui.windows import active_window, settle


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800), [Schedule("linear", 300), Schedule("cosine", 1000)]) as window:
        settle()
        yield window
