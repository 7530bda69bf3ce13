"""Latents in the window: previews at once, pictures of a step when they are asked for, and channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot
from torch import Tensor

from ddpm_studio.gui.sampling.pages.shown_range import ShownRange, channels_of
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.run import RunSpec
from ddpm_studio.sampling import Step
from ddpm_studio.sampling.devices import Placements
from ddpm_studio.sampling.latent_preview import LatentPreview
from ddpm_studio.sampling.latents import Decoding
from tests.gui.sampling.conftest import Stage
from tests.gui.worker.fakes import FakeBackend

PREVIEW, PICTURE, CHANNELS = QSize(5, 4), QSize(15, 12), QSize(11, 9)
"""Of latents with three channels: small, decoded, and one channel in each of three corners."""


class LatentBackend(FakeBackend):
    """Its network works in latents; `failing` decoders have no picture."""

    decoded = 0
    failing = False

    def _steps(self, total: int, timesteps: list[float], spec: RunSpec) -> Iterator[Step]:
        decoding = Decoding(self._decode, Placements(), LatentPreview.of_first_channels(3))
        for step in super()._steps(total, timesteps, spec):
            yield replace(step, decoding=decoding)

    def _decode(self, latents: Tensor) -> Tensor:
        self.decoded += 1
        return latents.repeat_interleave(3, 2).repeat_interleave(3, 3) / (0 if self.failing else 2)


@pytest.fixture
def backend() -> LatentBackend:
    return LatentBackend()


def press_step(stage: Stage, qtbot: QtBot, index: int) -> None:
    """Make one more call, and wait for what it shows."""
    qtbot.mouseClick(stage.panel.run_bar.buttons.step, Qt.MouseButton.LeftButton)
    views = stage.panel.views
    qtbot.waitUntil(lambda: views.watched is not None and views.watched.measures.index == index)
    qtbot.waitUntil(lambda: stage.phase is Phase.PAUSED)


def seen(stage: Stage) -> tuple[QSize, str]:
    """The size of the pictures in view, and what is said of them."""
    watch = stage.panel.views.watch
    assert watch.x_grid.picture(0).size() == watch.x0_grid.picture(0).size()
    return watch.x_grid.picture(0).size(), watch._about_x0.whole


def test_steps_are_previews_until_they_are_decoded(stage: Stage, backend: LatentBackend, qtbot: QtBot) -> None:
    decode, views = stage.panel.view_bar.decode, stage.panel.views
    assert not decode.isVisible(), "before a run there is nothing to decode"
    press_step(stage, qtbot, 0)
    press_step(stage, qtbot, 1)
    assert seen(stage) == (PREVIEW, "previews of latents")
    assert backend.decoded == 0

    qtbot.mouseClick(decode, Qt.MouseButton.LeftButton)
    assert not decode.isEnabled()
    qtbot.waitUntil(lambda: seen(stage) == (PICTURE, "decoded"))
    assert (backend.decoded, backend.calls, stage.phase) == (2, 2, Phase.PAUSED), "the run still waits"
    assert (decode.isVisible(), decode.isEnabled()) == (True, False)

    press_step(stage, qtbot, 2)
    assert seen(stage) == (PREVIEW, "previews of latents")
    qtbot.mouseClick(stage.panel.run_bar.buttons.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.phase is Phase.IDLE)
    qtbot.waitUntil(lambda: seen(stage) == (PICTURE, "decoded"))
    assert backend.decoded == 4, "x and x̂0 of the last step, and of no other"

    stage.panel.timeline.slider.setValue(1)
    assert seen(stage) == (PICTURE, "decoded"), "is remembered"
    stage.panel.timeline.slider.setValue(0)
    assert seen(stage) == (PREVIEW, "previews of latents")
    stage.panel.view_bar.range.chosen.emit(ShownRange.CHANNELS)
    assert seen(stage) == (CHANNELS, "channels of the latents")
    stage.panel.view_bar.range.chosen.emit(ShownRange.FIXED)

    backend.failing = True
    qtbot.mouseClick(decode, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(decode.isEnabled)
    assert "pictures are not finite" in stage.panel.note.toolTip() + stage.panel._failure
    assert seen(stage) == (PREVIEW, "previews of latents")
    stage.panel.view_bar.pages.chosen.emit(Page.COMPARE)
    assert "previews" in views.compare.numbers[0].text()
    backend.failing = False
    qtbot.mouseClick(decode, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "previews" not in views.compare.numbers[0].text())
    stage.panel.view_bar.pages.chosen.emit(Page.SOLVER)
    assert not decode.isVisible()


def test_channels_are_gray_from_the_least_value_to_the_largest() -> None:
    latents = torch.arange(2 * 4 * 2 * 3).reshape(2, 4, 2, 3).half().numpy()
    sheet = channels_of(latents)
    assert sheet.shape == (2, 5, 7, 1)
    for top, left in ((0, 0), (0, 4), (3, 0), (3, 4)):
        part = sheet[1, top : top + 2, left : left + 3, 0]
        assert (part[0, 0], part[-1, -1]) == (0, 255)
    assert not channels_of(latents * 0).any()
