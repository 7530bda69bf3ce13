"""The layout of lanes: all at once where they have room, whole ones where they scroll, and rows for own steps alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QRectF, QSize

from ddpm_studio.gui.field import Field
from ddpm_studio.gui.timeline.lane_layout import LaneLayout
from ddpm_studio.gui.timeline.strips import PICTURES

FIELD = Field(50, 400, 0, 1)
ROOMS = (64, 73, 119, 151, 199, 320, 700)
LINES = ((0,), (1,), (0, 1), (1, 1), (0, 1, 0, 0), (3, 0, 1), (1, 0, 0, 0, 0, 0), (2, 0) * 8)


def layout_in(room: int, lines: tuple[int, ...], sheet: bool = False) -> LaneLayout:
    """The layout of lanes as an area that is so high has them."""
    least = LaneLayout(lines, sheet, room=room).least
    return LaneLayout(lines, sheet, room=room, size=QSize(600, max(room, least)))


@pytest.mark.parametrize("sheet", [False, True])
@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("room", ROOMS)
class TestEveryRoom:
    def test_lanes_lie_under_each_other_and_hold_what_is_theirs(
        self, room: int, lines: tuple[int, ...], sheet: bool
    ) -> None:
        layout = layout_in(room, lines, sheet)
        lanes = [layout.lane(number) for number in range(len(lines) + 1)]
        assert lanes[0].top() == layout.head
        assert all(one.bottom() == pytest.approx(other.top()) for one, other in pairwise(lanes))
        assert lanes[-1].top() <= layout.size.height() + 1e-6
        for number, lane in enumerate(lanes[:-1]):
            band, strip = layout.band(number, FIELD), layout.strip(number, FIELD)
            assert lane.top() <= band.top() <= band.bottom() <= lane.bottom()
            assert lane.contains(strip)
            assert band.bottom() <= strip.top()
            assert strip.height() >= 8

    def test_lanes_without_steps_have_no_rows_for_them(self, room: int, lines: tuple[int, ...], sheet: bool) -> None:
        layout = layout_in(room, lines, sheet)
        rows = [layout.band(number, FIELD).height() / layout.row for number in range(len(lines))]
        assert [bool(each) for each in rows] == [bool(each) for each in lines]
        assert all(row <= own for row, own in zip(rows, lines, strict=True))

    def test_strips_that_show_pictures_show_the_same_of_it(
        self, room: int, lines: tuple[int, ...], sheet: bool
    ) -> None:
        layout = layout_in(room, lines, sheet)
        heights = [layout.strip(number, FIELD).height() for number in range(len(lines))]
        assert len(set(heights)) == 1 or max(heights) < PICTURES

    def test_lanes_that_scroll_are_equally_high_and_fill_what_is_seen(
        self, room: int, lines: tuple[int, ...], sheet: bool
    ) -> None:
        layout = layout_in(room, lines, sheet)
        if layout.size.height() <= room:
            return
        heights = {round(layout.lane(number).height(), 6) for number in range(len(lines))}
        assert heights == {round(layout.unit, 6)}
        seen = (room - layout.head) / layout.unit
        assert seen < 0.9 or round(seen) * layout.unit == pytest.approx(room - layout.head, abs=1)


@pytest.mark.parametrize("place", range(4))
def test_steps_of_one_schedule_take_the_room_of_a_row_and_no_more(place: int) -> None:
    without, lines = layout_in(200, (0, 0, 0, 0)), tuple(int(number == place) for number in range(4))
    layout = layout_in(200, lines)
    others = [layout.lane(number).height() for number in range(4) if number != place]
    assert others == pytest.approx([without.unit - layout.row / 4] * 3)
    assert layout.lane(place).height() == pytest.approx(others[0] + layout.row)


def test_a_strip_without_steps_is_higher_where_lanes_scroll_as_bars() -> None:
    layout = layout_in(64, (0, 1, 0, 0))
    bars: list[QRectF] = [layout.strip(number, FIELD) for number in range(4)]
    assert bars[0].height() == bars[2].height() > bars[1].height() + layout.row / 2
