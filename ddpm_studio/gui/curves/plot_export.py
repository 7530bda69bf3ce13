"""Plots exported as files and pictures, and their numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.recipes.carriers import png_with, svg_with
from ddpm_studio.files.table_rows import TAB, row_lines
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.legend import Legend
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.gui.widgets.qimages import png_of_image

PNG_SCALE = 2


@dataclass(frozen=True, eq=False)
class PlotsTask:
    """Plots as they were drawn, to be encoded and written; `content` returns the bytes of the file."""

    path: str
    content: Callable[[], bytes]
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file."""
        content = self.content()
        monitor.step()
        with written_whole(self.path) as file:
            file.write(content)


@dataclass(frozen=True)
class Sheet:
    """A sheet to save: the legend, and below it plots of all curves of a canvas, or of `only` one.

    The file's description has the specs.
    """

    canvas: PlotCanvas
    legend: Legend
    only: str = ""

    def drawn(self, path: str, recipe: Carried = str) -> PlotsTask:
        """The task of writing it as PNG at twice its size, or as SVG, with a recipe. FileError for another suffix."""
        suffix = Path(path).suffix.lower()
        if suffix not in (".png", ".svg"):
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} ends in “{suffix}”; plots are saved as .png or .svg."),
                path=path,
                suffix=suffix,
            )
        if suffix == ".svg":
            return PlotsTask(path, partial(_svg_carrying, self.svg(), recipe))
        return PlotsTask(path, partial(_png_carrying, self.image(), recipe))

    def image(self) -> QImage:
        """The sheet as a picture at twice its size."""
        with self.canvas.printing(self.only) as source:
            size = self._size(source)
            image = QImage((size * PNG_SCALE).toSize(), QImage.Format.Format_RGB32)
            image.fill(QColor(self.legend.tokens.surface))  # The sheet may end within its last pixels.
            image.setDevicePixelRatio(PNG_SCALE)
            image.setText("Description", self.legend.about())
            self._draw(image, source)
        return image

    def svg(self) -> bytes:
        """The sheet as an SVG 1.1 file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setTitle("ddpm-studio")
        generator.setDescription(self.legend.about())
        # Otherwise positions and fonts would be measured in different units.
        generator.setResolution(self.canvas.logicalDpiX())
        with self.canvas.printing(self.only) as source:
            size = self._size(source)
            generator.setSize(size.toSize())
            generator.setViewBox(QRectF(QPointF(0, 0), size))
            self._draw(generator, source)
        return bytes(buffer.data().data())

    def _size(self, source: QRectF) -> QSizeF:
        return QSizeF(source.width(), source.height() + self.legend.height(source.width()))

    def _draw(self, device: QPaintDevice, source: QRectF) -> None:
        size = self._size(source)
        target = QRectF(QPointF(0, size.height() - source.height()), source.size())
        with QPainter(device) as painter:
            painter.fillRect(QRectF(QPointF(0, 0), size), QColor(self.legend.tokens.surface))
            self.legend.paint(painter, size.width())
            self.canvas.scene().render(painter, target, source)


def _svg_carrying(content: bytes, recipe: Carried) -> bytes:
    return svg_with(content, recipe())


def _png_carrying(image: QImage, recipe: Carried) -> bytes:
    return png_with(png_of_image(image), recipe())


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
