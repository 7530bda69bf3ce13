"""ElboLine: the likelihood bound in the plot of effective weights relative to 0 dB, where it is 1 everywhere."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFont

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated

CURVE = "relative_weight"
"""The curve in whose plot it is."""

LABEL = QT_TRANSLATE_NOOP("curves", "ELBO: every level weighs the same")

PLACE = 0.02
"""Where along the line its label begins, as a share of what is seen."""


class ElboLine(pg.InfiniteLine):  # type: ignore[misc]
    """A level line with its label, behind the curves."""

    def __init__(self) -> None:
        options = {"position": PLACE, "anchors": [(0, 1), (0, 1)]}
        super().__init__(0, angle=0, label=translated(LABEL), labelOpts=options)
        self.setZValue(-5)

    def show_on(self, log: bool, seen: bool) -> None:
        """Lie at 1 on a logarithmic axis or a linear one, or be hidden."""
        self.setPos(0.0 if log else 1.0)
        self.setVisible(seen)

    def label_box(self, view: QSizeF, height: float) -> QRectF:
        """What its label takes of a view, in pixels from its corner; the line is at `height` there."""
        size: QSizeF = self.label.textItem.boundingRect().size()
        return QRectF(QPointF(PLACE * view.width(), height - size.height()), size)

    def set_theme(self, tokens: Tokens, font: QFont) -> None:
        """Use a theme's colours and font."""
        self.setPen(pg.mkPen(QColor(tokens.muted), width=1))
        self.label.setColor(QColor(tokens.muted))
        self.label.setFont(font)
