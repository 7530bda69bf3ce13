"""Where pictures of one shape stand so that they become as large as the room allows."""

from __future__ import annotations

from dataclasses import dataclass

GAP = 12
SIDE_GAP = 8
WORTH_IT = 1.15
"""Text moves beside the pictures only where that makes them this much larger."""


@dataclass(frozen=True)
class Arrangement:
    """Cells of `cell` pixels in `columns`, each with a picture of `picture` pixels, its text below or beside it."""

    columns: int
    beside: bool
    picture: tuple[int, int]
    cell: tuple[int, int]


def arrange(count: int, area: tuple[int, int], aspect: float, text: tuple[int, int]) -> Arrangement:
    """The largest pictures, `aspect` = width / height, that `area` holds `count` of.

    `text` is the (width, height) of what is written at each; below a picture it may be cut to the picture's width.
    """
    options = [
        _option(columns, -(-count // columns), beside, area, aspect, text)
        for beside in (False, True)
        for columns in range(1, count + 1)
    ]
    return max(options, key=lambda option: (_fits(option, count, area), _worth(option)))


def _fits(option: Arrangement, count: int, area: tuple[int, int]) -> bool:
    rows = -(-count // option.columns)
    return option.picture[1] > 1 and rows * (option.cell[1] + GAP) - GAP <= area[1]


def _worth(option: Arrangement) -> float:
    return option.picture[1] / (WORTH_IT if option.beside else 1)


def _option(
    columns: int, rows: int, beside: bool, area: tuple[int, int], aspect: float, text: tuple[int, int]
) -> Arrangement:
    width, height = (area[0] - GAP * (columns - 1)) // columns, (area[1] - GAP * (rows - 1)) // rows
    free_width, free_height = (width - text[0] - SIDE_GAP, height) if beside else (width, height - text[1])
    tall = max(1, min(free_height, int(free_width / aspect)))
    picture = max(1, int(tall * aspect)), tall
    if beside:
        cell = picture[0] + SIDE_GAP + text[0], max(tall, text[1])
    else:
        cell = min(width, max(picture[0], text[0])), tall + text[1]
    return Arrangement(columns, beside, picture, cell)
