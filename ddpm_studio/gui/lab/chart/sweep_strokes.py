"""Strokes of a chart of errors: its grid, the lines with their intervals, and the rings of what nothing undercuts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ddpm_studio.gui.lab.chart.chart_line_names import NamedSweepLine
from ddpm_studio.gui.lab.chart.plot_paper import PlotPaper
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.sweep_lines import error_of
from ddpm_studio.ticks import Ticks, log_ticks

DOT, RING = 2.5, 6.0
"""Radii of a point, and of the ring around one that nothing undercuts, in pixels."""

BAND, FAINT = 26, 90
"""Opacity of intervals, and of lines without a name, of 255."""

GAP = 4.0


def y_ticks(paper: PlotPaper, metrics: QFontMetricsF) -> Ticks:
    """Ticks of errors, so many that their labels stand apart."""
    return log_ticks(*paper.extent.y, max(2, int(paper.area.height() / (1.8 * metrics.height()))))


def x_ticks(paper: PlotPaper, calls: Sequence[int], metrics: QFontMetricsF) -> Ticks:
    """A tick for each number of calls whose label has room beside the last one."""
    kept: Ticks = []
    last = -math.inf
    for each in calls:
        place, half = math.log10(max(1, each)), metrics.horizontalAdvance(f"{each}") / 2
        if paper.x(place) - half >= last + 2 * GAP:
            kept.append((place, str(each)))
            last = paper.x(place) + half
    return kept


def paint_grid(painter: QPainter, paper: PlotPaper, calls: Sequence[int], tokens: Tokens) -> None:
    """Paint the grid, and what its lines stand for."""
    metrics, area = QFontMetricsF(painter.font()), paper.area
    height = metrics.height()
    for power, label in y_ticks(paper, metrics):
        y = paper.y(power)
        painter.setPen(QColor(tokens.grid))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(tokens.muted))
        box = QRectF(0, y - height / 2, area.left() - GAP, height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), label)
    for power, label in x_ticks(paper, calls, metrics):
        x = paper.x(power)
        painter.setPen(QColor(tokens.grid))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(x - 40, area.bottom() + 2, 80, height), int(Qt.AlignmentFlag.AlignHCenter), label)
    painter.setPen(QColor(tokens.border))
    painter.drawLine(area.bottomLeft(), area.bottomRight())


def paint_floor(painter: QPainter, paper: PlotPaper, floor: float, tokens: Tokens) -> None:
    """Paint what the reference itself is off by, where that is on the paper."""
    if floor > 0 and math.log10(floor) > paper.extent.y[0]:
        painter.setPen(QPen(QColor(tokens.muted), 1.0, Qt.PenStyle.DashLine))
        y = paper.y(math.log10(floor))
        painter.drawLine(QPointF(paper.area.left(), y), QPointF(paper.area.right(), y))


def paint_line(
    painter: QPainter,
    named: NamedSweepLine,
    paper: PlotPaper,
    tokens: Tokens,
    *,
    accented: bool = False,
    opaque: float = 1.0,
) -> None:
    """Paint a line over the band of its intervals, with its points; one without a name is faint, and has neither.

    Bands are less `opaque` the more there are.
    """
    color = QColor(tokens.accent if accented else tokens.muted)
    rows = named.line.rows
    whole = bool(named.name) or accented
    if whole:
        band = QColor(color)
        band.setAlpha(2 * BAND if accented else round(opaque * BAND))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(_band(rows, paper))
    else:
        color.setAlpha(FAINT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2.2 if accented else 1.4 if whole else 1.0))
    painter.drawPolyline([place_of_row(each, paper) for each in rows])
    if whole or len(rows) == 1:
        painter.setPen(QPen(QColor(tokens.surface), 1.0))
        painter.setBrush(color)
        for each in rows:
            painter.drawEllipse(place_of_row(each, paper), DOT + accented, DOT + accented)


def paint_ring(painter: QPainter, at: QPointF, color: QColor, radius: float = RING) -> None:
    """Paint the ring around a point."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.3))
    painter.drawEllipse(at, radius, radius)


def place_of_row(each: ComparedRow, paper: PlotPaper) -> QPointF:
    """Where the point of a row stands."""
    return paper.place(each.row.calls or 0, error_of(each))


def _band(rows: Sequence[ComparedRow], paper: PlotPaper) -> QPolygonF:
    """The intervals of a line as an area; the bar of one alone is as wide as its point."""
    spreads = [(each.row.calls or 0, each.row.distance) for each in rows]
    upper = [paper.place(calls, spread.high) for calls, spread in spreads if spread is not None]
    lower = [paper.place(calls, spread.low) for calls, spread in spreads if spread is not None]
    if len(upper) == 1:
        beside = QPointF(DOT, 0)
        upper, lower = [upper[0] - beside, upper[0] + beside], [lower[0] - beside, lower[0] + beside]
    return QPolygonF([*upper, *reversed(lower)])
