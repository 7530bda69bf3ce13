"""The filmstrip: x_t of the selected schedule at evenly spaced t, from the picture to noise."""

from __future__ import annotations

import math

from PIL import Image
from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ddpm_studio.diffusion.forward import draw_noise, same_moment, weights_at
from ddpm_studio.files.pictures import as_array, as_image
from ddpm_studio.gui.picture.noising import Noising
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.qimages import to_qimage

FRAME_HEIGHT = 48
SMALL_FRAME_HEIGHT = 30
LABEL_HEIGHT = 17
LABEL_ROOM = 20
MARK_HEIGHT = 3
GAP = 4
MAX_FRAMES = 40
HELD_MS = 90
"""Interval at which frames follow a slider that is held: they are an overview, and the large pictures come first."""


class Filmstrip(QWidget):
    """A row of small pictures. A click or drag goes to the t of the frame under the mouse: `t_chosen`.

    Each frame is the shrunken picture noised at its own size, since shrunken noise fades to gray.
    """

    t_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Filmstrip"))
        self.setToolTip(
            self.tr("The selected schedule's x_t at evenly spaced t, noised at this size; click a frame to go to its t")
        )
        self._tokens = LIGHT
        self._label_font = self.font()
        self._frame_height = FRAME_HEIGHT
        self._state: State | None = None
        self._noising: Noising | None = None
        self._times: list[int] = []
        self._frames: list[QImage] = []
        self._later = QTimer(self, singleShot=True, interval=HELD_MS)
        self._later.timeout.connect(self._compute)

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        font = number_font(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        self._label_font = font
        self.update()

    def sizeHint(self) -> QSize:
        """As tall as a frame and the line of numbers under it."""
        return QSize(400, self._frame_height + LABEL_HEIGHT)

    def set_frame_height(self, height: int) -> None:
        """Make the frames `height` pixels tall."""
        if height != self._frame_height:
            self._frame_height = height
            self.updateGeometry()
            if self._state is not None:
                self._shrink()
                self._compute()

    def show_state(self, state: State) -> None:
        """Show the path of the selected schedule; frames are recomputed only if it, the picture or ε changed."""
        before, self._state = self._state, state
        if before is None or state.picture is not before.picture or state.seed != before.seed:
            self._shrink()
            self._compute()
        elif state.current.schedule != before.current.schedule or state.adjusting < before.adjusting:
            self._compute_soon()
        if before is None or (state.t, state.current.schedule.T) != (before.t, before.current.schedule.T):
            self.update()

    @property
    def times(self) -> tuple[int, ...]:
        """The t of each frame, evenly spaced from 0 to T."""
        return tuple(self._times)

    @property
    def frames(self) -> tuple[QImage, ...]:
        """The pictures, one for each of `times`."""
        return tuple(self._frames)

    def frame_rect(self, number: int) -> QRect:
        """The rectangle of a frame."""
        left = number / (len(self._times) - 1) * (self.width() - self._frame_width())
        return QRect(round(left), 0, self._frame_width(), self._frame_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many frames as there is room for."""
        super().resizeEvent(event)
        if self._state is not None:
            self._compute()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the frame under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frames, their t, and a mark at the current t."""
        if self._state is None:
            return
        painter = QPainter(self)
        painter.setFont(self._label_font)
        nearest = self._nearest(self._state.t)
        stride = self._label_stride(painter.fontMetrics())
        below = self._frame_height + MARK_HEIGHT
        for number, frame in enumerate(self._frames):
            place = self.frame_rect(number)
            painter.drawImage(place, frame)
            if number % stride == 0 or number == nearest:
                painter.setPen(QColor(self._tokens.text if number == nearest else self._tokens.muted))
                label = place.adjusted(-LABEL_ROOM, below, LABEL_ROOM, LABEL_HEIGHT)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(self._times[number]))
        self._paint_mark(painter, self.frame_rect(nearest))

    def _paint_mark(self, painter: QPainter, nearest: QRect) -> None:
        assert self._state is not None
        accent = QColor(self._tokens.accent)
        pen = QPen(accent, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(nearest.adjusted(1, 1, -1, -1))
        share = self._state.t / self._state.current.schedule.T
        middle = round(share * (self.width() - self._frame_width()) + self._frame_width() / 2)
        painter.fillRect(middle - 3, self._frame_height, 7, MARK_HEIGHT, accent)

    def _frame_width(self) -> int:
        assert self._noising is not None
        height, width, _ = self._noising.shape
        return max(1, int(self._frame_height * width / height))

    def _nearest(self, t: int) -> int:
        return min(range(len(self._times)), key=lambda number: abs(t - self._times[number]))

    def _label_stride(self, metrics: QFontMetrics) -> int:
        pitch = (self.width() - self._frame_width()) / max(1, len(self._times) - 1)
        return max(1, math.ceil((metrics.horizontalAdvance(str(self._times[-1])) + GAP) / max(1.0, pitch)))

    def _choose(self, event: QMouseEvent) -> None:
        assert self._state is not None
        across = (event.position().x() - self._frame_width() / 2) / max(1, self.width() - self._frame_width())
        t = across * self._state.current.schedule.T
        self.t_chosen.emit(min(self._times, key=lambda time: abs(t - time)))

    def _shrink(self) -> None:
        assert self._state is not None
        assert self._state.picture is not None
        image = as_image(self._state.picture.pixels)
        height = round(self._frame_height * self.devicePixelRatioF())
        width = min(max(round(height * image.width / image.height), height // 3), 3 * height)
        small = as_array(image.resize((width, height), Image.Resampling.BOX))
        self._noising = Noising(small, draw_noise(small.shape, self._state.seed))

    def _compute_soon(self) -> None:
        assert self._state is not None
        if not self._state.adjusting:
            self._compute()
        elif not self._later.isActive():
            self._later.start()

    @Slot()
    def _compute(self) -> None:
        self._later.stop()
        assert self._state is not None
        assert self._noising is not None
        schedule = self._state.current.schedule
        room = (self.width() + GAP) // (self._frame_width() + GAP)
        count = max(2, min(room, MAX_FRAMES, schedule.T + 1))
        self._times = [same_moment(number, count - 1, schedule.T) for number in range(count)]
        self._frames = [
            to_qimage(pixels) for pixels in self._noising.images([weights_at(schedule, t) for t in self._times])
        ]
        self.update()
