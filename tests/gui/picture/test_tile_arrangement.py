"""Pictures stay inside their room, keep their shape, and are as large as can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.gui.picture.tile_arrangement import CLOSE, GAP, SIDE_GAP, WIDE, arrange

BESIDE = 150


def text(width: int) -> int:
    return 46 if width >= 212 else 62 if width >= 150 else 78


@given(st.integers(1, 17), st.integers(300, 2500), st.integers(200, 1400), st.floats(0.2, 5))
def test_everything_lies_inside(count: int, width: int, height: int, aspect: float) -> None:
    plan = arrange(count, (width, height), aspect, text, BESIDE)
    rows = -(-count // plan.columns)
    assert plan.columns * (plan.cell[0] + plan.gap) - plan.gap <= width
    if plan.picture[1] > 1:
        assert rows * (plan.cell[1] + plan.gap) - plan.gap <= height
    beside = plan.picture[0] + SIDE_GAP + BESIDE if plan.beside else plan.picture[0]
    assert beside <= plan.cell[0]
    assert plan.picture[0] <= plan.picture[1] * aspect or plan.picture[0] == 1


def test_a_wide_room_has_one_row_and_a_tall_one_has_one_column() -> None:
    assert arrange(4, (1400, 350), 1, text, BESIDE).columns == 4
    assert arrange(4, (320, 1300), 1, text, BESIDE).columns == 1


def test_text_stands_beside_few_pictures_in_a_flat_room() -> None:
    assert arrange(2, (1300, 220), 1, text, BESIDE).beside
    assert not arrange(3, (900, 420), 1, text, BESIDE).beside


def test_text_beside_a_picture_takes_the_room_there_is() -> None:
    def beside(column: int) -> int:
        plan = arrange(2, (2 * column + GAP, 120), 1, text, BESIDE)
        assert plan.beside
        return plan.cell[0] - plan.picture[0] - SIDE_GAP

    assert [beside(120 + SIDE_GAP + room) for room in (140, 150, 170, WIDE, 300)] == [150, 150, 170, WIDE, WIDE]


def test_small_cells_take_no_words_away_for_a_pixel() -> None:
    def brief(width: int) -> int:
        return 48 if width < 84 else 34

    two_rows, one_row = arrange(17, (1128, 222), 1, brief, BESIDE), arrange(17, (700, 110), 1, brief, BESIDE)
    assert (two_rows.gap, two_rows.columns) == (GAP, 9)
    assert (one_row.gap, one_row.columns) == (CLOSE, 17)


def test_no_arrangement_by_hand_is_larger() -> None:
    plan = arrange(6, (1000, 600), 1.5, text, BESIDE)
    for columns, rows in ((1, 6), (2, 3), (3, 2), (6, 1)):
        width, height = (1000 - GAP * (columns - 1)) / columns, (600 - GAP * (rows - 1)) / rows
        assert plan.picture[1] + 1 >= min(height - text(int(width)), width / 1.5)
