"""A sample of a schedule's line, on the plots' background."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import Tokens

SWATCH = QSize(30, 14)
_CORNER = 3


def swatch_icon(style: int, tokens: Tokens, device_ratio: float) -> QIcon:
    """The line of STYLES[style] as an icon of size SWATCH, unchanged on a selected row, where Qt would tint it."""
    picture = QPixmap(SWATCH * device_ratio)
    picture.setDevicePixelRatio(device_ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(0, 0, SWATCH.width(), SWATCH.height(), _CORNER, _CORNER)
    painter.setPen(STYLES[style].pen(tokens.dark, 2 * device_ratio))
    middle = SWATCH.height() / 2
    painter.drawLine(QPointF(2, middle), QPointF(SWATCH.width() - 2, middle))
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
