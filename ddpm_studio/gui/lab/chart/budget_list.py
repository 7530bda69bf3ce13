"""BudgetList: what of each line is nearest within a budget, with little bars of their intervals on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ddpm_studio.gui.theme import number_font
from ddpm_studio.lab.compared_rows import ComparedRow, WayTold
from ddpm_studio.lab.sweep_lines import error_of
from ddpm_studio.numerals import brief

_ROW = Qt.ItemDataRole.UserRole
_NAME = 0.52
"""Share of the width that a name has, with the calls."""


@dataclass(frozen=True)
class _BudgetRow:
    name: str
    each: ComparedRow
    low: float
    high: float

    def share(self, error: float) -> float:
        """Where an error stands on the scale of all rows."""
        power = math.log10(max(error, self.low))
        return (power - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low) or 1.0)


class BudgetList(QListWidget):
    """`chosen` has the WayTold of a row that a person goes to."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_BudgetDelegate(self))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Nearest of each line within the budget"))
        self.currentItemChanged.connect(self._choose)

    def show_rows(self, rows: Sequence[tuple[str, ComparedRow]], way: WayTold | None) -> None:
        """Show rows with their names, and which of them is chosen."""
        ends = [end for _, each in rows for end in _ends(each) if end > 0]
        low, high = min(ends, default=1.0), max(ends, default=1.0)
        with QSignalBlocker(self):
            while self.count() > len(rows):
                self.takeItem(self.count() - 1)
            for number, (name, each) in enumerate(rows):
                item = self.item(number) or QListWidgetItem(self)
                item.setData(_ROW, _BudgetRow(name, each, low, high))
                item.setText(f"{name} {each.row.calls} {brief(each.row.error)}")
        self.show_way(way)

    def show_way(self, way: WayTold | None) -> None:
        """Show which row is chosen."""
        with QSignalBlocker(self):
            found = (n for n in range(self.count()) if _way_of(self.item(n)) == way)
            self.setCurrentRow(next(found, -1))
        self.viewport().update()

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(_way_of(item))


class _BudgetDelegate(QStyledItemDelegate):
    """Paints name, calls, bar and error of a row; what is chosen in the accent's colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A line with some room."""
        return QSize(120, option.fontMetrics.height() + 6)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row."""
        row: _BudgetRow = index.data(_ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(number_font(option.font))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.Accent if chosen else QPalette.ColorRole.Text
        color, muted = option.palette.color(role), option.palette.color(QPalette.ColorRole.PlaceholderText)
        box = QRectF(option.rect).adjusted(6, 0, -6, 0)
        metrics = painter.fontMetrics()
        number = metrics.horizontalAdvance("0.00000") + 6
        name = QRectF(box.left(), box.top(), _NAME * box.width(), box.height())
        bar = QRectF(name.right() + 8, box.top(), box.width() - name.width() - number - 8, box.height())
        calls = str(row.each.row.calls)
        room = round(name.width() - metrics.horizontalAdvance(calls) - 8)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setPen(color)
        painter.drawText(name, int(middle), metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, room))
        painter.drawText(box, int(middle | right), brief(row.each.row.error))
        painter.setPen(color if chosen else muted)
        painter.drawText(name, int(middle | right), calls)
        _paint_bar(painter, row, bar, color, muted)
        painter.restore()


def _paint_bar(painter: QPainter, row: _BudgetRow, bar: QRectF, color: QColor, muted: QColor) -> None:
    """Paint the interval of a row about its error."""
    y = bar.center().y()

    def place(error: float) -> QPointF:
        return QPointF(bar.left() + row.share(error) * bar.width(), y)

    rail, band = QColor(muted), QColor(color)
    rail.setAlpha(60)
    band.setAlpha(110)
    painter.setPen(QPen(rail, 1.0))
    painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y))
    low, high = _ends(row.each)
    painter.setPen(QPen(band, 4.0, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(place(low), place(high))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(place(error_of(row.each)), 3.5, 3.5)


def _ends(each: ComparedRow) -> tuple[float, float]:
    spread = each.row.distance
    return (error_of(each), error_of(each)) if spread is None else (spread.low, spread.high)


def _way_of(item: QListWidgetItem) -> WayTold:
    way: WayTold = item.data(_ROW).each.way_told
    return way
