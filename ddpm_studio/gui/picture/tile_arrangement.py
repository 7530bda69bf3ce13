"""The arrangement of pictures of one shape that makes them as large as the room allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect

GAP, CLOSE = 12, 5
"""Between cells, in pixels, and between cells that are small."""

SMALL = 72
"""Width that a cell and its gap have at least where cells are not small."""

WIDE = 212
SIDE_GAP = 8
WORTH_IT = 1.15
"""Text moves beside pictures, or loses its words in small cells, only if that makes them larger by this factor."""


@dataclass(frozen=True)
class TileArrangement:
    """Cells of `cell` pixels in `columns`, `gap` pixels apart, each with a picture of `picture` pixels, its text below
    or beside it.
    """

    columns: int
    beside: bool
    picture: tuple[int, int]
    cell: tuple[int, int]
    gap: int

    def places(self, count: int, area: tuple[int, int]) -> Iterator[QRect]:
        """Where `count` cells are in the middle of an area."""
        (width, height), rows = self.cell, -(-count // self.columns)
        left = (area[0] - self.columns * (width + self.gap) + self.gap) // 2
        top = max(0, (area[1] - rows * (height + self.gap) + self.gap) // 2)
        for number in range(count):
            row, column = divmod(number, self.columns)
            yield QRect(left + column * (width + self.gap), top + row * (height + self.gap), width, height)


def arrange(
    count: int, area: tuple[int, int], aspect: float, text_height: Callable[[int], int], beside_width: int
) -> TileArrangement:
    """The arrangement with the largest pictures, `aspect` = width / height, of which `count` fit into `area`.

    `text_height` gives the text's height at a width; below a picture the text may be as narrow as the picture, and
    beside one it is `beside_width` wide at least, and up to WIDE where that leaves the picture as it is.
    """
    options = []
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        gap = GAP if area[0] >= SMALL * columns else CLOSE
        room = (area[0] - gap * (columns - 1)) // columns, (area[1] - gap * (rows - 1)) // rows
        options.append(_below(columns, gap, room, aspect, text_height))
        options.append(_beside(columns, gap, room, aspect, beside_width, text_height))
    return max(options, key=lambda option: (_fits(option, count, area), _worth(option)))


def _below(
    columns: int, gap: int, room: tuple[int, int], aspect: float, text_height: Callable[[int], int]
) -> TileArrangement:
    picture = _largest(room[0], room[1] - text_height(room[0]), aspect)
    width = min(room[0], max(picture[0], WIDE))
    return TileArrangement(columns, False, picture, (width, picture[1] + text_height(width)), gap)


def _beside(
    columns: int, gap: int, room: tuple[int, int], aspect: float, least: int, text_height: Callable[[int], int]
) -> TileArrangement:
    picture = _largest(room[0] - least - SIDE_GAP, room[1], aspect)
    width = max(least, min(room[0] - picture[0] - SIDE_GAP, WIDE))
    cell = picture[0] + SIDE_GAP + width, max(picture[1], text_height(width))
    return TileArrangement(columns, True, picture, cell, gap)


def _largest(width: int, height: int, aspect: float) -> tuple[int, int]:
    tall = max(1, min(height, int(width / aspect)))
    return max(1, min(width, int(tall * aspect))), tall


def _fits(option: TileArrangement, count: int, area: tuple[int, int]) -> bool:
    rows = -(-count // option.columns)
    return option.picture[1] > 1 and rows * (option.cell[1] + option.gap) - option.gap <= area[1]


def _worth(option: TileArrangement) -> float:
    return option.picture[1] / (WORTH_IT if option.beside or option.gap == CLOSE else 1)
