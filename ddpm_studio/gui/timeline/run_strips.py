"""Strips of a run as pictures: its notes, and under them what the network predicted there, painted as it goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.state.traces import Trace
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.timeline.notes import TO_COME, fitting, paint_line, paint_notes, places
from ddpm_studio.gui.widgets.frame_grid import SHARP_FROM
from ddpm_studio.gui.widgets.qimages import to_qimage

if TYPE_CHECKING:
    from ddpm_studio.sampling.recorded_frame import Frame
    from ddpm_studio.sampling.recording import Recording

NOTES, PICTURES = 12, 16
"""Heights of the notes and, from this on, of the pictures under them, in pixels."""

MARGIN = 1


@dataclass(frozen=True, eq=False)
class RunPlace:
    """Where a run is painted: its lane, field and axis, the `positions` of its calls, the device's pixels to one."""

    lane: QRectF
    field: Field
    axis: TimeAxis
    positions: Array
    ratio: float

    @cached_property
    def xs(self) -> Array:
        """The pixels of the notes, NaN for those out of view."""
        return places(self.positions, self.axis, self.field)

    @property
    def side(self) -> float:
        """The greatest height of pictures; 0 where there are but notes."""
        room = self.lane.height() - NOTES - MARGIN
        return room if room >= PICTURES else 0.0

    @property
    def y(self) -> float:
        """Where the notes stand, from top to bottom."""
        return self.lane.top() + NOTES / 2 if self.side else self.lane.center().y()


class RunStrips:
    """The strips of the samplers of a run, each kept until there is something else to be seen in it.

    They show the `sample` of this number.
    """

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self.sample = 0
        self._known: dict[int, tuple[object, QPixmap]] = {}
        self._found: dict[int, tuple[object, dict[int, QRectF]]] = {}
        self._pictures: dict[int, tuple[object, dict[int, QImage]]] = {}

    def forget(self) -> None:
        """Forget a run, or paint it anew."""
        self._known.clear()
        self._found.clear()
        self._pictures.clear()

    def of(self, trace: Trace, place: RunPlace, recording: Recording | None, done: int, color: QColor) -> QPixmap:
        """The strip of a sampler that has made `done` calls, as wide as the field."""
        size = (place.lane.height(), place.field, place.axis, place.ratio)
        # The last step of a run is kept at its end, whatever its place.
        kept = 0 if recording is None else len(recording.kept)
        wanted = (trace, size, place.positions.tobytes(), done, kept, color.rgb())
        known = self._known.get(trace.row)
        if known is None or known[0] != wanted:
            self._known[trace.row] = known = wanted, self._painted(trace, place, recording, done, color)
        return known[1]

    def pictures(self, trace: Trace, place: RunPlace, recording: Recording | None) -> dict[int, QRectF]:
        """Where the pictures of the calls that have one are, or will be, by their numbers."""
        size = _size(recording, place)
        if recording is None or size is None:
            return {}
        wanted = (trace, place.lane, place.xs.tobytes(), size, recording.stride)
        known = self._found.get(trace.row)
        if known is None or known[0] != wanted:
            kept = sorted({*range(0, trace.nfe, recording.stride), trace.nfe - 1})
            top = place.lane.top() + NOTES
            lefts = fitting(place.xs, kept, size.width(), place.field)
            found = {number: QRectF(left, top, size.width(), size.height()) for number, left in lefts.items()}
            self._found[trace.row] = known = wanted, found
        return known[1]

    def _painted(self, trace: Trace, place: RunPlace, recording: Recording | None, done: int, color: QColor) -> QPixmap:
        pixmap = QPixmap((QSizeF(place.field.width, place.lane.height()) * place.ratio).toSize())
        pixmap.setDevicePixelRatio(place.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-place.field.left, -place.lane.top())
            paint_line(painter, place.field, place.y, color)
            paint_notes(painter, place.xs, place.y, done, color, QColor(self.tokens.surface))
            self._paint_pictures(painter, trace, place, recording)
        return pixmap

    def _paint_pictures(self, painter: QPainter, trace: Trace, place: RunPlace, recording: Recording | None) -> None:
        found = self.pictures(trace, place, recording)
        images = self._images(trace, place, recording, found)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_faint(self.tokens.muted), 1, Qt.PenStyle.DotLine))
        for number, rectangle in found.items():
            if number in images:
                painter.drawImage(rectangle, images[number])
            else:
                painter.drawRect(rectangle.adjusted(0.5, 0.5, -0.5, -0.5))

    def _images(
        self, trace: Trace, place: RunPlace, recording: Recording | None, found: dict[int, QRectF]
    ) -> dict[int, QImage]:
        """The pictures that there are so far, each made small once."""
        wanted = (trace, place.side, place.ratio)
        key, images = self._pictures.get(trace.row, (None, {}))
        if key != wanted:
            self._pictures[trace.row] = wanted, (images := {})
        for frame in () if recording is None else recording.kept:
            if frame.index in found and frame.index not in images:
                images[frame.index] = _image(frame, self.sample, found[frame.index].size() * place.ratio)
        return images


def _faint(color: str) -> QColor:
    faint = QColor(color)
    faint.setAlphaF(TO_COME)
    return faint


def _size(recording: Recording | None, place: RunPlace) -> QSizeF | None:
    """The size of each picture, small ones at a whole factor; None before there is one, or where they have no room."""
    frames = [] if recording is None else recording.kept
    if not frames or not place.side:
        return None
    _, height, width, _ = frames[0].x0.levels.shape
    scale: float = place.side * place.ratio / height
    scale = math.floor(scale) if scale >= SHARP_FROM else scale
    return QSizeF(width, height) * (scale / place.ratio)


def _image(frame: Frame, sample: int, size: QSizeF) -> QImage:
    """The estimate of one picture, or of the first if there are fewer, in a size."""
    number = sample if sample < len(frame.x0.levels) else 0
    image = to_qimage(seen(frame.x0.only(number).fixed())[0])
    larger = size.width() >= SHARP_FROM * image.width()
    smooth = Qt.TransformationMode.FastTransformation if larger else Qt.TransformationMode.SmoothTransformation
    return image.scaled(size.toSize(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
