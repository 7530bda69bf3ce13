"""One move of t with a 1024² picture under three schedules, against the same pictures in bare ImageItems."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, weights_at
from ddpm_studio.diffusion.noising import Noising
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.studio import Studio
from tests.benchmarks.figure import Figure

SIDE = 1024
MOVES = 120
PANEL_SIZE = (1300, 400)
KINDS = ("linear", "cosine", "sigmoid")


def _picture() -> NDArray[np.float32]:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    return np.stack([np.sin(9 * x), np.cos(7 * y), x - y], axis=-1)


def _paint() -> None:
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def _move(studio: Studio, t: int) -> None:
    studio.set_t(t)
    _paint()


class BareItems:
    """Three ImageItems side by side in a GraphicsLayoutWidget of the panel's size, and nothing else."""

    def __init__(self) -> None:
        self.widget = pg.GraphicsLayoutWidget()
        self.items = [pg.ImageItem(axisOrder="row-major") for _ in KINDS]
        for column, item in enumerate(self.items):
            box = self.widget.addViewBox(0, column, lockAspect=True, invertY=True)
            box.addItem(item)
            item.setImage(np.zeros((SIDE, SIDE, 3), np.uint8), autoLevels=False)
        self.widget.resize(*PANEL_SIZE)
        self.widget.show()
        _paint()

    def show(self, images: NDArray[np.uint8]) -> None:
        """Set and paint pictures, uint8 (3, 1024, 1024, 3)."""
        for item, image in zip(self.items, images, strict=True):
            item.setImage(image, autoLevels=False)
        _paint()


def _panel(pixels: NDArray[np.float32]) -> tuple[Studio, PicturePanel]:
    studio, panel = Studio(), PicturePanel()
    studio.set_schedule(Schedule(KINDS[0], 1000))
    for kind in KINDS[1:]:
        studio.add(Schedule(kind, 1000))
    studio.set_picture(Picture("bench", pixels, (SIDE, SIDE)))
    studio.changed.connect(panel.show_state)
    panel.resize(*PANEL_SIZE)
    panel.show()
    _paint()
    return studio, panel


def _ms(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def benchmark() -> list[Figure]:
    """Each round measures the panel and what it is compared with one after the other."""
    app = QApplication.instance() or QApplication([])
    pixels = _picture()
    epsilon = draw_noise(pixels.shape, 0)
    noising, bare = Noising(pixels, epsilon), BareItems()
    studio, panel = _panel(pixels)
    copies = np.empty((len(KINDS), *pixels.shape), np.float32)
    source = np.stack([pixels] * len(KINDS))
    rounds = []
    for move in range(MOVES):
        t = 1 + 8 * move % 1000
        weights = [weights_at(entry.schedule, t) for entry in studio.state.entries]
        copy = _ms(lambda: np.copyto(copies, source))
        images = noising.images(weights)
        noise = _ms(partial(noising.images, weights))
        paint = _ms(partial(bare.show, images))
        move_ms = _ms(partial(_move, studio, t))
        rounds.append((copy, noise, paint, move_ms))
    panel.close()
    bare.widget.close()
    del app
    return _rows(rounds[5:])


def _rows(rounds: list[tuple[float, float, float, float]]) -> list[Figure]:
    copy, noise, paint, move = (statistics.median(column) for column in zip(*rounds, strict=True))
    noise_ratio = statistics.median(noise / copy for copy, noise, _, _ in rounds)
    ratios = sorted(move / (noise + paint) for _, noise, paint, move in rounds)
    return [
        Figure("copying x_t of three schedules, 1024², float32", copy, unit="ms"),
        Figure("noising 1024² under three schedules, to bytes", noise, unit="ms"),
        Figure("painting the same in bare ImageItems", paint, unit="ms"),
        Figure("one move of t, from Studio to painted panel", move, unit="ms"),
        Figure("noising ÷ copying", noise_ratio, 4.0),
        Figure("move ÷ (noising + bare painting)", statistics.median(ratios), 1.3),
        Figure("move ÷ (noising + bare painting), 95th percentile", ratios[int(0.95 * len(ratios))]),
    ]
