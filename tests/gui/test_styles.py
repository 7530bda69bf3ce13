"""Styles of lines: which one another line has, so that it is told from those that are there; and the marks of steps."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ddpm_studio.gui.state import shades
from ddpm_studio.gui.state.stepping import MAX_STEPS
from ddpm_studio.gui.styles import ALIKE, STYLES, glyph, glyph_path, least_used

COLOURS = 8


def distance(first: int, second: int) -> float:
    """How far two colours lie apart in OKLab, on the ground on which they are nearer."""
    places = [[shades._lab(STYLES[style].color(dark)) for style in (first, second)] for dark in (False, True)]
    return min(float(np.linalg.norm(one - other)) for one, other in places)


def test_colours_that_count_as_alike_are_the_nearest() -> None:
    alike = {frozenset(pair) for pair in combinations(range(COLOURS), 2) if distance(*pair) < 0.09}
    assert {frozenset((one, other)) for one, others in ALIKE.items() for other in others} == alike


@pytest.mark.parametrize("present", [[], [0], [5], [8], [8, 9, 10], [6, 13], [3, 11, 7], [12, 4, 0, 0]])
def test_no_colour_repeats_as_long_as_there_is_another(present: list[int]) -> None:
    colours = {style % COLOURS for style in present}
    styles = list(present)
    for _ in range(COLOURS - len(colours)):
        styles.append(least_used(styles))
        assert styles[-1] % COLOURS not in colours
        colours.add(styles[-1] % COLOURS)
    assert len(colours) == COLOURS


def test_colours_that_look_alike_are_the_last_to_come() -> None:
    styles: list[int] = []
    while len(styles) < COLOURS:
        styles.append(least_used(styles))
    assert styles == [0, 1, 2, 3, 4, 7, 5, 6]


def test_no_style_repeats_as_long_as_there_is_another() -> None:
    styles: list[int] = []
    for _ in STYLES:
        styles.append(least_used(styles))
    assert sorted(styles) == list(range(len(STYLES)))


def test_each_line_of_steps_below_a_schedule_has_a_mark_of_its_own_of_about_the_same_size() -> None:
    assert len({glyph(place) for place in range(MAX_STEPS)}) == MAX_STEPS
    paths = [glyph_path(place, 10.0) for place in range(MAX_STEPS)]
    assert all(one != other for place, one in enumerate(paths) for other in paths[:place])
    for bounds in (path.boundingRect() for path in paths):
        assert 17 <= bounds.width() <= 27
        assert 17 <= bounds.height() <= 27
        assert bounds.contains(0, 0)
