"""Members of a family in the list: the shades of its disc, and the lines that it opens as."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.state.shades import shades_of
from tests.gui.schedules.conftest import Bench

Settle = Callable[[], None]
FAMILY = ScheduleFamily.parse("cosine:T=100,s=0.005..0.1,n=3")


@pytest.fixture
def two(bench: Bench, settle: Settle) -> Bench:
    """A family, and below it a schedule that is chosen."""
    bench.studio.set_schedule(FAMILY)
    bench.studio.add(Schedule("jsd", 9))
    bench.studio.begin()
    settle()
    return bench


def view(bench: Bench) -> EntriesView:
    return bench.panel.list.view


def colors(bench: Bench, row: int) -> list[QColor]:
    """The colours across the disc of a row, below what marks it."""
    disc = view(bench)._parts(view(bench).model().index(row, 0)).tick
    image = view(bench).viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    return [
        image.pixelColor(round(x * ratio), round((disc.bottom() - 3) * ratio)) for x in range(disc.left(), disc.right())
    ]


def test_the_disc_of_a_family_has_the_shade_of_each_member(two: Bench, settle: Settle) -> None:
    for shown in (1, 0):
        two.studio.select(two.studio.state.entries[0].key)
        two.studio.show_member(shown)
        two.studio.select(two.studio.state.entries[1].key)
        settle()
        shades = [shade.name() for shade in shades_of(two.studio.state.entries[0].style, False, 3, shown)]
        seen = [color.name() for color in colors(two, 0)]
        assert [name for name in dict.fromkeys(seen) if name in shades] == shades
    own = [color.name() for color in colors(two, 1)]
    assert len([name for name in set(own) if own.count(name) > 2]) == 1
