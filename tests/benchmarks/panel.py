"""The sampling panel while it watches the bundled model: what it costs the run, and whether the window stays awake."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from functools import cache

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from ddpm_studio.checkpoints import DEFAULT, open_checkpoint
from ddpm_studio.gui.sampling.actions import SamplingActions
from ddpm_studio.gui.sampling.panel import SamplingPanel
from ddpm_studio.gui.sampling.setup import Line, Sampling
from ddpm_studio.gui.sampling.wiring import wire
from ddpm_studio.gui.studio import Studio
from ddpm_studio.gui.theme import LIGHT, apply_theme
from ddpm_studio.gui.worker.sampler import Sampler
from ddpm_studio.sampling import Denoiser, run
from ddpm_studio.sampling.recording import Recording

SIZE = QSize(960, 420)
"""The panel's share of a window of 1600 × 1000."""

ROUNDS = 9
TICK_MS = 10
LINE = Line("ddim", (), steps=50)


class Watching(QObject):
    """The panel as the window has it, with a timer that notes when it is called, and when the first frame came."""

    def __init__(self) -> None:
        super().__init__()
        self._sampler = Sampler(self)
        self._studio = Studio(self)
        self.panel, self._loop = SamplingPanel(), QEventLoop()
        self._actions = SamplingActions(self._studio, self.panel, self._sampler)
        wire(self.panel, self._actions)
        self._studio.changed.connect(self.panel.show_state)
        self._studio.set_sampling(lines=(LINE,), device="cpu")
        self._actions.framed.connect(self._note_frame)
        self._sampler.opened.connect(self._leave)
        self._sampler.finished.connect(self._leave)
        self.ticks, self.first_frame = list[float](), 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def open(self) -> None:
        """Show the panel, which has the bundled checkpoint opened, and wait until that is done."""
        self.panel.set_theme(LIGHT)
        self.panel.show_state(self._studio.state)
        self.panel.resize(SIZE)
        self.panel.show()
        self._loop.exec()

    def draw(self) -> float:
        """Run until the end, in seconds."""
        self.first_frame = 0.0
        start = time.perf_counter()
        self._actions.run()
        self._loop.exec()
        end = time.perf_counter()
        self.first_frame -= start
        return end - start

    def follow(self, beta_end: float) -> float:
        """Move a slider while Live is on, and wait for the portraits that come of it, in seconds."""
        start = time.perf_counter()
        self._studio.set_parameter("beta_end", beta_end)
        self._loop.exec()
        return time.perf_counter() - start

    def go_live(self) -> None:
        """Have a run follow the sliders, and wait for the first."""
        self._actions.live.set_live(True)
        self._loop.exec()

    def gaps(self) -> NDArray[np.float64]:
        """The times between two calls of the timer in one run, in milliseconds."""
        self.ticks = []
        self._timer.start()
        self.draw()
        self._timer.stop()
        return 1e3 * np.diff(self.ticks)

    def close(self) -> None:
        """End the thread."""
        self.panel.close()
        self._sampler.close()

    @Slot()
    def _tick(self) -> None:
        self.ticks.append(time.perf_counter())

    @Slot(object)
    def _note_frame(self, frames: object) -> None:
        self.first_frame = self.first_frame or time.perf_counter()

    @Slot()
    def _leave(self) -> None:
        self._loop.quit()


def in_the_shell() -> float:
    """The same run as `ddpm-studio sample` does it, in seconds; the checkpoint is read before."""
    denoiser = _opened()
    start = time.perf_counter()
    generator = torch.Generator().manual_seed(Sampling.seed)
    x = denoiser.starting_noise(Sampling.pictures, generator)
    recording = Recording()
    for step in run(LINE.row(None).table(denoiser.schedule), denoiser, x, generator=generator):
        recording.add(step)
    return time.perf_counter() - start


@cache
def _opened() -> Denoiser:
    return open_checkpoint(DEFAULT)


def benchmark() -> list[tuple[str, float, float | None, str]]:
    """Runs are taken in turn by the panel and by a shell of its own process, after one of each that is not counted."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, LIGHT)
    ratios, gaps, firsts = [], [], []
    watching = Watching()
    with multiprocessing.get_context("spawn").Pool(1) as shell:
        watching.open()
        watching.draw()
        shell.apply(in_the_shell)
        for _ in range(ROUNDS):
            ratios.append(watching.draw() / shell.apply(in_the_shell))
            firsts.append(watching.first_frame)
            gaps.extend(watching.gaps())
    watching.go_live()
    moves = [watching.follow(0.02 + 0.001 * number) for number in range(1, ROUNDS + 1)]
    watching.close()
    return [
        ("a run that the panel watches ÷ the same run in the shell", statistics.median(ratios), 1.05, ""),
        (f"gap of a {TICK_MS} ms timer while sampling, 99th percentile", float(np.percentile(gaps, 99)), 33.0, "ms"),
        ("the same, longest", max(gaps), None, "ms"),
        ("from Run to the first frame, longest", max(firsts), 0.5, "s"),
        ("from a move of β_end with Live on to its portraits", statistics.median(moves), 0.5, "s"),
    ]
