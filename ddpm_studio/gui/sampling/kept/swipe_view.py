"""SwipeView: the pictures of a kept run, and those of the pinned one over them as far as a handle is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.widgets.frame_grid import FrameGrid
from ddpm_studio.gui.widgets.qimages import to_qimage

STEP = 0.05
"""How far a key moves the handle, as a share of the width."""

_LINE, _GRIP = 2, 5


class SwipeView(FrameGrid):
    """Left of the handle are the pictures of the pinned run, right of it those of the one that is looked at.

    The mouse drags the handle, arrow keys, Home and End move it; a click enlarges a picture, another brings all back.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share, self._held = 0.5, False
        self._other: QImage | None = None
        self._pressed: int | None = None
        self.setAccessibleName(self.tr("Pictures, swiped against the pinned run"))
        self.setToolTip(self.tr("Left of the handle the pinned run, right of it the chosen one"))
        self.setStatusTip(
            self.tr("Drag: swipe against the pinned run · S held: the pinned run · click: enlarge, and back")
        )
        self.setMinimumSize(40, 24)

    def show_pictures(self, pictures: NDArray[np.uint8] | None, pinned: NDArray[np.uint8] | None) -> None:
        """Show pictures (B, H, W, C), and over them those of another run of the same shape, or neither."""
        same = pictures is not None and pinned is not None and pictures.shape == pinned.shape
        self._other = _stacked(pinned) if same and pinned is not None else None
        self.set_pictures(pictures)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.swipes else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor if self.swipes else Qt.CursorShape.ArrowCursor)

    @property
    def swipes(self) -> bool:
        """Whether there are pictures of the pinned run to swipe against."""
        return self._other is not None

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """Show the pinned run alone for as long as this is held."""
        self._held = held
        self.update()

    def move_to(self, share: float) -> None:
        """Move the handle to a share of the width."""
        self.share = min(1.0, max(0.0, share))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures, those of the pinned run over them, and the handle."""
        super().paintEvent(event)
        if self._other is None or not self.count:
            return
        with QPainter(self) as painter:
            field = self._field()
            edge = field.right() + 1 if self._held else field.left() + round(self.share * field.width())
            painter.save()
            painter.setClipRect(QRect(0, 0, edge, self.height()))
            for number, cell in zip(self._shown(), self._cells(), strict=True):
                painter.drawImage(cell, self._other, QRectF(self._source(number)))
            painter.restore()
            if not self._held:
                self._paint_handle(painter, edge)

    def _paint_handle(self, painter: QPainter, edge: int) -> None:
        colour = self.palette().highlight().color()
        painter.setPen(QPen(self.palette().base().color(), _LINE + 2))
        painter.drawLine(edge, 0, edge, self.height())
        painter.setPen(QPen(colour, _LINE))
        painter.drawLine(edge, 0, edge, self.height())
        painter.setBrush(colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = _GRIP + 2 if self.hasFocus() else _GRIP
        painter.drawEllipse(edge - radius, self.height() // 2 - radius, 2 * radius, 2 * radius)

    def _field(self) -> QRect:
        """What the pictures take."""
        whole = QRectF()
        for cell in self._cells():
            whole = whole.united(cell)
        return whole.toAlignedRect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where a click or a drag begins."""
        self._pressed = event.position().toPoint().x() if event.button() is Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Have the handle follow the mouse, once it has left where it was pressed."""
        x = event.position().toPoint().x()
        if self.swipes and self._pressed is not None and (self._pressed < 0 or abs(x - self._pressed) > _LINE):
            self._pressed = -1
            self.move_to((x - self._field().left()) / max(1, self._field().width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Enlarge the picture that was clicked, or show all again."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed >= 0 and self.count > 1:
            self.enlarge(None if self.enlarged is not None else self._number_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the handle, or show the pinned run while S is held."""
        moves = {
            Qt.Key.Key_Left: self.share - STEP,
            Qt.Key.Key_Right: self.share + STEP,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        if self.swipes and event.key() in moves:
            self.move_to(moves[Qt.Key(event.key())])
        elif self.swipes and event.key() == Qt.Key.Key_S:
            self.hold(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Hear that S is let go."""
        if event.key() == Qt.Key.Key_S and not event.isAutoRepeat():
            self.hold(False)
        else:
            super().keyReleaseEvent(event)


def _stacked(pictures: NDArray[np.uint8]) -> QImage:
    shown = seen(pictures)
    return to_qimage(shown.reshape(-1, shown.shape[2], shown.shape[3]))
