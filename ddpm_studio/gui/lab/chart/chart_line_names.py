"""Names of lines in a chart: beside its right edge, spread so that none overlaps another, each tied to its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ddpm_studio.figures.spreading import spread
from ddpm_studio.gui.lab.chart.plot_paper import PlotPaper
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.lab.sweep_lines import SweepLine, error_of

TIE, GAP = 18.0, 6.0
"""Lengths of what ties a name to its line, and of what is free beside it, in pixels."""

WIDEST = 0.36
"""Share of a chart's width that the names take at most."""


@dataclass(frozen=True, eq=False)
class NamedSweepLine:
    """A line with its name as it is shown, "" for one that has none and is drawn faintly, and the order it reaches."""

    line: SweepLine
    name: str
    order: str = ""

    def end(self, paper: PlotPaper) -> QPointF:
        """Where the line ends."""
        last = self.line.rows[-1]
        return paper.place(last.row.calls or 0, error_of(last))


def order_width(lines: Sequence[NamedSweepLine], metrics: QFontMetricsF) -> float:
    """What the orders take."""
    return max((metrics.horizontalAdvance(each.order) + GAP for each in lines if each.order), default=0.0)


def names_width(lines: Sequence[NamedSweepLine], metrics: QFontMetricsF, width: float) -> float:
    """What names with their ties and orders take of a chart of this width."""
    named = [metrics.horizontalAdvance(each.name) for each in lines if each.name]
    return min(max(named, default=0.0) + TIE + 2 * GAP + order_width(lines, metrics), WIDEST * width)


def name_boxes(
    lines: Sequence[NamedSweepLine], paper: PlotPaper, metrics: QFontMetricsF, right: float
) -> dict[int, QRectF]:
    """Where each name stands, by the number of its line; as many as have room, the first lines first."""
    height = metrics.height()
    most = max(1, int((paper.area.height() + height) / height))
    named = [number for number, each in enumerate(lines) if each.name][:most]
    tied = sorted(named, key=lambda number: lines[number].end(paper).y())
    wanted = [lines[number].end(paper).y() for number in tied]
    heights = spread(wanted, height, paper.area.top() + height / 2, paper.area.bottom() - height / 2)
    left = paper.area.right() + TIE + GAP
    return {
        number: QRectF(left, middle - height / 2, right - left, height)
        for number, middle in zip(tied, heights, strict=True)
    }


def paint_name(
    painter: QPainter, named: NamedSweepLine, box: QRectF, paper: PlotPaper, tokens: Tokens, *, accented: bool
) -> None:
    """Paint a name with the order beside it, and what ties it to its line."""
    color = QColor(tokens.accent if accented else tokens.text)
    tie = QPen(QColor(tokens.accent if accented else tokens.muted), 1.0, Qt.PenStyle.DotLine)
    painter.setPen(tie)
    end, bend = named.end(paper), QPointF(paper.area.right() + GAP, box.center().y())
    painter.drawPolyline([end + QPointF(GAP, 0), bend, QPointF(box.left() - 3, box.center().y())])
    painter.setPen(color)
    metrics = QFontMetricsF(painter.font())
    room = box.width() - (metrics.horizontalAdvance(named.order) + GAP if named.order else 0.0)
    name = metrics.elidedText(named.name, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
    if named.order:
        painter.setPen(color if accented else QColor(tokens.muted))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), named.order)
