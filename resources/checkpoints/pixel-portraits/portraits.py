"""The data: DiceBear pixel-art portraits, drawn by the npm packages and rasterised to 16×16 RGB.

Portrait k is the avatar of the seed "k", so the data are the same on every machine.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from tqdm import tqdm

Pictures = npt.NDArray[np.uint8]

PACKAGES = ("@dicebear/core@9.4.3", "@dicebear/pixel-art@9.4.3")
SIZE = 16
TRAIN = 64_000
HELD_OUT = 8_000


def load_portraits(work: Path) -> tuple[Pictures, Pictures]:
    """Training and held-out pictures, (64000, 16, 16, 3) and (8000, 16, 16, 3); drawn once, then read from `work`."""
    file = work / "portraits.npy"
    if not file.exists():
        partial = file.with_suffix(".partial.npy")
        np.save(partial, draw_portraits(work, TRAIN + HELD_OUT))
        partial.replace(file)
    pictures: Pictures = np.load(file)
    return pictures[:TRAIN], pictures[TRAIN:]


def draw_portraits(work: Path, count: int) -> Pictures:
    """The portraits of the seeds 0 … count−1, (count, 16, 16, 3); the npm packages are installed in `work`/npm."""
    folder = install_packages(work / "npm")
    pictures = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for index, svg in enumerate(tqdm(print_svgs(folder, count), total=count, desc="portraits", disable=None)):
        pictures[index] = rasterise(svg)
    return pictures


def install_packages(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_suffix(".mjs"), folder)
    subprocess.run(["npm", "install", "--ignore-scripts", "--prefix", folder, *PACKAGES], check=True)
    return folder


def print_svgs(folder: Path, count: int) -> Iterator[bytes]:
    command = ["node", folder / "portraits.mjs", "0", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield from process.stdout
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def rasterise(svg: bytes) -> Pictures:
    """One picture, (16, 16, 3) uint8: the portraits are drawn on a 16×16 grid, so every pixel is one flat colour."""
    image = QImage(SIZE, SIZE, QImage.Format.Format_RGBX8888)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIZE, SIZE, 4)[..., :3].copy()
