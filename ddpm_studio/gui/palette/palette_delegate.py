"""PaletteDelegate: paints a deed in two lines, its name with the letters that were typed, and what it does."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ddpm_studio.gui.palette.palette_model import FOUND
from ddpm_studio.gui.palette.ranking import FoundDeed
from ddpm_studio.gui.widgets.item_models import RIGHT, Index

_SIDE, _EDGE, _GAP = 12, 5, 12
_SMALLER = 0.9
"""The size of what a deed does, as a share of its name's."""


class PaletteDelegate(QStyledItemDelegate):
    """Paints rows that are all equally high, in the colours of the palette of what they are in."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines, as wide as there is room."""
        small = QFontMetrics(_smaller(option.font)).height()
        return QSize(1, QFontMetrics(option.font).height() + small + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        painter.save()
        try:
            self._paint(painter, option, index.data(FOUND))
        finally:
            painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, found: FoundDeed) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, option.palette.color(QPalette.ColorRole.Highlight))
        name, muted = _colors(option.palette, chosen, found.deed.available)
        inner = option.rect.adjusted(_SIDE, _EDGE, -_SIDE, -_EDGE)
        lines = QFontMetrics(option.font).height()
        above, below = QRect(inner), QRect(inner)
        above.setHeight(lines)
        below.setTop(inner.top() + lines)
        painter.setPen(muted)
        above.setRight(_right_end(painter, above, found.deed.key, option.font))
        small = _smaller(option.font)
        above.setRight(_right_end(painter, above, found.deed.where, small))
        _paint_line(painter, below, " ".join(found.deed.detail.split()), small)
        painter.setPen(name)
        _paint_line(painter, above, found.deed.text, option.font, found.places)


def _colors(palette: QPalette, chosen: bool, available: bool) -> tuple[QColor, QColor]:
    """The colours of the name and of the rest."""
    muted = palette.color(QPalette.ColorRole.PlaceholderText)
    text = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
    return (text if available else muted), (text if chosen else muted)


def _right_end(painter: QPainter, place: QRect, text: str, font: QFont) -> int:
    """Where there is still room after a text was painted at the right end of a place."""
    if not text:
        return place.right()
    painter.setFont(font)
    painter.drawText(place, RIGHT, text)
    return place.right() - painter.fontMetrics().horizontalAdvance(text) - _GAP


def _paint_line(painter: QPainter, place: QRect, text: str, font: QFont, found: Collection[int] = ()) -> None:
    """A text, with the letters by which it was found in bold, cut where its place ends."""
    widest = QFont(font)
    widest.setBold(bool(found))
    shown = QFontMetrics(widest).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    layout = QTextLayout(shown, font)
    layout.setFormats([_in_bold(each) for each in found if each < len(shown)])
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    layout.draw(painter, QPointF(place.topLeft()))


def _in_bold(place: int) -> QTextLayout.FormatRange:
    letter = QTextLayout.FormatRange()
    letter.start, letter.length = place, 1
    letter.format.setFontWeight(QFont.Weight.Bold)
    return letter


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALLER)
    return small
