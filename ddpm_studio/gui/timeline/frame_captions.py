"""Captions under the frames of the contact sheet: the t of each, and its SNR where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ddpm_studio.diffusion import Schedule, clean
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.timeline.lane import StripFrame
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import brief
from ddpm_studio.texts import Text

FORMS = (
    QT_TRANSLATE_NOOP("lanes", "t = {t} · SNR {snr} dB"),
    QT_TRANSLATE_NOOP("lanes", "t = {t} · {snr} dB"),
    QT_TRANSLATE_NOOP("lanes", "t = {t}"),
)
MARGIN = 6.0
"""Between a caption and the next."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def captions(schedule: Schedule, found: Sequence[StripFrame], metrics: QFontMetricsF) -> list[str]:
    """The captions of the frames of a lane, all in the longest form that has room, "" where a frame has none."""
    rooms = [frame.right - frame.left - MARGIN for frame in found]
    forms = [_forms(schedule, frame.t) for frame in found]
    widest = max(rooms, default=0.0)  # The last frame may be cut where its schedule ends.
    for lines in zip(*forms, strict=True):
        fits = [metrics.horizontalAdvance(line) <= room for line, room in zip(lines, rooms, strict=True)]
        if all(fit or room < widest - 1 for fit, room in zip(fits, rooms, strict=True)):
            return [line if fit else "" for line, fit in zip(lines, fits, strict=True)]
    return [""] * len(found)


def paint_captions(
    painter: QPainter, schedule: Schedule, found: Sequence[StripFrame], top: float, height: float
) -> None:
    """Paint the captions of frames at their left edges, in the painter's font and colour."""
    written = captions(schedule, found, QFontMetricsF(painter.font()))
    for frame, text in zip(found, written, strict=True):
        painter.drawText(QRectF(frame.left, top, frame.right - frame.left, height), LEFT, text)


def paint_caption_over(
    painter: QPainter, schedule: Schedule, frame: StripFrame, found: Sequence[StripFrame], row: QRectF, ground: QColor
) -> None:
    """Paint the caption of a frame that lies over others, in their place: half of one would be another number."""
    covered = [each for each in found if each.left < frame.right and each.right > frame.left]
    left = min((each.left for each in covered), default=frame.left)
    right = max((each.right for each in covered), default=frame.right)
    painter.fillRect(QRectF(left, row.top(), right - left, row.height()), ground)
    paint_captions(painter, schedule, [frame], row.top(), row.height())


def _forms(schedule: Schedule, t: int) -> tuple[str, ...]:
    snr = brief(clean.value_at(schedule, "snr_db", t))
    return *(translated(Text(form, {"t": t, "snr": snr})) for form in FORMS), str(t)
