"""ThinBar: how much of it is filled, and that it moves by itself only where the end is not known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.thin_bar import PLACES, ThinBar

WIDTH = 160


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[ThinBar]:
    bar = ThinBar()
    qtbot.addWidget(bar)
    bar.resize(WIDTH, bar.height())
    with qtbot.waitExposed(bar):
        bar.show()
    yield bar
    bar.close()


def filled(bar: ThinBar) -> list[bool]:
    """Which of the bar's columns have the colour of what is done."""
    image, done = bar.grab().toImage(), bar.palette().highlight().color()
    assert done != bar.palette().button().color()
    return [QColor(image.pixel(x, 1)) == done for x in range(WIDTH)]


@pytest.mark.parametrize(("value", "columns"), [(0, 0), (1, 40), (2, 80), (4, 160)])
def test_it_is_filled_as_far_as_it_is(bar: ThinBar, value: int, columns: int) -> None:
    bar.setRange(0, 4)
    bar.setValue(value)
    assert filled(bar) == [True] * columns + [False] * (WIDTH - columns)


def test_where_the_end_is_not_known_a_part_goes_round(bar: ThinBar, qtbot: QtBot) -> None:
    bar.setRange(0, 0)
    first = filled(bar)
    assert sum(first) == WIDTH // PLACES
    qtbot.waitUntil(lambda: filled(bar) != first)
    bar.setRange(0, 4)
    bar.grab()
    assert not bar._turns.isActive()


def test_it_stands_still_while_it_is_hidden(bar: ThinBar) -> None:
    bar.setRange(0, 0)
    bar.grab()
    assert bar._turns.isActive()
    bar.hide()
    assert not bar._turns.isActive()
