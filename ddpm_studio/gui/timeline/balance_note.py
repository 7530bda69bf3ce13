"""The mark of 0 dB at a strip, where picture and noise weigh the same, and the note of its t beside it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Text

FORM = QT_TRANSLATE_NOOP("lanes", "0 dB at t = {t}")

ASIDE = 10.0
"""Between the middle of the mark and the note, in pixels."""

PADDING = 2.0
"""How far the ground of a note goes beyond it at both sides, so that no line touches a number."""

COVER = 0.85
"""How much of a strip the ground of a note over it hides."""


def note_text(t: int) -> str:
    """What is written.

    >>> note_text(143)
    '0 dB at t = 143'
    """
    return translated(Text(FORM, {"t": t}))


def note_place(x: float, width: float, row: QRectF, taken: QRectF | None) -> QRectF | None:
    """Where in a row a note of so many pixels stands for the mark at x; None where it has no room.

    To the right of the mark, or else to its left; clear of what is `taken`, over which it would be half of a number.
    """
    lefts = [x + ASIDE, x - ASIDE - width]
    if taken is not None:
        lefts += [taken.right() + ASIDE, taken.left() - ASIDE - width]
    for left in lefts:
        place = QRectF(left, row.top(), width, row.height())
        ground = place.adjusted(-PADDING, 0, PADDING, 0)
        if row.left() <= left and place.right() <= row.right() and not (taken and ground.intersects(taken)):
            return place
    return None


def paint_mark(painter: QPainter, x: float, base: float, tip: float) -> None:
    """Paint a triangle in the painter's brush, whose tip is at x."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([QPointF(x, tip), QPointF(x - 4, base), QPointF(x + 4, base)]))


def paint_note(
    painter: QPainter, text: str, x: float, row: QRectF, grounds: Iterable[QColor], taken: QRectF | None = None
) -> None:
    """Write a note of the mark at x, in the painter's font and colour, on a ground that the moment is under."""
    place = note_place(x, QFontMetricsF(painter.font()).horizontalAdvance(text), row, taken)
    if place is not None:
        for ground in grounds:
            painter.fillRect(place.adjusted(-PADDING, 0, PADDING, 0), ground)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
