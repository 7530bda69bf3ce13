from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.picture.loading import load
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.state.studio import Studio

WHITE = (255, 255, 255)


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """A file with a picture of 60 × 40 pixels."""
    y, x = np.mgrid[0:40, 0:60]
    path = tmp_path / "ramp.png"
    Image.fromarray(np.stack([x * 4, y * 6, 255 - x * 2], -1).astype(np.uint8)).save(path)
    return str(path)


class Bench:
    """A Studio with linear T = 300 selected and cosine T = 1000, and a panel that shows it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.studio = Studio()
        self.studio.add(Schedule("cosine", 1000), "a<b & c")
        self.studio.select(self.studio.state.entries[0].key)
        self.studio.set_t(100)
        self.panel = PicturePanel()
        qtbot.addWidget(self.panel)
        self.panel.resize(900, 400)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.studio.changed.connect(self.panel.show_state)
        self.panel.show_state(self.studio.state)

    def do(self, action: Callable[..., object], *values: object) -> None:
        """Call a method of the Studio and wait until the panel has been told."""
        with self.qtbot.waitSignal(self.studio.changed):
            action(*values)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


@pytest.fixture
def shown(bench: Bench, picture: str) -> Bench:
    """A bench with a picture in it."""
    bench.do(bench.studio.set_picture, load(picture, WHITE))
    return bench
