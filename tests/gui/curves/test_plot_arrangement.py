from __future__ import annotations

import pytest

from ddpm_studio.gui.curves.plot_arrangement import LEAST_HEIGHT, LEAST_WIDTH, arrange


@pytest.mark.parametrize("count", range(1, 27))
@pytest.mark.parametrize("width", [210, 480, 700, 1280, 2500])
@pytest.mark.parametrize("height", [130, 310, 520, 1300])
def test_every_plot_has_its_own_cell_of_a_fair_size(count: int, width: int, height: int) -> None:
    grid = arrange(count, width, height)
    cells = {grid.cell(place)[:2] for place in range(count)}
    assert len(cells) == count
    assert grid.width >= LEAST_WIDTH
    assert grid.height >= LEAST_HEIGHT
    assert grid.columns * grid.width <= width
    assert grid.rows * grid.columns >= count
    assert grid.rows == -(-count // grid.columns)


def test_columns_follow_from_the_width() -> None:
    assert arrange(6, 1280, 520).columns == 3
    assert arrange(6, 450, 520).columns == 2
    assert arrange(6, 230, 520).columns == 1
    assert arrange(1, 1280, 520).columns == 1


@pytest.mark.parametrize("height", range(92, 700, 37))
def test_a_grid_that_scrolls_shows_whole_rows(height: int) -> None:
    grid = arrange(26, 700, height)
    assert grid.rows * grid.height > height
    rows = height // grid.height
    assert rows >= 1
    assert height - rows * grid.height < rows


def test_it_scrolls_only_where_plots_would_get_too_small() -> None:
    six, all_plots = arrange(6, 1280, 520), arrange(26, 700, 520)
    assert six.rows * six.height <= 520
    assert all_plots.rows * all_plots.height > 520
