"""The sampling panel while it watches the bundled model: what it costs the run, and whether the window stays awake."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from dataclasses import dataclass, fields
from itertools import chain

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import torch
from PySide6.QtCore import QEventLoop, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from ddpm_studio.checkpoints import DEFAULT, open_checkpoint
from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.sampling.wiring import wire
from ddpm_studio.gui.state.sampling import Line, Sampling
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.theme import LIGHT, apply_theme
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.process import prepare_process
from ddpm_studio.sampling import Denoiser, run
from ddpm_studio.sampling.recording import Recording
from tests.benchmarks.figure import Figure
from tests.benchmarks.yardstick import Yardstick

SIZE = QSize(960, 420)
"""The panel's share of a window of 1600 × 1000."""

PROCESSES, RUNS = 6, 3
"""So many of the panel and of the shell in turn, each with so many runs: one process may well be 10 % slower than the
next, whatever it does. Drawing in both ways in one process would not do: OpenMP waits otherwise once two threads have
used it, and every run of either takes up to twice as long."""

TICK_MS = 10
LINE = Line("ddim", (), steps=50)


class Watching(QObject):
    """The panel as the window has it, with a timer that notes when it is called, and when the first frame came."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = SamplingThread(self)
        self._studio = Studio(self)
        self.panel, self._loop = SamplingPanel(), QEventLoop()
        self._actions = SamplingActions(self._studio, self.panel, self._thread)
        wire(self.panel, self._actions)
        self._studio.changed.connect(self.panel.show_state)
        self._studio.set_sampling(lines=(LINE,), device="cpu")
        self._actions.framed.connect(self._note_frame)
        self._thread.opened.connect(self._leave)
        self._thread.finished.connect(self._leave)
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

    def gaps(self) -> list[float]:
        """The times between two calls of the timer in one run, in milliseconds."""
        self.ticks = []
        self._timer.start()
        self.draw()
        self._timer.stop()
        gaps: list[float] = (1e3 * np.diff(self.ticks)).tolist()
        return gaps

    def close(self) -> None:
        """End the thread."""
        self.panel.close()
        self._thread.close()

    @Slot()
    def _tick(self) -> None:
        self.ticks.append(time.perf_counter())

    @Slot(object)
    def _note_frame(self, frames: object) -> None:
        self.first_frame = self.first_frame or time.perf_counter()

    @Slot()
    def _leave(self) -> None:
        self._loop.quit()


@dataclass(frozen=True)
class Watched:
    """What one process with a panel saw, in seconds, the gaps in milliseconds, and how slow the machine was."""

    runs: list[float]
    first_frames: list[float]
    gaps: list[float]
    moves: list[float]
    slowness: list[float]


def watched() -> Watched:
    """Runs in the panel, after one that is not counted; a second one each for the timer, which costs something too."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, LIGHT)
    watching, seen, yardstick = Watching(), Watched([], [], [], [], []), Yardstick()
    watching.open()
    watching.draw()
    for _ in range(RUNS):
        yardstick.lay()
        seen.runs.append(watching.draw())
        seen.first_frames.append(watching.first_frame)
        seen.gaps.extend(watching.gaps())
    watching.go_live()
    for number in range(1, RUNS + 1):
        yardstick.lay()
        seen.moves.append(watching.follow(0.02 + 0.001 * number))
    watching.close()
    seen.slowness.append(yardstick.slowness)
    return seen


def in_the_shell() -> list[float]:
    """The same runs as `ddpm-studio sample` does them, after one that is not counted; the checkpoint is read before."""
    denoiser = open_checkpoint(DEFAULT)
    return [_drawn(denoiser) for _ in range(1 + RUNS)][1:]


def _drawn(denoiser: Denoiser) -> float:
    start = time.perf_counter()
    generator = torch.Generator().manual_seed(Sampling.seed)
    x = denoiser.starting_noise(Sampling.pictures, generator)
    recording = Recording()
    for step in run(LINE.sampler(None).table(denoiser.schedule), denoiser, x, generator=generator):
        recording.add(step)
    return time.perf_counter() - start


def benchmark() -> list[Figure]:
    """Every panel and every shell has a fresh process, one after the other."""
    with multiprocessing.get_context("spawn").Pool(1, prepare_process, maxtasksperchild=1) as fresh:
        pairs = [(fresh.apply(watched), fresh.apply(in_the_shell)) for _ in range(PROCESSES)]
    panels = [panel for panel, _ in pairs]
    alone = statistics.median(chain.from_iterable(shell for _, shell in pairs))
    runs, first_frames, gaps, moves, slowness = (
        list(chain.from_iterable(getattr(panel, field.name) for panel in panels)) for field in fields(Watched)
    )
    late, slow = float(np.percentile(gaps, 99)), statistics.median(slowness)
    return [
        Figure("a run that the panel watches ÷ the same run in the shell", statistics.median(runs) / alone, 1.05),
        Figure(f"gap of a {TICK_MS} ms timer while sampling, 99th percentile", late, 33.0, "ms", slow),
        Figure("the same, longest", max(gaps), unit="ms"),
        Figure("from Run to the first frame, longest", max(first_frames), 0.5, "s", slow),
        Figure("from a move of β_end with Live on to its portraits", statistics.median(moves), 0.5, "s", slow),
    ]
