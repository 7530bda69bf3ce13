"""Formats of a figure that Qt writes: PDF with text as text and lines as lines, and pictures of a size on paper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FigureError
from ddpm_studio.figures.artwork import PAPER, Artwork
from ddpm_studio.files.filetypes import PDF, PNG
from ddpm_studio.files.recipes.carriers import png_with, xmp_packet
from ddpm_studio.gui.printing.artwork_painting import paint_artwork
from ddpm_studio.gui.widgets.qimages import png_of_image

POINTS_PER_INCH = 72
PDF_DPI = 7200
"""Units of a PDF's drawing in an inch: a hundredth of a point."""

MOST_PIXELS = 100_000_000
"""Pixels of a picture, which are held in memory, 4 bytes each."""

METRES_PER_INCH = 0.0254


def pdf_of(artwork: Artwork, recipe: str = "") -> bytes:
    """A PDF of one page, as large as the figure to half a point: Qt has pages of whole points. What is on it keeps its
    size. The text of a recipe is in the document's XMP.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(artwork.name)
    writer.setCreator("ddpm-studio")
    if recipe:
        writer.setDocumentXmpMetadata(QByteArray(xmp_packet(recipe)))
    writer.setResolution(PDF_DPI)
    size = QSizeF(artwork.width, artwork.height)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    with QPainter(writer) as painter:
        painter.scale(PDF_DPI / POINTS_PER_INCH, PDF_DPI / POINTS_PER_INCH)
        paint_artwork(painter, artwork)
    return bytes(buffer.data().data())


def picture_of(artwork: Artwork, dpi: float) -> QImage:
    """A picture with its size on paper in it. FigureError where it would have more than MOST_PIXELS."""
    scale = dpi / POINTS_PER_INCH
    width, height = round(artwork.width * scale), round(artwork.height * scale)
    if width * height > MOST_PIXELS:
        raise FigureError(
            QT_TRANSLATE_NOOP(
                "errors", "A picture of {width} × {height} pixels is too large; choose fewer dpi than {dpi:g}."
            ),
            width=width,
            height=height,
            dpi=dpi,
        )
    image = QImage(max(1, width), max(1, height), QImage.Format.Format_RGB32)
    image.fill(QColor(PAPER))  # The sheet may end within its last pixels.
    image.setDotsPerMeterX(round(dpi / METRES_PER_INCH))
    image.setDotsPerMeterY(round(dpi / METRES_PER_INCH))
    image.setText("Title", artwork.name)
    with QPainter(image) as painter:
        painter.scale(scale, scale)
        paint_artwork(painter, artwork)
    return image


def png_of(artwork: Artwork, dpi: float) -> bytes:
    """The picture as a PNG file."""
    return png_of_image(picture_of(artwork, dpi))


PRINTED: dict[str, Callable[[Artwork, int, str], bytes]] = {
    PDF: lambda artwork, dpi, recipe: pdf_of(artwork, recipe),
    PNG: lambda artwork, dpi, recipe: png_with(png_of(artwork, dpi), recipe),
}
"""The content of a file by its suffix, at a resolution if it is a picture, with the text of a recipe."""
