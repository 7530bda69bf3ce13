"""Symbols such as "ᾱ_t−1" painted with true subscripts, without the cost of a rich text document."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ddpm_studio.gui.widgets.mathtext import math_html

_RUN = re.compile(r"<(su[bp])>(.*?)</su[bp]>|([^<]+)")

SCRIPT_SIZE = 0.72
SHIFT = {"": 0.0, "sub": 0.22, "sup": -0.38}
"""Offset of a subscript's baseline below the line's, as a fraction of the font's height."""


def paint_math(painter: QPainter, left: float, baseline: float, symbol: str) -> float:
    """Draw `symbol`, as `math_html` reads it, in the painter's font and pen; returns its width in pixels."""
    line = painter.font()
    script = QFont(line)
    script.setPointSizeF(line.pointSizeF() * SCRIPT_SIZE)
    height = QFontMetricsF(line).height()
    x = left
    for kind, raised_or_lowered, plain in _RUN.findall(math_html(symbol)):
        font = script if kind else line
        text = html.unescape(raised_or_lowered or plain)
        painter.setFont(font)
        painter.drawText(QPointF(x, baseline + SHIFT[kind] * height), text)
        x += QFontMetricsF(font).horizontalAdvance(text)
    painter.setFont(line)
    return x - left
