"""The pictures of the model card, each enlarged without smoothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PIL import Image
from portraits import Pictures

COLUMNS = 8
ENLARGED = 5
LOSSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""What is written beside the axis; pyqtgraph's own labels of a logarithmic one overlap."""


def tile(pictures: Pictures, gap: int) -> Pictures:
    """(B, H, W, 3) in rows of eight, `gap` white pixels around each; B is a multiple of eight."""
    padded = np.pad(pictures, ((0, 0), (gap, gap), (gap, gap), (0, 0)), constant_values=255)
    _, height, width, channels = padded.shape
    rows = padded.reshape(-1, COLUMNS, height, width, channels).swapaxes(1, 2)
    return rows.reshape(-1, COLUMNS * width, channels)


def save_enlarged(picture: Pictures, file: Path) -> None:
    height, width, _ = picture.shape
    enlarged = Image.fromarray(picture).resize((width * ENLARGED, height * ENLARGED), Image.Resampling.NEAREST)
    enlarged.save(file, optimize=True)


def draw_grid(pictures: Pictures, file: Path) -> None:
    save_enlarged(tile(pictures, 0), file)


def draw_pairs(left: Pictures, right: Pictures, file: Path) -> None:
    """Each of `left` with its partner of `right` beside it, touching; white between the pairs."""
    save_enlarged(tile(np.concatenate((left, right), axis=2), 1), file)


def draw_losses(log: Path, file: Path) -> None:
    """The columns of train.py's loss.csv against the step, the losses on a logarithmic axis."""
    steps, training, held_out = np.loadtxt(log, delimiter=",", skiprows=1).T
    pg.setConfigOptions(background="w", foreground="k", antialias=True)
    pg.mkQApp()
    plot = pg.PlotWidget(labels={"left": "mean squared error of ε", "bottom": "step"})
    plot.getAxis("left").enableAutoSIPrefix(False)
    plot.getAxis("left").setTicks([[(np.log10(loss), f"{loss:g}") for loss in LOSSES]])
    plot.resize(720, 360)
    plot.addLegend(offset=(-10, 10))
    plot.setLogMode(y=True)
    plot.plot(steps, training, pen=pg.mkPen("#D55E00", width=2), name="training, weighted")
    plot.plot(steps, held_out, pen=pg.mkPen("#0072B2", width=2), name="held-out, unweighted, averaged weights")
    plot.grab().save(str(file))
