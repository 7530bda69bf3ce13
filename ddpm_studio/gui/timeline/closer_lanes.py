"""Lanes looked at closely: all frames show the same part of the picture, and have the loupe over the same place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Slot
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.timeline.cutout import Cutout, Size
from ddpm_studio.gui.timeline.detail import Detail
from ddpm_studio.gui.timeline.frame_loupe import FrameLoupe
from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.timeline.strips import GAP


class CloserLanes(Lanes):
    """Lanes that show more or less of the picture, or another part of it, until there is another picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loupe = FrameLoupe()

    def show_state(self, state: State, shown: tuple[float, float]) -> None:
        """Show the visible schedules, and another picture where it is liveliest."""
        if state.picture is not self._state.picture:
            self._strips.cutout = None
        super().show_state(state, shown)

    @property
    def cutout(self) -> Cutout | None:
        """What frames show of the picture; None for its liveliest place."""
        return self._strips.cutout

    def look_at(self, cutout: Cutout | None) -> None:
        """Show this part of the picture in all frames, or with None the liveliest one."""
        if cutout != self._strips.cutout:
            self._strips.cutout = cutout
            self.update()

    @Slot(object)
    def hold_loupe_over(self, place: QPointF | None) -> None:
        """Hold the loupe over a place in shares of the whole picture, or put it away."""
        if place != self._loupe.at:
            self._loupe.at = place
            self.update()

    def _zoom(self, factor: float, about: QPointF) -> None:
        """Show more or less of the picture in all frames, about a place in shares of them."""
        detail = self._detail()
        if detail is not None:
            self.look_at(detail.cutout.zoomed(factor, about, self._size))

    def _pan(self, by: QPointF) -> None:
        """Show another part of the picture in all frames, moved in shares of them."""
        detail = self._detail()
        if detail is not None:
            self.look_at(detail.cutout.moved(by, self._size))

    @property
    def _size(self) -> Size:
        picture: Picture | None = self._state.picture
        assert picture is not None
        height, width, _ = picture.pixels.shape
        return width, height

    def _detail(self) -> Detail | None:
        return self._strips.detail_of(self._state, self._place(self.strip(0)))

    # painting the loupe

    def _paint_schedule(self, painter: QPainter, entry: Entry, lane: QRectF, strip: QRectF) -> None:
        super()._paint_schedule(painter, entry, lane, strip)
        if self._loupe.at is None:
            return
        frames = [
            (QRectF(frame.left, strip.top(), frame.right - frame.left - GAP, strip.height()), frame.t)
            for frame in self._strips.frames(self._state, entry, self._place(strip))
        ]
        self._paint_loupe(painter, strip, entry, frames, self._now_at(entry, strip))

    def _paint_x_t(self, painter: QPainter, entry: Entry, strip: QRectF) -> None:
        super()._paint_x_t(painter, entry, strip)
        now = self._now_at(entry, strip)
        if now is not None:
            self._paint_loupe(painter, strip, entry, [(now, self._state.t_of(entry))], None)

    def _paint_loupe(
        self, painter: QPainter, strip: QRectF, entry: Entry, frames: list[tuple[QRectF, int]], over: QRectF | None
    ) -> None:
        """Paint the loupe over frames at their t, as much as lies in each, but not where x_t is to lie `over` it."""
        place = self._loupe.place_in(self._strips.detail_of(self._state, self._place(strip)), strip.height())
        if place is None:
            return
        free = [(at, t) for at, t in frames if not (over and over.intersects(place.place.translated(at.topLeft())))]
        weights = [weights_at(entry.schedule, t) for _, t in free]
        loupes = self._loupe.over(self._state, place, self.devicePixelRatioF(), weights)
        painter.save()
        for (at, _), loupe in zip(free, loupes, strict=True):
            painter.setClipRect(at)
            loupe.moved(at.topLeft()).paint(painter, QColor(self._tokens.accent))
        painter.restore()
