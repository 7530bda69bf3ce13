"""Styles that tell schedules apart, Okabe & Ito's colours, safe for colour-blind readers, and line styles; and glyphs
that tell the lines of steps below one schedule apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from ddpm_studio.figures.line_looks import ON_DARK, ON_PAPER
from ddpm_studio.gui.theme import Tokens


@dataclass(frozen=True)
class LineStyle:
    """The colour on a light and on a dark background, the dash of the line, and the one that no other style has.

    The latter is written as in Morse code, with = for what is longer than a dash.
    """

    light: str
    dark: str
    dash: Qt.PenStyle
    own_dash: str

    def pen(self, tokens: Tokens, width: float = 1.0) -> QPen:
        """A cosmetic pen, `width` device pixels wide; 1 is by far the fastest to draw."""
        pen = QPen(self.color(tokens.dark), width, self.dash)
        if tokens.dashed:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([length for sign in self.own_dash for length in (_LENGTHS[sign], _BETWEEN)])
        pen.setCosmetic(True)
        return pen

    def color(self, dark: bool) -> QColor:
        """The colour alone."""
        return QColor(self.dark if dark else self.light)


_COLOURS = tuple(zip(ON_PAPER, ON_DARK, strict=True))
"""Okabe & Ito 2008; pale ones are darkened for a light background, deep ones lightened for a dark one."""

ALIKE = {0: (5,), 5: (0,), 1: (6,), 6: (1, 4), 4: (6,)}
"""Colours by their place, and those that are hard to tell from them in thin lines."""

_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)

_OWN_DASHES = ("=", "-", ".", "-.", "=.", "-..", "=-", "--.", "=..", "-...", "=--", "--..", "=-.", "==.", "=...", "==-")
"""Dash patterns of which none is another one that begins elsewhere."""

_LENGTHS, _BETWEEN = {".": 1.5, "-": 4.5, "=": 10.0}, 2.5
"""Lengths of dashes and of what is between two, in widths of the line."""

STYLES = tuple(
    LineStyle(
        *_COLOURS[index % len(_COLOURS)],
        _DASHES[(index + index // len(_COLOURS)) % len(_DASHES)],
        _OWN_DASHES[index],
    )
    for index in range(2 * len(_COLOURS))
)
"""Sixteen styles, no two with the same colour and dash; neighbours differ in both."""


def least_used(styles: Iterable[int]) -> int:
    """The index of the style for another line beside these: one of a colour that none has, and none a similar one.

    Where there is no such colour it is a similar one, and then one of those that the fewest have, in its other dash.

    >>> least_used([]), least_used([0, 1, 3]), least_used([8, 9]), least_used(range(5))
    (0, 2, 2, 7)
    >>> least_used([*range(16), 0, 1, 2])
    3
    """
    used = Counter(styles)
    colours = Counter(style % len(_COLOURS) for style in used.elements())

    def crowd(style: int) -> tuple[int, int, int]:
        colour = style % len(_COLOURS)
        alike = sum(colours[other] for other in ALIKE.get(colour, ())) if not colours[colour] else 0
        return colours[colour], alike, used[style]

    return min(range(len(STYLES)), key=crowd)


GLYPHS = "●◆▲■▼★◄►"
"""What marks the lines of steps below one schedule, in texts: as many as there may be of them."""

_CORNERS = {
    "◆": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "▲": ((0, -1.2), (1.1, 0.9), (-1.1, 0.9)),
    "■": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "▼": ((0, 1.2), (1.1, -0.9), (-1.1, -0.9)),
    "★": tuple(
        (radius * math.sin(math.pi * turn / 5), -radius * math.cos(math.pi * turn / 5))
        for turn, radius in enumerate((1.35, 0.6) * 5)
    ),
    "◄": ((-1.2, 0), (0.9, -1.1), (0.9, 1.1)),
    "►": ((1.2, 0), (-0.9, -1.1), (-0.9, 1.1)),
}
"""Corners of the glyphs that have some, where the circle has a radius of 1; y grows downwards."""


def glyph(place: int) -> str:
    """The letter that marks the steps of the line at this place below a schedule, 0 being the first."""
    return GLYPHS[place % len(GLYPHS)]


@cache
def glyph_path(place: int, radius: float) -> QPainterPath:
    """The same mark to be painted around (0, 0), as large as a circle of this radius in pixels."""
    path, corners = QPainterPath(), _CORNERS.get(glyph(place))
    if corners is None:
        path.addEllipse(QPointF(0, 0), radius, radius)
    else:
        path.addPolygon(QPolygonF([QPointF(*corner) * radius for corner in corners]))
        path.closeSubpath()
    return path
