"""Plots exported as files and pictures, and their numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.tab_separated import as_tab_separated
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.legend import Legend
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.state.window import Entry, State

PNG_SCALE = 2


@dataclass(frozen=True)
class Sheet:
    """A sheet to save: the legend, and below it all plots of a canvas, or one. The file's description has the specs."""

    canvas: PlotCanvas
    legend: Legend
    plot: CurvePlot | None = None

    def write(self, path: str) -> None:
        """Write it as PNG at twice its size, or as SVG, whole or not at all. FileError for any other suffix."""
        suffix = Path(path).suffix.lower()
        if suffix not in (".png", ".svg"):
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} ends in “{suffix}”; plots are saved as .png or .svg."),
                path=path,
                suffix=suffix,
            )
        content = self.svg() if suffix == ".svg" else self.png()
        with written_whole(path) as file:
            file.write(content)

    def image(self) -> QImage:
        """The sheet as a picture at twice its size."""
        with self.canvas.printing(self.plot) as source:
            size = self._size(source)
            image = QImage((size * PNG_SCALE).toSize(), QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(PNG_SCALE)
            image.setText("Description", self.legend.about())
            self._draw(image, source)
        return image

    def png(self) -> bytes:
        """The sheet as a PNG file at twice its size."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image().save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

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
        with self.canvas.printing(self.plot) as source:
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


def table(state: State, name: str) -> str:
    """One curve as the plots show it, tab-separated: t, then a column per visible schedule, empty beyond its T.

    A row holds every schedule's value at this t of its own. Where it is compared with A, that is at the same moment, on
    the scale that its head names.
    """
    sign = series.SIGNS[series.view_of(state, name)]
    if sign:
        sign += f" ({state.moment.scale})"
    heads = [f"{_head(state, entry)}{sign}" for entry in state.visible]
    columns = [series.values(state, entry, name).tolist() for entry in state.visible]
    steps = range(1, 1 + max(map(len, columns), default=0))
    return as_tab_separated([["t", *heads], *zip_longest(steps, *columns, fillvalue="")])


def _head(state: State, entry: Entry) -> str:
    """A schedule's letter, its name if it was given one, and the whole of it as text."""
    name = state.named(entry)
    return f"{state.letter(entry)} {f'{name} ({entry.schedule})' if name else entry.schedule}"
