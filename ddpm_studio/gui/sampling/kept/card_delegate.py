"""CardDelegate: paints a kept run as a card, its pictures beside what was run and the distance to the pinned one."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.sampling.kept.cards_model import CARD
from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.theme import number_font
from ddpm_studio.gui.widgets.item_models import LEFT, RIGHT, Index
from ddpm_studio.gui.widgets.qimages import to_qimage
from ddpm_studio.gui.widgets.sizes.by_font import grown

WIDTH, HEIGHT = 210, 62
"""Of a card at least, in pixels of the system's font; what is left of a row is shared out among those in it."""

ACROSS, DOWN = 3, 2
"""Pictures of a thumbnail beside and under each other."""

_EDGE, _GAP, _ROUND, _APART = 5, 8, 6, 2
_SMALLER = 0.9

_TITLE = 2 / 3
"""The share of a card's height that its title has, which stands in two lines where one has no room for it."""


class CardDelegate(QStyledItemDelegate):
    """Paints in the colours of the palette; what is edited is the title alone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The same for all: as many beside each other as there is room for, with all of the room."""
        view = self.parent()
        room = view.viewport().width() - 1 if isinstance(view, QListView) else grown(WIDTH)
        return QSize(room // max(1, room // grown(WIDTH)), grown(HEIGHT))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the editor of the name where the name stands."""
        editor.setGeometry(_places(option.rect)[1])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a card."""
        painter.save()
        try:
            self._paint(painter, option, index.data(CARD))
        finally:
            painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, card: RunCard) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        _paint_frame(painter, option, chosen)
        pictures, above, below = _places(option.rect)
        _paint_thumbnail(painter, pictures, card)
        text, muted = (
            option.palette.color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText)
        )
        bold, small = QFont(option.font), number_font(option.font)
        bold.setBold(True)
        small.setPointSizeF(option.font.pointSizeF() * _SMALLER)
        painter.setPen(text)
        _write_title(painter, above, card.title, bold)
        below.setRight(_write_at_right(painter, below, card.aside, number_font(option.font)))
        painter.setPen(muted)
        _write_facts(painter, below, card.facts, small)


def _places(card: QRect) -> tuple[QRect, QRect, QRect]:
    """The rectangles of the pictures, of the title and of the line under it."""
    inner = card.adjusted(_EDGE + _APART, _EDGE + _APART, -_EDGE - _APART - 2, -_EDGE - _APART)
    pictures = QRect(inner.topLeft(), QSize(inner.height() * ACROSS // DOWN, inner.height()))
    texts = inner.adjusted(pictures.width() + _GAP, 0, 0, 0)
    above, below = QRect(texts), QRect(texts)
    above.setHeight(round(_TITLE * texts.height()))
    below.setTop(above.bottom() + 1)
    return pictures, above, below


def _paint_frame(painter: QPainter, option: QStyleOptionViewItem, chosen: bool) -> None:
    palette = option.palette
    focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
    line = palette.color(QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Mid)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(line, 2.5 if focused else 1.5 if chosen else 1.0))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(option.rect.adjusted(_APART, _APART, -_APART, -_APART), _ROUND, _ROUND)


def _paint_thumbnail(painter: QPainter, place: QRect, card: RunCard) -> None:
    """The first pictures, as many as there are, each in a square."""
    pictures = seen(card.kept.thumbnail)
    count, height, width, channels = pictures.shape
    side = place.height() // DOWN
    image = to_qimage(pictures.reshape(-1, width, channels))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < 2 * max(height, width))
    for number in range(min(count, ACROSS * DOWN)):
        row, column = divmod(number, ACROSS)
        cell = QRect(place.left() + column * side, place.top() + row * side, side - 1, side - 1)
        painter.drawImage(_fitted(cell, width, height), image, QRect(0, number * height, width, height))


def _fitted(cell: QRect, width: int, height: int) -> QRect:
    scale = min(cell.width() / width, cell.height() / height)
    inner = QRect(0, 0, max(1, math.floor(width * scale)), max(1, math.floor(height * scale)))
    inner.moveCenter(cell.center())
    return inner


def _write_at_right(painter: QPainter, place: QRect, text: str, font: QFont) -> int:
    """Where there is still room after a text was written at the right end of a place."""
    painter.setFont(font)
    painter.drawText(place, RIGHT, text)
    return place.right() - painter.fontMetrics().horizontalAdvance(text) - _GAP


def _write_title(painter: QPainter, place: QRect, title: str, font: QFont) -> None:
    lines = title_lines(title, QFontMetrics(font), place.width())
    painter.setFont(font)
    painter.drawText(place, LEFT, "\n".join(lines))


def title_lines(title: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """A title in at most two lines of a width; where they have no room for it, its end stays, which has the steps."""
    if metrics.horizontalAdvance(title) <= width:
        return (title,)
    words = title.split(" ")
    parts = (" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    first = next((part for part in parts if metrics.horizontalAdvance(part) <= width), "")
    rest = metrics.elidedText(title[len(first) :].lstrip(), Qt.TextElideMode.ElideMiddle, width)
    return (first, rest) if first else (rest,)


def _write_facts(painter: QPainter, place: QRect, facts: str, font: QFont) -> None:
    """Write facts, of which the last are left out where there is no room: part of a number would be another."""
    metrics = QFontMetrics(font)
    while " · " in facts and metrics.horizontalAdvance(facts) > place.width():
        facts = facts.rpartition(" · ")[0]
    painter.setFont(font)
    painter.drawText(place, LEFT, metrics.elidedText(facts, Qt.TextElideMode.ElideRight, place.width()))
