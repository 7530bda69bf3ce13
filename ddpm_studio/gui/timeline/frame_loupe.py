"""The loupe over the frames of lanes: in each the same place of the picture, its pixels as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF

from ddpm_studio.diffusion.noising import Weights
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.timeline.cutout import Cutout
from ddpm_studio.gui.timeline.detail import Detail
from ddpm_studio.gui.widgets.pictures.loupe import Loupe, LoupePlace

LEAST = 44.0
"""Side of a frame, in pixels, from which on something is seen in a loupe over it."""


class FrameLoupe:
    """The loupe while it is held at the place `at`, in shares of the picture; over none of it with None."""

    def __init__(self) -> None:
        self.at: QPointF | None = None
        self._known: tuple[object, Detail | None] = (None, None)

    def place_in(self, shown: Detail | None, side: float) -> LoupePlace | None:
        """Where it lies in a frame of this side that shows a detail; None if it is not seen there."""
        if self.at is None or shown is None or side < LEAST or not shown.place.contains(self.at):
            return None
        share = self.at - shown.place.topLeft()
        inside = QPointF(share.x() / shown.place.width(), share.y() / shown.place.height())
        return LoupePlace.of(inside, QRectF(0, 0, side, side), shown.cutout.part)

    def over(self, state: State, place: LoupePlace, ratio: float, weights: Sequence[Weights]) -> list[Loupe]:
        """The loupe in frames at these weights, in so many of the device's pixels to one."""
        detail = self._detail(state, place, ratio)
        images = detail.images(weights)
        return [Loupe(image, detail.source, place.place) for image in images]

    def _detail(self, state: State, place: LoupePlace, ratio: float) -> Detail:
        """What is seen in it, noised for itself and kept while that is the same."""
        assert state.picture is not None
        part = Cutout(place.part.left(), place.part.top(), place.part.width())
        wanted = (state.picture, state.seed, max(1, math.ceil(place.place.width() * ratio)), part)
        known, detail = self._known
        if detail is None or known != wanted:
            detail = Detail(state.picture.pixels, *wanted[1:])
            self._known = wanted, detail
        return detail
