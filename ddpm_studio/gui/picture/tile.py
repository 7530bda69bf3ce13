"""A tile: one picture with its title, its numbers and, on request, the histogram of its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from ddpm_studio.gui.picture.histogram import paint_histogram
from ddpm_studio.gui.picture.tile_arrangement import SIDE_GAP, WIDE
from ddpm_studio.gui.theme import LIGHT, Tokens, number_font
from ddpm_studio.gui.widgets.pictures.loupe import Loupe

MIDDLE = 150
HISTOGRAM_HEIGHT = 44
KEY_WIDTH = 20
SPACE = 3
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

NARROWEST = 0.75
"""The least of its width to which a line of numbers is squeezed."""

SMALLER = 0.85
"""Size of the numbers under a tile whose width has no room for words, as a share of the font's."""

CUT = "…"
"""In place of a number that has no room: part of one would be another."""

WORDY = 6
"""Heights of a line that a tile is wide from which on each number has a word that says which it is."""

ORIGINAL = "x₀"
"""The title of the original where there is no room for more."""

LEAST_OF_NAME = 6
"""Letters of any other name that is cut down to which it says something."""

LEAST_OF_TITLE = 9
"""Letters of a title that is cut down to which it says more than the letter of its schedule."""

SHARP_FROM = 2.0
"""Pictures enlarged by more than this are drawn with sharp pixels."""


@dataclass(frozen=True)
class Caption:
    """The text of a picture; `pen` draws the line that tells schedules apart, None for the original.

    `items` are t, SNR, measured SNR and PSNR, or for the original two lines. `shorter` are other forms of them for
    tiles without the room, and `widest` has for each form, `items` first, what needs as much room as any t and values.
    """

    title: str
    items: tuple[str, ...]
    pen: QPen | None = None
    shorter: tuple[tuple[str, ...], ...] = ()
    widest: tuple[tuple[str, ...], ...] = ()
    telling: str = ""
    """The title for a tile that has no room for all of it, if there is a shorter one."""
    names: int = 0
    """How many of the items, from the first, are names, of which a part is better than nothing."""


def groups_at(width: int, line: int, brief: bool = False) -> tuple[tuple[int, ...], ...]:
    """The grouping of a caption's four items into lines of a height; it depends on room alone: nothing jumps with t.

    Where words have no room, and where it is to be `brief`, t and SNR are left; the tip has the others.
    """
    if width < WORDY * line:
        return (0,), (1,)
    if brief:
        return ((0, 1),)
    if width >= WIDE:
        return (0, 3), (1, 2)
    return ((0, 1), (2,), (3,)) if width >= MIDDLE else ((0,), (1,), (2,), (3,))


def text_height(line: int, width: int, histogram: bool, brief: bool = False) -> int:
    """The height of a title, its items and a histogram at a width, `line` pixels a line."""
    lines = 1 + len(groups_at(width, line, brief))
    return lines * line + 2 * SPACE + (HISTOGRAM_HEIGHT + SPACE if histogram else 0)


class Tile(QWidget):
    """Paints a picture at a given size, with its text below or beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Opaque, so that nothing is painted again behind a picture that changes.
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setStatusTip(
            self.tr(
                "Drag: to another program · double-click: enlarge · wheel: zoom all · middle drag: move all · "
                "hold Z: loupe · right click: menu"
            )
        )
        self._image = QImage()
        self._source: QRectF | None = None
        self._loupe: Loupe | None = None
        self._caption = Caption("", ())
        self._density: NDArray[np.float64] | None = None
        self._picture = QSize(1, 1)
        self._beside = self._brief = False
        self._tokens = LIGHT

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self.setFont(number_font(self.font()))
        self.update()

    def set_geometry(self, place: QRect, picture: tuple[int, int], beside: bool, brief: bool = False) -> None:
        """Move to `place` with a picture of this size, the text beside or below it, `brief` or whole."""
        self.setGeometry(place)
        if (QSize(*picture), beside, brief) != (self._picture, self._beside, self._brief):
            self._picture, self._beside, self._brief = QSize(*picture), beside, brief
            self.update()

    def set_image(self, image: QImage, source: QRectF | None = None) -> None:
        """Show another picture, or with `source` that part of it, over the whole place."""
        self._image, self._source = image, source
        self.update()

    def set_loupe(self, loupe: Loupe | None) -> None:
        """Show a part of the picture enlarged, or none."""
        if loupe is not self._loupe:
            self._loupe = loupe
            self.update(self.shown_at().toAlignedRect())

    def set_caption(self, caption: Caption) -> None:
        """Show a title and lines of numbers."""
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption.title)
            self.setAccessibleDescription("\n".join(caption.items))
            self.update()

    def set_density(self, density: NDArray[np.float64] | None) -> None:
        """Show the histogram of the picture's values, or none."""
        self._density = density
        self.update()

    @property
    def caption(self) -> Caption:
        """The text that is shown."""
        return self._caption

    @property
    def image(self) -> QImage:
        """The picture as computed, before it is fitted into its place."""
        return self._image

    def shown_at(self) -> QRectF:
        """The place of the picture in this tile."""
        corner = QPointF(0, 0 if self._beside else self.fontMetrics().height() + SPACE)
        if self._image.isNull() or self._source is not None:
            return QRectF(corner, self._picture.toSizeF())
        sides = (max(1, round(side * self._scale())) for side in (self._image.width(), self._image.height()))
        return QRectF(corner, QSizeF(*sides) / self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture, title, numbers and histogram."""
        painter = QPainter(self)
        line = self.fontMetrics().height()
        left = self._picture.width() + SIDE_GAP if self._beside else 0
        width = self.width() - left
        self._paint_title(painter, QRect(left, 0, width, line))
        below = line + SPACE
        self._paint_image(painter)
        below += 0 if self._beside else self._picture.height() + SPACE
        if self._density is not None:
            place = QRectF(left, below, min(width, WIDE), HISTOGRAM_HEIGHT)
            paint_histogram(painter, place, self._density, self._tokens)
            below += HISTOGRAM_HEIGHT + SPACE
        painter.setPen(QColor(self._tokens.muted))
        painter.setFont(self._font_at(width))
        self._paint_lines(painter, QRect(left, below, width, line))

    def _font_at(self, width: int) -> QFont:
        """The font of the lines below the title in `width` pixels."""
        if width >= WORDY * self.fontMetrics().height():
            return self.font()
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALLER)
        return font

    def _paint_lines(self, painter: QPainter, first: QRect) -> None:
        """Paint what is below the title, all lines of numbers as narrow as the one that needs it most."""
        lines = self._chosen_lines(first.width())
        metrics = QFontMetrics(painter.font())
        squeezed = min((fitted(metrics, widest, first.width())[1] for _, widest in lines), default=1.0)
        for number, (text, _) in enumerate(lines):
            place = first.translated(0, number * first.height())
            if number < self._caption.names:
                self._paint_name(painter, place, text)
            else:
                self._paint_numbers(painter, place, text, squeezed)

    def event(self, event: QEvent) -> bool:
        """Show a tip with the caption, which the tile may have no room for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            caption = self._caption
            said = "\n".join((caption.title, " · ".join(caption.items)))
            QToolTip.showText(event.globalPos(), f"{said}\n\n{self.toolTip()}", self)
            return True
        return super().event(event)

    def lines(self, width: int) -> list[str]:
        """The lines below the title in `width` pixels, each with the most words, and all with the most digits, that
        have room for whatever numbers; digits are left out before a line is squeezed.
        """
        return [line for line, _ in self._chosen_lines(width)]

    def _chosen_lines(self, width: int) -> list[tuple[str, str]]:
        """The lines, each with what needs as much room as it ever does."""
        forms = [self._grouped(form, width) for form in (self._caption.items, *self._caption.shorter)]
        widest = [self._grouped(form, width) for form in self._caption.widest] or forms
        paired = [zip(*each, strict=True) for each in zip(forms, widest, strict=True)]
        by_line = list(zip(*paired, strict=True))
        metrics = QFontMetrics(self._font_at(width))
        chosen = [_roomiest(options, metrics, width) for options in by_line]
        if len(forms) == 1 or all(line == options[0] for line, options in zip(chosen, by_line, strict=True)):
            return chosen
        return [_roomiest(options[1:], metrics, width) for options in by_line]

    def _grouped(self, items: tuple[str, ...], width: int) -> list[str]:
        if len(items) != 4:
            return list(items)[: 1 if self._brief else None]
        groups = groups_at(width, self.fontMetrics().height(), self._brief)
        return [" · ".join(items[number] for number in group) for group in groups]

    def _scale(self) -> float:
        """The device's pixels to one of the image; a whole number where they are sharp."""
        width = self._image.width() if self._source is None else self._source.width()
        scale = self._picture.width() * self.devicePixelRatioF() / width
        return math.floor(scale) if scale >= SHARP_FROM + 1 and self._source is None else scale

    def _paint_image(self, painter: QPainter) -> None:
        if self._image.isNull():
            return
        scale = self._scale()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale <= SHARP_FROM and scale != 1)
        painter.drawImage(self.shown_at(), self._image, self._source or self._image.rect().toRectF())
        if self._loupe is not None:
            self._loupe.paint(painter, QColor(self._tokens.accent))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._tokens.accent), 2))
            painter.drawRect(self.shown_at().adjusted(1, 1, -1, -1))

    def _paint_title(self, painter: QPainter, place: QRect) -> None:
        if self._caption.pen is not None:
            pen = QPen(self._caption.pen)
            pen.setWidthF(3)
            pen.setCosmetic(False)
            painter.setPen(pen)
            middle, key = place.center().y() + 1, min(KEY_WIDTH, place.width() // 3)
            painter.drawLine(place.left(), middle, place.left() + key, middle)
            place = place.adjusted(key + 6, 0, 0, 0)
        painter.setPen(QColor(self._tokens.text))
        title = self._caption.title
        if self._caption.pen is None:
            fits = fitted(self.fontMetrics(), title, place.width())[0] == title
            self._paint_numbers(painter, place, title if fits else ORIGINAL)
            return
        options = (each for each in (title, self._caption.telling) if each and self._has_room(each, place.width()))
        self._paint_name(painter, place, next(options, self._cut_down(title, place.width())))

    def _has_room(self, text: str, width: int) -> bool:
        return self.fontMetrics().horizontalAdvance(text) <= width

    def _cut_down(self, title: str, width: int) -> str:
        """What is left of a title that has no room: with its middle cut out, or its letter."""
        short = self._caption.telling or title
        return short if self._says_more(short, width) else title.partition(" ")[0]

    def _says_more(self, title: str, width: int) -> bool:
        """Whether a title says more than its letter once it is cut to a width."""
        cut = _cut(self.fontMetrics(), title, width)
        return cut == title or (len(cut) >= LEAST_OF_TITLE and cut[0] != CUT)

    def _paint_name(self, painter: QPainter, place: QRect, text: str) -> None:
        """Paint a line whose end may be what tells it from another; nothing of which too little would be left."""
        cut = _cut(QFontMetrics(painter.font()), text, place.width())
        if cut == text or len(cut) >= LEAST_OF_NAME:
            painter.drawText(place, LEFT, cut)

    def _paint_numbers(self, painter: QPainter, place: QRect, text: str, most: float = 1.0) -> None:
        """Paint a line of numbers, at most so wide a share of its width, whole or not at all."""
        shown, needed = fitted(QFontMetrics(painter.font()), text, place.width())
        squeezed = min(needed, most)
        painter.save()
        painter.translate(place.topLeft())
        painter.scale(squeezed, 1)
        painter.drawText(QRectF(0, 0, place.width() / squeezed, place.height()), LEFT, shown)
        painter.restore()


def _roomiest(options: Sequence[tuple[str, str]], metrics: QFontMetrics, width: int) -> tuple[str, str]:
    """The best of lines, each with what it needs at most but for rare numbers; the last where none has room.

    It has the words of the first that has room, and of those with the same words it is the first that isn't squeezed.
    """
    best: tuple[str, str] | None = None
    for each in options:
        # No more is measured than has to be: every tile comes by here at every move of t.
        needed = max(map(metrics.horizontalAdvance, each))
        if not _squeezes(needed, width) or (best and _words(each[0]) != _words(best[0])):
            continue
        best = each
        if needed <= width:
            break
    return best or options[-1]


def _words(line: str) -> list[str]:
    return [word for word in line.split() if not any(map(str.isdecimal, word))]


def _cut(metrics: QFontMetrics, text: str, width: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)


def fitted(metrics: QFontMetrics, text: str, width: int) -> tuple[str, float]:
    """A line as it is painted in `width` pixels, and how much narrower: not less than NARROWEST, or it is CUT."""
    needed = metrics.horizontalAdvance(text)
    return (text, width / max(needed, width)) if _squeezes(needed, width) else (CUT, 1.0)


def _squeezes(needed: int, width: int) -> bool:
    """Whether a line that takes so many pixels can be made as narrow as `width`."""
    return width / max(needed, width) >= NARROWEST
