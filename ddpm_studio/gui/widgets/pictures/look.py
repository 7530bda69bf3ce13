"""The look at a picture: how much of it is seen, and where; a value that all pictures share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from PySide6.QtCore import QPointF, QRect, QRectF

FEWEST = 8.0
"""Pixels along the longer side of a picture that are seen at least."""


@dataclass(frozen=True)
class Look:
    """The part of a picture that is seen, `zoom` times enlarged; its corner in shares of the picture's sides."""

    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def zoomed(self, factor: float, about: QPointF, most: float) -> Self:
        """Zoom so that what is at `about`, in shares of the part that is seen, stays there."""
        zoom = min(max(self.zoom * factor, 1.0), max(most, 1.0))
        gained = 1 / self.zoom - 1 / zoom
        return replace(self, zoom=zoom, left=self.left + about.x() * gained, top=self.top + about.y() * gained)._kept()

    def moved(self, by: QPointF) -> Self:
        """Move the picture, in shares of the part that is seen."""
        return replace(self, left=self.left - by.x() / self.zoom, top=self.top - by.y() / self.zoom)._kept()

    def part(self, width: int, height: int) -> QRectF:
        """The part that is seen, in pixels of a picture of this size."""
        return QRectF(self.left * width, self.top * height, width / self.zoom, height / self.zoom)

    def seen_at(self, share: QPointF) -> QPointF | None:
        """A place in shares of the whole picture, in those of the part that is seen; None if it is not."""
        seen = QPointF((share.x() - self.left) * self.zoom, (share.y() - self.top) * self.zoom)
        return seen if 0 <= seen.x() <= 1 and 0 <= seen.y() <= 1 else None

    def whole_at(self, share: QPointF) -> QPointF:
        """A place in shares of the part that is seen, in those of the whole picture."""
        return QPointF(self.left + share.x() / self.zoom, self.top + share.y() / self.zoom)

    def _kept(self) -> Self:
        room = 1 - 1 / self.zoom
        return replace(self, left=min(max(self.left, 0.0), room), top=min(max(self.top, 0.0), room))


def most_zoom(width: int, height: int) -> float:
    """The greatest zoom of a picture of this size."""
    return max(width, height) / FEWEST


def around(part: QRectF, reduction: int, width: int, height: int) -> QRect:
    """The whole pixels around a part of a picture, at multiples of `reduction`, so that its squares stay the same."""
    left, top = (int(max(start, 0.0)) // reduction * reduction for start in (part.left(), part.top()))
    right, bottom = (-(-int(end + 1) // reduction) * reduction for end in (part.right(), part.bottom()))
    return QRect(left, top, min(right, width) - left, min(bottom, height) - top)
