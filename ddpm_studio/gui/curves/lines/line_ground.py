"""The ground of a plot: all of its curves, those that stay as they are as pictures that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

import pyqtgraph as pg
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ddpm_studio.gui.curves.plot_items import CurveItem, InView

_Look = tuple[QPainterPath, QPen]
_Layer = tuple[Sequence[_Look], QPixmap]


class LineGround(InView, pg.GraphicsObject):  # type: ignore[misc]
    """Paints curves of the same view, which paint nothing themselves, those with a greater z later.

    Those that are painted in the same way for the second time are kept: what lies below the curves that have changed as
    one picture, and what lies above them as another. What changes with each painting is not worth one.
    """

    def __init__(self, lines: Callable[[], Iterable[CurveItem]]) -> None:
        """`lines` gives the curves of the moment."""
        super().__init__()
        self._lines = lines
        self._keeping = False
        self._view: tuple[object, ...] = ()
        self._painted: list[_Look] = []
        self._layers: dict[bool, _Layer] = {}
        self._between = slice(0, 0)
        self._calm = 0

    def set_keeping(self, keeping: bool) -> None:
        """Keep pictures from now on, or paint anew each time, as on paper."""
        self._keeping = keeping
        self._view = ()
        self._layers.clear()
        self.update()

    def renew(self) -> None:
        """Paint again: a curve has changed."""
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the curves, or pictures of them."""
        lines = sorted(self._lines(), key=CurveItem.zValue)
        to_pixels, ratio = painter.transform(), painter.device().devicePixelRatioF()
        place = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        view, before, self._painted = (to_pixels, ratio), self._painted, [line.look for line in lines]
        if not self._keeping or view != self._view or place.isEmpty():
            self._view, self._between, self._calm = view, slice(0, len(lines)), 0
            self._layers.clear()
            _paint_lines(painter, lines)
            return
        between = self._between = self._moving(before)
        self._paint_layer(painter, lines[: between.start], place, upper=False)
        _paint_lines(painter, lines[between])
        self._paint_layer(painter, lines[between.stop :], place, upper=True)

    def _moving(self, before: Sequence[_Look]) -> slice:
        """Those of the curves that are painted anew: from the first to the last that looks otherwise than before."""
        # By what they are, not by what they say: those of a large family are many, and each has many points.
        known = {tuple(map(id, look)) for look in before}
        still = [tuple(map(id, look)) in known for look in self._painted]
        self._calm = self._calm + 1 if all(still) else 0
        if self._calm == 1 and len(before) == len(still) and self._between != slice(0, len(still)):
            return self._between  # Once more the same is no reason yet for another picture: the next move comes soon.
        below = sum(1 for _ in takewhile(bool, still))
        return slice(below, len(still) - sum(1 for _ in takewhile(bool, reversed(still[below:]))))

    def _paint_layer(self, painter: QPainter, lines: Sequence[CurveItem], place: QRect, upper: bool) -> None:
        """Paint curves from a picture of them."""
        if not lines:  # What is kept may be wanted with the next move.
            return
        looks, known, to_pixels = [line.look for line in lines], self._layers.get(upper), painter.transform()
        if known is None or len(looks) != len(known[0]) or not all(map(_same, looks, known[0])):
            self._layers[upper] = known = looks, _drawn(painter, lines, place)
        painter.resetTransform()
        painter.drawPixmap(place.topLeft(), known[1])
        painter.setTransform(to_pixels)


def _same(look: _Look, other: _Look) -> bool:
    return all(mine is theirs for mine, theirs in zip(look, other, strict=True))


def _drawn(like: QPainter, lines: Sequence[CurveItem], place: QRect) -> QPixmap:
    """A picture of curves as a painter would paint them at a place."""
    ratio = like.device().devicePixelRatioF()
    picture = QPixmap(place.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setTransform(like.transform() * QTransform.fromTranslate(-place.x(), -place.y()))
        _paint_lines(painter, lines)
    return picture


def _paint_lines(painter: QPainter, lines: Iterable[CurveItem]) -> None:
    for line in lines:
        line.paint_line(painter)
