"""The icons for play, pause, step and stop, drawn, so that they need no font."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

SIDE = 14


class Sign(Enum):
    """The action of a button on a run."""

    PLAY = "play"
    PAUSE = "pause"
    STEP = "step"
    STOP = "stop"


def transport_icon(sign: Sign, color: str, disabled: str, device_ratio: float) -> QIcon:
    """The icon in one colour, and in another for a disabled button."""
    icon = QIcon(_drawn(sign, color, device_ratio))
    icon.addPixmap(_drawn(sign, disabled, device_ratio), QIcon.Mode.Disabled)
    return icon


def _drawn(sign: Sign, color: str, device_ratio: float) -> QPixmap:
    pixmap = QPixmap(round(SIDE * device_ratio), round(SIDE * device_ratio))
    pixmap.setDevicePixelRatio(device_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    if sign in (Sign.PLAY, Sign.STEP):
        tip = 12.0 if sign is Sign.PLAY else 9.0
        painter.drawPolygon(QPolygonF([QPointF(3, 2), QPointF(tip, 7), QPointF(3, 12)]))
    bars = {
        Sign.PAUSE: ((3.0, 2.0, 3.0, 10.0), (8.0, 2.0, 3.0, 10.0)),
        Sign.STEP: ((9.5, 2.0, 2.0, 10.0),),
        Sign.STOP: ((3.0, 3.0, 8.0, 8.0),),
    }
    for bar in bars.get(sign, ()):
        painter.drawRect(QRectF(*bar))
    painter.end()
    return pixmap
