"""SweepPlot: error over network calls of the lines of a sweep, under a budget that can be dragged."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ddpm_studio.gui.lab.chart.chart_line_names import (
    NamedSweepLine,
    name_boxes,
    names_width,
    paint_name,
)
from ddpm_studio.gui.lab.chart.plot_paper import PlotExtent, PlotPaper
from ddpm_studio.gui.lab.chart.sweep_strokes import (
    GAP,
    RING,
    paint_floor,
    paint_grid,
    paint_line,
    paint_ring,
    place_of_row,
    y_ticks,
)
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.lab.compared_rows import ComparedRow, WayTold
from ddpm_studio.lab.sweep_lines import SweepGroup
from ddpm_studio.numerals import brief

REACH, GRIP = 14.0, 6.0
"""How near the pointer is to a point, and to the budget, that it takes, in pixels."""

SMALLER = 0.92

Key = Qt.Key
_HANDS_KEYS = (Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End)


class SweepPlot(QWidget):
    """Draws lines of a group; what is chosen or under the pointer is in the accent's colour.

    `chosen` has the WayTold of a point that is clicked, `budget_changed` the calls that the budget is dragged to, and
    `entered` says that Enter is pressed. Only what lies over the lines is drawn anew while the pointer moves.
    """

    chosen = Signal(object)
    budget_changed = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._group: SweepGroup | None = None
        self._lines: Sequence[NamedSweepLine] = ()
        self._extent: PlotExtent | None = None
        self._budget = 10
        self._way: WayTold | None = None
        self._hovered: tuple[int, ComparedRow] | None = None
        self._dragged = False
        self._drawn: tuple[tuple[object, ...], QPixmap] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 110)
        self.setAccessibleName(self.tr("Error over network calls"))
        self.setStatusTip(self.tr("Click: pictures of a point · drag the line: budget · ← →: budget · Enter: use this"))

    # what is shown

    def show_lines(self, group: SweepGroup, lines: Sequence[NamedSweepLine], *, keeps_axes: bool) -> None:
        """Show lines of a group, the nearest first; the axes only widen if they are kept."""
        extent = PlotExtent.of(group)
        self._extent = self._extent.widened(extent) if keeps_axes and self._extent else extent
        self._group, self._lines, self._hovered, self._drawn = group, lines, None, None
        self.update()

    def show_way(self, way: WayTold | None) -> None:
        """Show which way is chosen."""
        if way != self._way:
            self._way = way
            self.update()

    def show_budget(self, calls: int) -> None:
        """Show a budget."""
        if calls != self._budget:
            self._budget = calls
            self.setAccessibleDescription(self._budget_text())
            self.update()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the theme's colours."""
        if tokens != self._tokens:
            self._tokens, self._drawn = tokens, None
            self.update()

    def lines(self) -> Sequence[NamedSweepLine]:
        """The lines that are drawn."""
        return self._lines

    @property
    def hovered(self) -> ComparedRow | None:
        """The row under the pointer."""
        return None if self._hovered is None else self._hovered[1]

    def paper(self) -> PlotPaper | None:
        """Where what stands; None while there is nothing."""
        if self._extent is None:
            return None
        metrics = QFontMetricsF(self._font())
        line = metrics.height()
        right = self.width() - names_width(self._lines, metrics, self.width())
        area = QRectF(0, line * 1.4 + GAP, right, 10)
        area.setBottom(max(area.top() + 20, self.height() - 2.2 * line - GAP))
        labels = (metrics.horizontalAdvance(label) for _, label in y_ticks(PlotPaper(self._extent, area), metrics))
        area.setLeft(max(labels, default=0.0) + 2 * GAP)
        return PlotPaper(self._extent, area)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, once for each look of them, and over them what is chosen, the names and the budget."""
        paper, group = self.paper(), self._group
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._tokens.surface))
        if paper is None or group is None:
            return
        painter.drawPixmap(0, 0, self._lines_drawn(paper, group))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        self._paint_budget(painter, paper, group)
        self._paint_names(painter, paper)
        self._paint_accented(painter, paper)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(self._tokens.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _lines_drawn(self, paper: PlotPaper, group: SweepGroup) -> QPixmap:
        key = (paper, self.size(), self.devicePixelRatioF(), self.font().key())
        if self._drawn is None or self._drawn[0] != key:
            pixmap = QPixmap(self.size() * self.devicePixelRatioF())
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            pixmap.fill(QColor(self._tokens.surface))
            with QPainter(pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self._font())
                self._paint_lines(painter, paper, group)
            self._drawn = key, pixmap
        return self._drawn[1]

    def _paint_lines(self, painter: QPainter, paper: PlotPaper, group: SweepGroup) -> None:
        paint_grid(painter, paper, group.calls, self._tokens)
        paint_floor(painter, paper, group.floor, self._tokens)
        share = 1 / max(1, sum(bool(named.name) for named in self._lines) / 4)
        for named in reversed(self._lines):
            paint_line(painter, named, paper, self._tokens, opaque=share)
        for each in group.rows:
            if each.on_front:
                paint_ring(painter, place_of_row(each, paper), QColor(self._tokens.text))
        self._paint_legend(painter, paper, group)

    def _paint_legend(self, painter: QPainter, paper: PlotPaper, group: SweepGroup) -> None:
        metrics = painter.fontMetrics()
        line = metrics.height()
        y = paper.area.bottom() + 1.7 * line + 2
        x = paper.area.left() + RING
        paint_ring(painter, QPointF(x, y), QColor(self._tokens.text), RING - 2)
        painter.setPen(QColor(self._tokens.muted))
        shares = [self.tr("nothing is nearer for as few calls")]
        if group.floor and math.log10(group.floor) > paper.extent.y[0]:
            shares.append(self.tr("╌ error of the reference itself"))
        shares.append(self.tr("over network calls, band: 95 % interval") if not group.sets else self.tr("over calls"))
        faint = sum(not named.name for named in self._lines)
        if faint:
            shares.append(self.tr("faint: {count} more lines").format(count=faint))
        text = metrics.elidedText(" · ".join(shares), Qt.TextElideMode.ElideRight, round(self.width() - x - 2 * GAP))
        painter.drawText(QPointF(x + RING + GAP, y + metrics.ascent() / 2 - 1), text)
        if any(named.order for named in self._lines):
            box = QRectF(paper.area.right(), 2, self.width() - paper.area.right() - GAP, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), self.tr("order reached"))

    def _paint_names(self, painter: QPainter, paper: PlotPaper) -> None:
        boxes = name_boxes(self._lines, paper, QFontMetricsF(painter.font()), self.width() - GAP)
        accented = self._accented()
        for number, box in boxes.items():
            paint_name(painter, self._lines[number], box, paper, self._tokens, accented=number in accented)

    def _paint_accented(self, painter: QPainter, paper: PlotPaper) -> None:
        for number in self._accented():
            paint_line(painter, self._lines[number], paper, self._tokens, accented=True)
            for each in self._lines[number].line.rows:
                if each.on_front:
                    paint_ring(painter, place_of_row(each, paper), QColor(self._tokens.text))
        for each in filter(None, (self._chosen_row(), self.hovered)):
            painter.setBrush(QColor(self._tokens.accent))
            painter.setPen(QPen(QColor(self._tokens.surface), 2))
            painter.drawEllipse(place_of_row(each, paper), RING - 1, RING - 1)

    def _paint_budget(self, painter: QPainter, paper: PlotPaper, group: SweepGroup) -> None:
        x = paper.x(math.log10(self._budget))
        painter.setPen(QPen(QColor(self._tokens.accent), 1.3, Qt.PenStyle.DashLine))
        pill = self._pill(paper)
        painter.drawLine(QPointF(x, pill.bottom()), QPointF(x, paper.area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.accent))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(QColor(self._tokens.on_accent))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), self._budget_text())
        painter.setPen(QColor(self._tokens.muted))
        about = self.tr("Distance of sets") if group.sets else self.tr("RMS distance to the reference")
        metrics = painter.fontMetrics()
        room = round(pill.left() - 2 * GAP)
        painter.drawText(
            QPointF(GAP, metrics.ascent() + 2), metrics.elidedText(about, Qt.TextElideMode.ElideRight, room)
        )

    def _budget_text(self) -> str:
        return self.tr("1 call") if self._budget == 1 else self.tr("{calls} calls").format(calls=self._budget)

    def _pill(self, paper: PlotPaper) -> QRectF:
        metrics = QFontMetricsF(self._font())
        width, height = metrics.horizontalAdvance(self._budget_text()) + 16, metrics.height() + 3
        x = paper.x(math.log10(self._budget)) - width / 2
        return QRectF(max(0.0, min(x, self.width() - width)), 1, width, height)

    def _font(self) -> QFont:
        font = number_font(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font

    # what is under the pointer, or chosen

    def _accented(self) -> list[int]:
        """The numbers of the lines in the accent's colour, the one under the pointer on top."""
        row = self._chosen_row()
        chosen = [number for number, named in enumerate(self._lines) if row is not None and row in named.line.rows]
        return list(dict.fromkeys(chosen[:1] + ([self._hovered[0]] if self._hovered is not None else [])))

    def _chosen_row(self) -> ComparedRow | None:
        rows = self._group.rows if self._group is not None and self._way is not None else ()
        return next((each for each in rows if each.way_told == self._way), None)

    def _nearest(self, at: QPointF) -> tuple[int, ComparedRow] | None:
        paper = self.paper()
        if paper is None:
            return None
        found = [
            (math.hypot(*(place_of_row(each, paper) - at).toTuple()), number, each)
            for number, named in enumerate(self._lines)
            for each in named.line.rows
        ]
        away, number, each = min(found, key=lambda one: one[:2], default=(math.inf, 0, None))
        return (number, each) if each is not None and away <= REACH else None

    def _on_budget(self, at: QPointF) -> bool:
        paper = self.paper()
        if paper is None:
            return False
        x = paper.x(math.log10(self._budget))
        return self._pill(paper).contains(at) or (abs(at.x() - x) <= GRIP and at.y() <= paper.area.bottom())

    def _hover(self, at: QPointF | None, where: QPointF | None = None) -> None:
        found = None if at is None else self._nearest(at)
        if found != self._hovered:
            self._hovered = found
            self.update()
            if found is None or where is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(where.toPoint(), plain_tip(self.tip_of(found[1])), self)
        grips = at is not None and found is None and self._on_budget(at)
        shape = Qt.CursorShape.SizeHorCursor if grips or self._dragged else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.PointingHandCursor if found and not self._dragged else shape)

    def tip_of(self, each: ComparedRow) -> str:
        """What is said of a point."""
        spread, row = each.row.distance, each.row
        error = self.tr("{error} from the reference").format(error=brief(row.error))
        if spread is not None:
            ends = {"low": brief(spread.low), "high": brief(spread.high), "level": f"{100 * spread.level:.0f}"}
            error += self.tr(" ({level} %: {low} to {high})").format(**ends)
        return "\n".join((row.way.text, error, self.tr("network calls: {calls}").format(calls=row.calls)))

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point under the pointer, or take hold of the budget."""
        at = event.position()
        found = self._nearest(at) if event.button() is Qt.MouseButton.LeftButton else None
        if found is not None:
            self.chosen.emit(found[1].way_told)
        elif event.button() is Qt.MouseButton.LeftButton and self._on_budget(at):
            self._dragged = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the budget, or tell of what is under the pointer."""
        paper = self.paper()
        if self._dragged and paper is not None:
            self._go_to(paper.calls_at(event.position().x()))
        else:
            self._hover(event.position(), event.globalPosition())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the budget go."""
        self._dragged = False
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        self._hover(None)

    # the keyboard

    def event(self, event: QEvent) -> bool:
        """Take the arrow keys, which move t otherwise."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the budget, or use what is chosen; leave other keys to the window."""
        if not self._takes(event) or self._group is None:
            super().keyPressEvent(event)
            return
        calls = self._group.calls
        places = {
            Key.Key_Left: self._budget - 1,
            Key.Key_Right: self._budget + 1,
            Key.Key_Home: calls[0],
            Key.Key_End: calls[-1],
        }
        if event.key() in _HANDS_KEYS:
            self._go_to(places[Key(event.key())])
        else:
            self.entered.emit()

    def _takes(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return plain and event.key() in (*_HANDS_KEYS, Key.Key_Return, Key.Key_Enter)

    def _go_to(self, calls: int) -> None:
        """Move the budget to a number of calls that there is, or one between."""
        if self._group is not None:
            calls = min(max(calls, self._group.calls[0]), self._group.calls[-1])
            if calls != self._budget:
                self.show_budget(calls)
                self.budget_changed.emit(calls)
