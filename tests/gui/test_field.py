"""The field: pixels and positions, the same in everything that time runs over."""

from __future__ import annotations

import pytest

from ddpm_studio.gui.field import COLUMN, GUTTER, NARROW_COLUMN, WIDE, Field, column


def test_pixels_and_positions_are_each_other_s_inverse() -> None:
    field = Field.within(1000, (-9.0, 11.0))
    assert (field.left, field.right) == (GUTTER, 1000 - COLUMN)
    assert field.x(-9) == field.left
    assert field.x(11) == field.right
    assert field.x(1) == (field.left + field.right) / 2
    for x in (field.left, 300.0, field.right):
        assert field.x(field.position(x)) == pytest.approx(x)
    assert field.holds(field.right)
    assert not field.holds(field.right + 1)


def test_a_narrow_window_has_a_narrower_column() -> None:
    assert (column(WIDE), column(WIDE - 1)) == (COLUMN, NARROW_COLUMN)


@pytest.mark.parametrize("width", [0, 10, GUTTER + COLUMN])
def test_a_field_has_a_width_however_narrow_the_window(width: int) -> None:
    assert Field.within(width, (0.0, 1.0)).width >= 1
