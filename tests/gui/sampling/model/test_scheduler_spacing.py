"""Spacing of a checkpoint's scheduler on its card, and the button that has the sampler take its steps."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import CardItem, Origin
from ddpm_studio.checkpoints.families.shared.facts import SPACING
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.model.card_view import CardView
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.run import CheckpointCard
from tests.gui.finding import child
from tests.gui.test_main_window import wait


def show(window: MainWindow, text: str) -> CardView:
    """The card of a checkpoint whose scheduler has these steps."""
    row = CardItem("spacing", SPACING, text, text, Origin.FILE)
    card = CheckpointCard("x", "x", "diffusers folder", "UNet2DModel", 1, (3, 8, 8), Schedule(), "epsilon", rows=(row,))
    view = child(window, SamplingPanel).views.model.card
    view.show_card(card)
    return view


def use(view: CardView) -> None:
    button = next(each for each in view.rows["spacing"].findChildren(QToolButton) if each.text() == "Use")
    button.click()


def test_the_sampler_takes_the_steps_of_the_scheduler_when_asked(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    before = window.studio.state.sampling.line.spacing
    view = show(window, "leading:offset=1")
    assert window.studio.state.sampling.line.spacing == before
    use(view)
    assert window.studio.state.sampling.line.spacing == "leading:offset=1"
    window.studio.undo()
    assert window.studio.state.sampling.line.spacing == before
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps({"_class_name": "LMSDiscreteScheduler", "use_karras_sigmas": True}))
    use(show(window, f"file:{path}"))
    wait(window, qtbot)
    assert window.studio.state.sampling.line.spacing == "karras"
    path.unlink()
    use(view)
    wait(window, qtbot)
    assert "There is no file" in window.toast.text or "No such file" in window.toast.text
