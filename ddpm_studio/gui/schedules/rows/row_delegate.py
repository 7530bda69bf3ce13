"""RowDelegate: paints the rows of the schedules list, and edits their names."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QKeyEvent, QLinearGradient, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ddpm_studio.gui.completing.marks import wrong
from ddpm_studio.gui.schedules.rows.list_line import Badge, BadgeKind, ListLine, MemberReading
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.rows.row_layout import BAR, RowLayout, RowParts
from ddpm_studio.gui.schedules.text.words import looks_cut
from ddpm_studio.gui.state.shades import shades_of
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES, glyph
from ddpm_studio.gui.theme import LIGHT, number_font
from ddpm_studio.gui.widgets.item_models import Index
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math
from ddpm_studio.gui.widgets.number_box import number_text

_ALIGNED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_AT_THE_END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SAMPLE = 12
_MEMBERS_GAP = 7
MEMBERS_MARGIN = 6
"""Pixels between the last member and what is below it."""


class RowDelegate(QStyledItemDelegate):
    """Paints each row, with the members of an open family, but for the text of the chosen one, which is a field.

    In the chosen row `noted` pixels are left below its head, and in all `opened`.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT
        self.layout = RowLayout(parent.font(), 0)
        self.chosen = -1
        self.opened = 0
        self.noted = 0

    def parts(self, row: QRect, index: Index) -> RowParts:
        """The places of what is in a row."""
        return self.layout.parts(row, self._line(index), index.row() == self.chosen)

    def members(self, row: QRect, index: Index) -> list[QRect]:
        """The places of the members that are shown in a row."""
        parts = self.parts(row, index)
        top = parts.head.bottom() + 1 + (self.noted if index.row() == self.chosen else 0)
        return self.layout.members(parts, top, len(self._model(index).members(index)))

    def text_width(self, line: ListLine, place: QRect) -> int:
        """The width of a text as it is painted."""
        return min(place.width(), QFontMetrics(self.layout.typed).horizontalAdvance(line.text))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As tall as what is in it, and as narrow as need be."""
        chosen = index.row() == self.chosen
        model = self._model(index)
        steps, has_train = len(model.entry(index).steps), bool(model.train_text(index))
        height = self.layout.head_height(model.has_heading(index), steps, has_train, chosen)
        members = len(self._model(index).members(index)) * self.layout.member
        return QSize(1, height + (members + MEMBERS_MARGIN if members else 0) + (self.opened if chosen else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        painter.save()
        try:
            self._paint(painter, option, index)
        finally:
            painter.restore()

    def _paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, chosen, row = self._line(index), index.row() == self.chosen, option.rect
        parts = self.layout.parts(row, line, chosen)
        color = STYLES[line.entry.style].color(self.tokens.dark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, row, color, chosen)
        self._tick(painter, parts.tick, self._shades(line.entry), line.entry.visible)
        self._letter(painter, parts.letter, line, color)
        if line.heading:
            self._heading(painter, parts.heading, line)
        if not chosen and (not line.heading or self.layout.shows_both(True, chosen)):
            self._text(painter, parts.text, line)
        for number, (text, below) in enumerate(zip(line.steps, parts.steps, strict=False)):
            self._below(painter, below, f"{glyph(number)} {text}", color)
        if parts.train.isValid():
            self._below(painter, parts.train, line.train)
        for badge, place in zip(line.badges, parts.badges, strict=True):
            self._badge(painter, place, badge)
        self._members(painter, row, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(self.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(parts.head.adjusted(BAR + 2, 2, -2, -2), 4, 4)

    def _ground(self, painter: QPainter, row: QRect, color: QColor, chosen: bool) -> None:
        if chosen:
            painter.fillRect(row, QColor(self.tokens.surface))
            painter.fillRect(QRect(row.left(), row.top(), BAR, row.height()), color)
        painter.fillRect(QRect(row.left(), row.bottom(), row.width(), 1), QColor(self.tokens.grid))

    def _shades(self, entry: Entry) -> tuple[QColor, ...]:
        """The colours of all members of an entry."""
        shown = 0 if entry.family is None else entry.family.place_of(entry.schedule)
        return shades_of(entry.style, self.tokens.dark, len(entry.members), shown)

    def _tick(self, painter: QPainter, place: QRect, shades: tuple[QColor, ...], on: bool) -> None:
        """A disc, or a ring, of one colour or with a stripe of each shade."""
        disc = QRectF(place).adjusted(1, 1, -1, -1)
        brush = QBrush(striped(disc, shades)) if len(shades) > 1 else QBrush(shades[0])
        painter.setPen(QPen(brush, 1.5))
        painter.setBrush(brush if on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        if on:
            painter.setPen(QPen(QColor(self.tokens.surface), 1.8, c=Qt.PenCapStyle.RoundCap))
            middle = QRectF(place).center()
            corners = (QPointF(-3, 0.2), QPointF(-0.8, 2.4), QPointF(3.2, -2.2))
            painter.drawPolyline([middle + corner for corner in corners])

    def _letter(self, painter: QPainter, place: QRect, line: ListLine, color: QColor) -> None:
        painter.setFont(self.layout.bold)
        painter.setPen(color)
        painter.drawText(place, _ALIGNED, line.letter)
        painter.setPen(STYLES[line.entry.style].pen(self.tokens, 2))
        y = place.bottom() + 2
        painter.drawLine(place.left(), y, place.left() + _SAMPLE, y)

    def _heading(self, painter: QPainter, place: QRect, line: ListLine) -> None:
        painter.setFont(self.layout.bold)
        painter.setPen(QColor(self.tokens.text if line.entry.visible else self.tokens.muted))
        shown = painter.fontMetrics().elidedText(line.heading, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, _ALIGNED, shown)

    def _text(self, painter: QPainter, place: QRect, line: ListLine) -> None:
        painter.setFont(self.layout.typed)
        shown = painter.fontMetrics().elidedText(line.text, Qt.TextElideMode.ElideMiddle, place.width())
        formats = looks_cut(line.text, shown, self.tokens, muted=not line.entry.visible or bool(line.heading))
        if line.is_refused:
            formats.append(wrong((0, len(shown)), self.tokens))
        written = QTextLayout(shown, self.layout.typed)
        written.setFormats(formats)
        written.beginLayout()
        one = written.createLine()
        one.setLineWidth(1e6)
        written.endLayout()
        written.draw(painter, QPointF(place.left(), place.center().y() + 1 - one.height() / 2))

    def _below(self, painter: QPainter, place: QRect, text: str, mark: QColor | None = None) -> None:
        """Paint a line of text below that of the schedule, its first letter in the colour of a `mark`, if it is one."""
        painter.setFont(self.layout.typed)
        painter.setPen(QColor(self.tokens.muted))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, _ALIGNED, shown)
        if mark is not None:
            painter.setPen(mark)
            painter.drawText(place, _ALIGNED, shown[:1])

    def _members(self, painter: QPainter, row: QRect, index: Index) -> None:
        model = self._model(index)
        entry, values = model.entry(index), model.members(index)
        if entry.family is None or not values:
            return
        shown = entry.family.place_of(entry.schedule)
        for member, place in enumerate(self.members(row, index)):
            is_shown = member == shown
            disc = QRectF(place.left() + 3, place.center().y() - 3.5, 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._shades(entry)[member])
            painter.drawEllipse(disc)
            font = QFont(self.layout.typed)
            font.setWeight(QFont.Weight.DemiBold if is_shown else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(self.tokens.text if is_shown else self.tokens.muted))
            text = f"{entry.family.key}={number_text(values[member])}"
            painter.drawText(place.adjusted(14 + _MEMBERS_GAP, 0, 0, 0), _ALIGNED, text)
            left = place.left() + 14 + 2 * _MEMBERS_GAP + painter.fontMetrics().horizontalAdvance(text)
            self._reading(painter, place, left, model.reading(entry.members[member], entry.train))

    def _reading(self, painter: QPainter, place: QRect, left: int, reading: MemberReading) -> None:
        """Paint what a member has at the moment at the end of its line, as much of it as has room from `left` on."""
        font = number_font(self.layout.font)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for symbol, text in ((reading.symbol, reading.whole), ("", reading.whole), ("", reading.value)):
            before = math_width(font, symbol) + _MEMBERS_GAP if symbol else 0
            x = place.right() - metrics.horizontalAdvance(text) - before
            if x >= left:
                painter.drawText(place, _AT_THE_END, text)
                paint_math(painter, x, place.top() + (place.height() - metrics.height()) / 2 + metrics.ascent(), symbol)
                return

    def _badge(self, painter: QPainter, place: QRect, badge: Badge) -> None:
        tokens = self.tokens
        colors = {BadgeKind.WARNING: tokens.warning, BadgeKind.ERROR: tokens.error}
        color = QColor(colors.get(badge.kind, tokens.muted))
        ground = QColor(color)
        ground.setAlpha(32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(place), place.height() / 2, place.height() / 2)
        painter.setFont(self.layout.font)
        painter.setPen(color)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge.text)

    # names

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex | Index
    ) -> bool:
        """Tick by a key; where a style would have its tick there is none to click on."""
        return isinstance(event, QKeyEvent) and super().editorEvent(event, model, option, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Offer the name to begin with; one that is half typed stays, whatever else changes in the row."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Lay the editor over the name."""
        editor.setAccessibleName(self.tr("Name of the schedule"))
        editor.setGeometry(self.parts(option.rect, index).heading.adjusted(-4, -2, 0, 2))

    def _line(self, index: Index) -> ListLine:
        return self._model(index).line(index)

    def _model(self, index: Index) -> EntriesModel:
        model = index.model()
        assert isinstance(model, EntriesModel)
        return model


def striped(place: QRectF, colors: tuple[QColor, ...]) -> QLinearGradient:
    """Stripes of colours beside each other, the first at the left."""
    stripes = QLinearGradient(place.topLeft(), place.topRight())
    for number, color in enumerate(colors):
        # Two stops at one place leave none of the colours between.
        stripes.setColorAt(number / len(colors), color)
        stripes.setColorAt((number + 1) / len(colors) - 1e-6, color)
    return stripes
