"""Plots exported as files and pictures, and their numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.recipes.carriers import png_with, svg_with
from ddpm_studio.files.table_rows import TAB, row_lines
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.legend import Legend
from ddpm_studio.gui.curves.press import Press
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.widgets.qimages import png_of_image

PNG_SCALE = 2


class Paper(Protocol):
    """What plots are drawn on, and the content of its file."""

    @property
    def device(self) -> QPaintDevice:
        """What a painter paints on; a unit is a device-independent pixel."""

    def content(self, recipe: str) -> bytes:
        """The bytes of the file with the text of a recipe, once everything is drawn; may be called in any thread."""


class PngPaper:
    """A sheet as a PNG picture at twice its size."""

    def __init__(self, size: QSizeF, legend: Legend) -> None:
        self.device = QImage((size * PNG_SCALE).toSize(), QImage.Format.Format_RGB32)
        self.device.fill(QColor(legend.tokens.surface))  # The sheet may end within its last pixels.
        self.device.setDevicePixelRatio(PNG_SCALE)
        self.device.setText("Description", legend.about())

    def content(self, recipe: str) -> bytes:
        """The picture, encoded."""
        return png_with(png_of_image(self.device), recipe)


class SvgPaper:
    """A sheet as an SVG 1.1 file."""

    def __init__(self, size: QSizeF, legend: Legend) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.device = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        self.device.setOutputDevice(self._buffer)
        self.device.setTitle("ddpm-studio")
        self.device.setDescription(legend.about())
        # Otherwise positions and fonts would be measured in different units.
        self.device.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInchX()))
        self.device.setSize(size.toSize())
        self.device.setViewBox(QRectF(QPointF(0, 0), size))

    def content(self, recipe: str) -> bytes:
        """The file."""
        return svg_with(bytes(self._buffer.data().data()), recipe)


MakePaper = Callable[[QSizeF, Legend], Paper]

PAPERS: dict[str, MakePaper] = {".png": PngPaper, ".svg": SvgPaper}


def paper_for(path: str) -> MakePaper:
    """What makes the paper of a path from the size of its sheet and the legend. FileError for any other suffix."""
    suffix = Path(path).suffix.lower()
    if suffix not in PAPERS:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in “{suffix}”; plots are saved as .png or .svg."),
            path=path,
            suffix=suffix,
        )
    return PAPERS[suffix]


class Sheet:
    """A sheet to save: the legend, and below it the plots of all curves of a canvas, or of `only` one.

    The file's description has the specs.
    """

    def __init__(self, canvas: PlotCanvas, legend: Legend, only: str = "") -> None:
        self.legend = legend
        self._press = Press(canvas, only)
        plots = self._press.size_of_plots
        self._top = legend.height(plots.width())
        self.size = QSizeF(plots.width(), self._top + plots.height())

    def image(self) -> QImage:
        """The sheet as a picture at twice its size."""
        paper = PngPaper(self.size, self.legend)
        for _ in self.drawing(paper.device):
            pass
        return paper.device

    def drawing(self, device: QPaintDevice) -> Iterator[None]:
        """The sheet as it is drawn on a device, in the thread of the window: a stretch of a few milliseconds a step."""
        try:
            yield from self._press.set_plots()
            with QPainter(device) as painter:
                painter.fillRect(QRectF(QPointF(0, 0), self.size), QColor(self.legend.tokens.surface))
                self.legend.paint(painter, self.size.width())
                yield from self._press.print_plots(painter, self._top)
        finally:
            self._press.deleteLater()


class PlotsTask:
    """Plots of a sheet to be written with a recipe, once every stretch of `drawing` has been gone through."""

    parts = 1

    def __init__(self, path: str, paper: MakePaper, sheet: Sheet, recipe: Carried = str) -> None:
        self.path, self._recipe = path, recipe
        self._paper = paper(sheet.size, sheet.legend)
        self.drawing = sheet.drawing(self._paper.device)

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file."""
        content = self._paper.content(self._recipe())
        monitor.step()
        with written_whole(self.path) as file:
            file.write(content)


def table(state: State, name: str) -> Iterator[str]:
    """The lines of one curve as the plots show it: t, then a column per visible schedule, empty beyond its T.

    They are separated by tabs, and hold every schedule's value at this t of its own. Where it is compared with A, that
    is at the same moment, on the scale that its head names.
    """
    sign = series.sign_of(state, name)
    if sign:
        sign += f" ({state.moment.scale})"
    heads = [f"{_head(state, entry)}{sign}" for entry in state.visible]
    columns = [series.values(state, entry, name).tolist() for entry in state.visible]
    steps = range(1, 1 + max(map(len, columns), default=0))
    yield from row_lines([["t", *heads]], TAB)
    yield from row_lines(zip_longest(steps, *columns, fillvalue=""), TAB)


def _head(state: State, entry: Entry) -> str:
    """A schedule's letter, its name if it was given one, and the whole of it as text."""
    name = state.named(entry)
    return f"{state.letter(entry)} {f'{name} ({entry.schedule})' if name else entry.schedule}"
