"""Looks of lines on light paper: colours that colour-blind readers tell apart, dashes, and greys."""

from __future__ import annotations

from dataclasses import dataclass

ON_PAPER = ("#0072B2", "#D55E00", "#009E73", "#A6487F", "#8A7A00", "#3A88B8", "#B07000", "#303030")
"""Okabe & Ito 2008, pale ones darkened."""

ON_DARK = ("#56B4E9", "#E69F00", "#2CCB9E", "#CC79A7", "#F0E442", "#3D9BE0", "#E8743B", "#DDDDDD")
"""The same colours, deep ones lightened for a dark ground."""

Dash = tuple[float, ...]
"""Lengths of dashes and of what is between them in turn, in widths of the line; none for a solid line."""

DASHES: tuple[Dash, ...] = ((), (5.0, 2.0), (1.2, 1.6), (5.0, 1.8, 1.2, 1.8))
"""Solid, dashed, dotted, and both in turn."""

PALEST = 0.62
"""Grey value, 0 … 1, of the palest of several grey lines, which still is a line in print."""


@dataclass(frozen=True)
class LineLook:
    """The colour, as #RRGGBB, and the dash of a line."""

    colour: str
    dash: Dash = ()


LOOKS = tuple(
    LineLook(ON_PAPER[index % len(ON_PAPER)], DASHES[(index + index // len(ON_PAPER)) % len(DASHES)])
    for index in range(2 * len(ON_PAPER))
)
"""Sixteen looks, no two with the same colour and dash; neighbours differ in both."""


def look_at(place: int) -> LineLook:
    """The look of the line at this place among others, 0 being the first.

    >>> look_at(0), look_at(16) == look_at(0)
    (LineLook(colour='#0072B2', dash=()), True)
    """
    return LOOKS[place % len(LOOKS)]


def on_dark(colour: str) -> str:
    """The colour on a dark ground of a line that has one of ON_PAPER on a light one; another stays as it is.

    >>> on_dark("#303030"), on_dark("#ABCDEF")
    ('#DDDDDD', '#ABCDEF')
    """
    return dict(zip(ON_PAPER, ON_DARK, strict=True)).get(colour, colour)


def grey_at(place: int, count: int) -> str:
    """The grey of one of `count` lines, from black to the palest in even steps.

    >>> [grey_at(place, 3) for place in range(3)]
    ['#000000', '#4F4F4F', '#9E9E9E']
    """
    value = round(255 * PALEST * place / max(1, count - 1))
    return f"#{value:02X}{value:02X}{value:02X}"
