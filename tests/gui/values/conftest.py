from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.studio import Studio


class Bench:
    """A Studio with two schedules, linear T = 300 selected and cosine T = 1000, and panels that it is shown in."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.studio = Studio()
        self.studio.add(Schedule("cosine", 1000), "a<b")
        self.studio.select(self.studio.state.entries[0].key)

    def show(self, panel: LazyPanel) -> None:
        """Show a panel, and the state in it."""
        self._qtbot.addWidget(panel)
        panel.resize(500, 300)
        panel.show()
        self._qtbot.waitExposed(panel)
        self.tell(panel)

    def tell(self, panel: LazyPanel) -> None:
        """Hand the newest state to a panel."""
        panel.show_state(self.studio.state)

    def focus(self, widget: QWidget) -> None:
        """Give a widget the keyboard."""
        widget.setFocus()
        self._qtbot.waitUntil(widget.hasFocus)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)
