"""FigurePreview: a figure on its sheet of paper, as large as there is room for, or why there is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.gui.printing.colour_vision import Vision, seen_picture
from ddpm_studio.gui.printing.figure_formats import POINTS_PER_INCH, picture_of

EDGE = 16
"""Room around the sheet, in pixels."""

LARGEST = 6.0
"""Pixels to a point up to which a sheet grows: larger than that it is not printed."""


class FigurePreview(QWidget):
    """Shows artwork with `vision`, or a sentence in its place."""

    def __init__(self) -> None:
        super().__init__()
        self._artwork: Artwork | None = None
        self._sentence, self._vision = "", Vision.USUAL
        self.setMinimumSize(240, 180)

    def sizeHint(self) -> QSize:
        """Room for a figure of one column at twice its size."""
        return QSize(640, 480)

    def show_artwork(self, artwork: Artwork) -> None:
        """Show this."""
        self._artwork, self._sentence = artwork, ""
        self.setAccessibleDescription("")
        self.update()

    def say(self, sentence: str) -> None:
        """Show why there is no figure."""
        self._artwork, self._sentence = None, sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def look_with(self, vision: Vision) -> None:
        """Show it as it looks so."""
        self._vision = vision
        self.update()

    def sheet(self) -> QRectF:
        """Where the sheet lies; empty without one."""
        if self._artwork is None:
            return QRectF()
        room = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)
        scale = min(room.width() / self._artwork.width, room.height() / self._artwork.height, LARGEST)
        sheet = QRectF(0, 0, self._artwork.width * scale, self._artwork.height * scale)
        sheet.moveCenter(room.center())
        return sheet

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet, or the sentence."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
            sheet = self.sheet()
            if self._artwork is None or sheet.isEmpty():
                room = self.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(room, flags, self._sentence)
                return
            pixels = sheet.width() / self._artwork.width * self.devicePixelRatioF()
            image = seen_picture(picture_of(self._artwork, pixels * POINTS_PER_INCH), self._vision)
            image.setDevicePixelRatio(self.devicePixelRatioF())
            # Pixel upon pixel: fitted into a place with fractions, it would be without a row here and there.
            painter.drawImage(sheet.topLeft().toPoint(), image)
