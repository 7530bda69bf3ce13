"""Painting of artwork with Qt, the same on the screen, in a picture and in a PDF."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ddpm_studio.figures.artwork import FONTS, PAPER, SHIFTS, Anchor, Artwork, Polyline, Stroke, Words
from ddpm_studio.math_scripts import SCRIPT_SIZE

UNITS = 100
"""Pixels of a font in a point of its size: fonts have whole sizes in pixels, which would be too coarse on paper."""

_SHARES = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}


def paint_artwork(painter: QPainter, artwork: Artwork) -> None:
    """Paint a sheet with its marks; the painter's unit is a point, 1/72 inch, from the sheet's top left corner."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, artwork.width, artwork.height), QColor(PAPER))
    for mark in artwork.marks:
        if isinstance(mark, Polyline):
            painter.setPen(_pen(mark.stroke))
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in mark.points]))
        else:
            _paint_words(painter, mark)


def words_width(words: Words) -> float:
    """The width of a line of words as it is painted, in points."""
    return sum(QFontMetricsF(font).horizontalAdvance(text) for font, _, text in _runs(words)) / UNITS


def _pen(stroke: Stroke) -> QPen:
    pen = QPen(QColor(stroke.colour), stroke.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if stroke.dash:
        pen.setDashPattern(stroke.dash)
    return pen


def _paint_words(painter: QPainter, words: Words) -> None:
    painter.save()
    painter.setPen(QColor(words.colour))
    painter.translate(words.x, words.y)
    painter.rotate(-90 if words.upward else 0)
    painter.scale(1 / UNITS, 1 / UNITS)
    x = -_SHARES[words.anchor] * words_width(words) * UNITS
    for font, shift, text in _runs(words):
        painter.setFont(font)
        painter.drawText(QPointF(x, shift * UNITS), text)
        x += QFontMetricsF(font).horizontalAdvance(text)
    painter.restore()


def _runs(words: Words) -> Iterator[tuple[QFont, float, str]]:
    """The parts of a line of words: the font of each, in UNITS, how far it is lowered in points, and its text."""
    for kind, text in words.runs:
        yield _font(words.size * (SCRIPT_SIZE if kind else 1.0)), SHIFTS[kind] * words.size, text


def _font(size: float) -> QFont:
    font = QFont()
    font.setFamilies(FONTS)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(max(1, round(size * UNITS)))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
