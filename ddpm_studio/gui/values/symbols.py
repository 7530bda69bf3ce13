"""Symbols of coefficients in a header and in a box, typeset as they are in formulas."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.widgets.item_models import LEFT, Index, Role
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math

MARGIN = 4
"""Beside a symbol in a header, in pixels."""

GAP = 10
"""Between a symbol and a name."""


class SymbolHeader(QHeaderView):
    """A header whose texts are symbols."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(orientation is Qt.Orientation.Vertical)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, logicalIndex: int) -> None:
        """Leave the text to `paintSection`."""
        super().initStyleOptionForIndex(option, logicalIndex)
        option.text = ""

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint a section, and the symbol in it."""
        painter.save()
        super().paintSection(painter, rect, logicalIndex)
        painter.restore()
        symbol = str(self.model().headerData(logicalIndex, self.orientation()))
        aligned = self.model().headerData(logicalIndex, self.orientation(), Role.TextAlignmentRole)
        painter.setFont(self.font())
        painter.setPen(self.palette().buttonText().color())
        width = math_width(self.font(), symbol)
        left = rect.left() + MARGIN if aligned == LEFT else rect.right() - MARGIN - width
        paint_math(painter, left, _baseline(painter, rect), symbol)


class CurveBox(QComboBox):
    """Offers all coefficients: the symbol of each, and its name, which is the data of its item."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for curve in ALL_CURVES.values():
            self.addItem(f"{curve.symbol}   {curve.name}", curve.name)
        self.setItemDelegate(_Lines(self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, and in it symbol and name."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        box = QStyle.ComplexControl.CC_ComboBox
        painter = QStylePainter(self)
        painter.drawComplexControl(box, option)
        place = self.style().subControlRect(box, option, QStyle.SubControl.SC_ComboBoxEditField, self)
        painter.setPen(self.palette().buttonText().color())
        _paint_line(painter, place.adjusted(MARGIN, 0, 0, 0), self.currentData(), self.style())


class _Lines(QStyledItemDelegate):
    """Paints the items of an open CurveBox."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint symbol and name where the text would be."""
        filled = QStyleOptionViewItem(option)
        self.initStyleOption(filled, index)
        filled.text = ""
        view: QWidget = option.widget
        style = view.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, filled, painter, view)
        place = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, filled, view)
        chosen = QStyle.StateFlag.State_Selected in filled.state
        palette = view.palette()
        painter.save()
        painter.setFont(view.font())
        painter.setPen(palette.highlightedText().color() if chosen else palette.text().color())
        _paint_line(painter, place.adjusted(MARGIN, 0, 0, 0), index.data(Role.UserRole), style)
        painter.restore()


def _paint_line(painter: QPainter, place: QRect, name: str, style: QStyle) -> None:
    """Paint a coefficient's symbol, and its name letter by letter, in the painter's font and pen."""
    baseline = _baseline(painter, place)
    width = paint_math(painter, place.left(), baseline, ALL_CURVES[name].symbol)
    rest = place.adjusted(round(width) + GAP, 0, 0, 0)
    shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, rest.width())
    style.drawItemText(painter, rest, LEFT, QPalette(), True, shown)


def _baseline(painter: QPainter, place: QRect) -> float:
    metrics = QFontMetricsF(painter.font())
    return place.top() + (place.height() - metrics.height()) / 2 + metrics.ascent()
