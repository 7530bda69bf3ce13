"""The strips of all lanes as pictures, painted anew only where something else is to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QLinearGradient, QPainter, QPixmap

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.gui.field import Field
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.timeline.cutout import Cutout
from ddpm_studio.gui.timeline.detail import Detail
from ddpm_studio.gui.timeline.frame_captions import paint_captions
from ddpm_studio.gui.timeline.lane import StripFrame, frames, weights

PICTURES = 20.0
"""Height of a strip, in pixels, from which on it shows pictures; a lower one is a bar of tones."""

GAP = 1.0
TONES = 32
SHARP_FROM = 2.0
"""Pictures enlarged by this factor or more are painted with sharp pixels."""


@dataclass(frozen=True)
class StripPlace:
    """Where strips are: a field, the height of each, the device's pixels to one, and the height of captions below,
    which have room for any t up to `longest`.
    """

    field: Field
    height: float
    ratio: float
    caption: float = 0.0
    longest: int = 0


class Strips:
    """The strips of a State, each kept until something else is to be seen in it."""

    def __init__(self) -> None:
        self.tokens: Tokens = LIGHT
        self.font = QFont()
        self.cutout: Cutout | None = None
        """What all frames show of the picture; None for its liveliest place."""
        self._known: dict[int, tuple[object, QPixmap]] = {}
        self._nows: dict[int, tuple[object, QImage]] = {}
        self._detail: tuple[object, Detail | None] = (None, None)

    def forget(self) -> None:
        """Paint everything anew."""
        self._known.clear()

    def keep(self, entries: tuple[Entry, ...]) -> None:
        """Forget the strips of all other schedules."""
        kept = {entry.key for entry in entries}
        self._known = {key: known for key, known in self._known.items() if key in kept}
        self._nows = {key: known for key, known in self._nows.items() if key in kept}

    def of(self, state: State, entry: Entry, place: StripPlace) -> QPixmap:
        """The strip of a schedule."""
        detail = self.detail_of(state, place)
        wanted = (entry.schedule, entry.style, state.time_axis, place, detail)
        known = self._known.get(entry.key)
        if known is None or known[0] != wanted:
            self._known[entry.key] = known = wanted, self._painted(state, entry, place, detail)
        return known[1]

    def frames(self, state: State, entry: Entry, place: StripPlace) -> list[StripFrame]:
        """The small pictures of the strip of a schedule."""
        return frames(entry.schedule, state.time_axis, place.field, place.height + GAP)

    def now(self, state: State, entry: Entry, place: StripPlace) -> QImage | None:
        """x_t of a schedule at the moment, as a frame; None where strips show no pictures."""
        detail = self.detail_of(state, place)
        if detail is None:
            return None
        wanted = (detail, weights_at(entry.schedule, state.t_of(entry)), max(1, round(place.height * place.ratio)))
        known = self._nows.get(entry.key)
        if known is None or known[0] != wanted:
            (image,) = detail.images([wanted[1]])
            self._nows[entry.key] = known = wanted, _cut(image, detail.source, wanted[2])
        return known[1]

    def detail_of(self, state: State, place: StripPlace) -> Detail | None:
        """What of the picture strips show; None where they show no pictures."""
        picture: Picture | None = state.picture
        if picture is None or place.height < PICTURES:
            return None
        wanted = (picture, state.seed, max(8, round(place.height * place.ratio)), self.cutout)
        if self._detail[0] != wanted:
            self._detail = wanted, Detail(picture.pixels, *wanted[1:])
        return self._detail[1]

    def _painted(self, state: State, entry: Entry, place: StripPlace, detail: Detail | None) -> QPixmap:
        field = place.field
        pixmap = QPixmap((QSizeF(field.width, place.height + place.caption) * place.ratio).toSize())
        pixmap.setDevicePixelRatio(place.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        side = field.width / TONES if detail is None else place.height + GAP
        found = frames(entry.schedule, state.time_axis, field, max(side, 1.0))
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-field.left, 0)
            if detail is not None:
                smooth = _is_smooth(detail.source, place.height * place.ratio)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                _paint_frames(
                    painter, found, detail.images(weights(entry.schedule, found)), detail.source, place.height
                )
                self._paint_captions(painter, entry.schedule, found, place)
            elif found:
                self._paint_tones(painter, entry.schedule, STYLES[entry.style].color(self.tokens.dark), found, place)
        return pixmap

    def _paint_captions(
        self, painter: QPainter, schedule: Schedule, found: list[StripFrame], place: StripPlace
    ) -> None:
        if place.caption:
            painter.setClipping(False)
            painter.setFont(self.font)
            painter.setPen(QColor(self.tokens.muted))
            row = QRectF(place.field.left, place.height, place.field.width, place.caption)
            paint_captions(painter, schedule, found, row, place.longest)

    def _paint_tones(
        self, painter: QPainter, schedule: Schedule, color: QColor, found: list[StripFrame], place: StripPlace
    ) -> None:
        """A bar from the schedule's colour to gray, as the share of the picture falls."""
        bar = QRectF(found[0].left, 1, max(found[-1].right - found[0].left, 1.0), place.height - 2)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for frame, (signal, _) in zip(found, weights(schedule, found), strict=True):
            gradient.setColorAt((frame.left - bar.left()) / bar.width(), _mixed(color, signal**2, self.tokens))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(gradient))
        painter.drawRoundedRect(bar, 3, 3)


def _paint_frames(
    painter: QPainter, found: list[StripFrame], images: list[QImage], source: QRectF, height: float
) -> None:
    """Paint what is seen of images as frames at their places, the last one cut where its schedule ends."""
    for frame, image in zip(found, images, strict=True):
        painter.setClipRect(QRectF(frame.left, 0, frame.right - frame.left - GAP, height))
        painter.drawImage(QRectF(frame.left, 0, height, height), image, source)


def _is_smooth(source: QRectF, pixels: float) -> bool:
    """Whether what is painted over so many of the device's pixels is told from its own pixels no more."""
    return source.width() * SHARP_FROM >= pixels


def _cut(image: QImage, source: QRectF, pixels: int) -> QImage:
    """The part of an image that is seen, in so many pixels along each side."""
    cut = QImage(pixels, pixels, QImage.Format.Format_RGB32)
    with QPainter(cut) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, _is_smooth(source, pixels))
        painter.drawImage(cut.rect().toRectF(), image, source)
    return cut


def _mixed(color: QColor, share: float, tokens: Tokens) -> QColor:
    gray, rest = QColor(tokens.border), 1 - share
    return QColor.fromRgbF(
        share * color.redF() + rest * gray.redF(),
        share * color.greenF() + rest * gray.greenF(),
        share * color.blueF() + rest * gray.blueF(),
    )
