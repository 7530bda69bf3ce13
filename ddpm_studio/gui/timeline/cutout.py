"""Cutout: the square of a picture that every frame of the lanes shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from PySide6.QtCore import QPointF, QRectF

from ddpm_studio.gui.widgets.pictures.look import FEWEST

Size = tuple[int, int]
"""Width and height of a picture, in pixels."""


@dataclass(frozen=True)
class Cutout:
    """A square in pixels of a picture, by its corner and its side."""

    left: float
    top: float
    side: float

    def zoomed(self, factor: float, about: QPointF, picture: Size) -> Self:
        """Show more or less of the picture, so that what is at `about`, in shares of the square, stays there."""
        most = float(min(picture))
        side = min(max(self.side / factor, min(FEWEST, most)), most)
        left, top = (self.left + about.x() * (self.side - side), self.top + about.y() * (self.side - side))
        return replace(self, left=left, top=top, side=side)._kept(picture)

    def moved(self, by: QPointF, picture: Size) -> Self:
        """Move the picture under the square, in shares of the square."""
        return replace(self, left=self.left - by.x() * self.side, top=self.top - by.y() * self.side)._kept(picture)

    @property
    def part(self) -> QRectF:
        """What it holds, in pixels of the picture."""
        return QRectF(self.left, self.top, self.side, self.side)

    def share(self, picture: Size) -> QRectF:
        """What it holds, in shares of the picture's sides."""
        width, height = picture
        share = QRectF(self.left / width, self.top / height, self.side / width, self.side / height)
        return share & QRectF(0, 0, 1, 1)

    def _kept(self, picture: Size) -> Self:
        left, top = (
            min(max(at, 0.0), room - self.side) for at, room in zip((self.left, self.top), picture, strict=True)
        )
        return replace(self, left=left, top=top)
