"""The yardstick: a fixed piece of work that tells how slow this machine is just now, so that a bound in milliseconds,
which is meant for the machine of reference, can be held on any.

Nothing of the program is in it: no change of the program moves it, and it hides none.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

REFERENCE_MS = 7.0
"""What the work takes on the machine of reference, the one that the bounds were set on.

Nobody has timed it there: it is reckoned from what had been timed there without the program. The same curves of three
schedules in bare pyqtgraph took 7.5 and 8.7 ms of one thread (the messages of f57e2111 and 91ae4297). In turn with
these on another machine, two to three times as slow, the work took 0.79 of them (medians of 60): 5.9 and 6.9 ms. Nine
plots of three curves with 1000 points, 17 ms there, give 9; the import of torch, 1.0 to 1.4 s there and 2.2 to 2.6 s
here, gives some 7. A larger number makes every bound stricter.
"""

SHORT, LONG = np.linspace(1e-4, 0.02, 1000), np.linspace(1e-4, 0.02, 100_000)
PIXELS = np.linspace(-1, 1, 3 * 256 * 256, dtype=np.float32)
WORDS, LINES = 2000, 2


class Yardstick:
    """The work timed beside a measurement, before and after each try, by the same clock.

    By the clock on the wall, beside other work on the machine, it tells only of what takes as long as itself: less may
    be over before another process has its turn.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._taken = clock, list[float]()

    def lay(self) -> None:
        """Do the work once more."""
        start = self._clock()
        work()
        self._taken.append(1e3 * (self._clock() - start))

    @property
    def slowness(self) -> float:
        """How many times as long as on the machine of reference the work took, by its median."""
        return statistics.median(self._taken) / REFERENCE_MS


def work() -> None:
    """Do what the program is made of: a few milliseconds, about half of them in Qt."""
    _words()
    _arrays()
    _lines()


def _words() -> None:
    """Python's bytecode: numbers to texts, which are sorted and looked up."""
    texts = [f"{number / 7:.4g} dB" for number in range(WORDS)]
    places = {text: place for place, text in enumerate(sorted(texts))}
    assert sum(len(text.split(" ")[0]) + places[text] for text in texts)


def _arrays() -> None:
    """NumPy: many short arrays, a long one, and the bytes of a picture."""
    for _ in range(20):
        np.log(np.cumprod(1 - SHORT)).max()
    np.exp(np.cumsum(np.log1p(-LONG))).max()
    np.clip(0.7 * PIXELS + 0.3, -1, 1).astype(np.uint8)


def _lines() -> None:
    """Qt: smooth lines of 1000 points in a picture."""
    image = QImage(800, 500, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for line in range(LINES):
        painter.setPen(QPen(QColor.fromHsv(60 * line, 200, 200), 1.0))
        heights = 250 + 200 * np.sin(np.arange(1000) / (40 + line))
        painter.drawPolyline(QPolygonF([QPointF(0.8 * x, y) for x, y in enumerate(heights)]))
    painter.end()
