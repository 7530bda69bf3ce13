"""Captions under the frames of the contact sheet: the t of each, and its SNR where there is room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

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
MARGIN = 5.0
"""Between a caption and the next."""

LEVEL = "−88.8"
"""An SNR as long as most that are written, in dB."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def captions(schedule: Schedule, found: Sequence[StripFrame], metrics: QFontMetricsF, longest: int) -> list[str]:
    """The captions of the frames of a lane, in the longest form that has room for any t up to `longest`.

    So all lanes have the same one. A frame with less room, or more to say, has a shorter one, or "".
    """
    rooms = [frame.right - frame.left - MARGIN for frame in found]
    widest = max(rooms, default=0.0)  # The last frame may be cut where its schedule ends.
    longer = sum(metrics.horizontalAdvance(form) > widest for form in _forms(longest, LEVEL))
    return [
        next((form for form in _forms_of(schedule, frame.t)[longer:] if metrics.horizontalAdvance(form) <= room), "")
        for frame, room in zip(found, rooms, strict=True)
    ]


def paint_captions(
    painter: QPainter, schedule: Schedule, found: Sequence[StripFrame], row: QRectF, longest: int
) -> None:
    """Paint the captions of frames in a row at their left edges, in the painter's font and colour."""
    written = captions(schedule, found, QFontMetricsF(painter.font()), longest)
    for frame, text in zip(found, written, strict=True):
        painter.drawText(QRectF(frame.left, row.top(), frame.right - frame.left, row.height()), LEFT, text)


def paint_caption_over(
    painter: QPainter,
    schedule: Schedule,
    frame: StripFrame,
    found: Sequence[StripFrame],
    row: QRectF,
    longest: int,
    grounds: Iterable[QColor],
) -> None:
    """Paint the caption of a frame that lies over others, in their place: half of one would be another number."""
    covered = [each for each in found if each.left < frame.right and each.right > frame.left]
    left = min((each.left for each in covered), default=frame.left)
    right = max((each.right for each in covered), default=frame.right)
    for ground in grounds:
        painter.fillRect(QRectF(left, row.top(), right - left, row.height()), ground)
    # What it lies over may be wider: with as much room it says as much.
    width = max((each.right - each.left for each in covered), default=0.0)
    roomy = replace(frame, right=max(frame.right, min(right, frame.left + width)))
    paint_captions(painter, schedule, [roomy], row, longest)


def _forms_of(schedule: Schedule, t: int) -> tuple[str, ...]:
    decibels = clean.value_at(schedule, "snr_db", t)
    # Not more digits where picture and noise weigh nearly the same.
    return _forms(t, brief(None if decibels is None else round(decibels, 2) + 0.0))


def _forms(t: int, snr: str) -> tuple[str, ...]:
    return *(translated(Text(form, {"t": t, "snr": snr})) for form in FORMS), str(t)
