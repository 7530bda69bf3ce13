from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from ddpm_studio.gui.timeline.lane_columns import GAP, LaneColumns, decibels_text, value_text

ROW = QRectF(0, 20, 1000, 16)
LONGEST = ("100000", value_text(-5e-324), decibels_text(-301029.9), "100000")
HEAD = "0 dB at"


@pytest.mark.parametrize("room", [100, 110, 130, 160, 200, 240])
@pytest.mark.parametrize("head", ["", HEAD])
def test_no_number_is_cut_or_lies_over_another(qapp: QApplication, room: int, head: str) -> None:
    font = QFont()
    font.setPixelSize(11)
    columns = LaneColumns(font, 100_000, 800, 800 + room, head)
    places = [(place, text) for place, text in zip(columns.places(ROW), LONGEST, strict=True) if place is not None]
    width = QFontMetricsF(font).horizontalAdvance
    assert all(place.width() >= width(text) - 0.5 for place, text in places)
    assert all(place.top() == ROW.top() and place.height() == ROW.height() for place, _ in places)
    assert not any(
        one.adjusted(0, 0, GAP - 0.5, 0).intersects(other) for (one, _), (other, _) in combinations(places, 2)
    )
    assert places[-1][0].right() == 800 + room
    assert all(place.left() >= 799.9 for place, _ in places)


def test_a_number_that_is_too_long_has_one_digit_in_place_of_half_of_them(qapp: QApplication) -> None:
    font = QFont()
    width = QFontMetricsF(font).horizontalAdvance
    _, value, decibels, _ = LaneColumns(font, 1000, 0, 400).places(ROW)
    assert value is not None
    assert decibels is not None
    for exponent in range(-320, 308):
        for number in (float(f"{digits}e{exponent}") for digits in (1.2345, -9.876)):
            assert width(value_text(number)) <= value.width(), number
            assert not -9 < exponent < 9 or width(decibels_text(number)) <= decibels.width(), number
            assert float(value_text(number).replace("−", "-")) == pytest.approx(number, rel=0.4, abs=5e-324)
    assert [value_text(number) for number in (float("inf"), None)] == ["∞", "–"]


@pytest.mark.parametrize(("room", "head"), [(100, "SNR (dB)"), (300, "Signal to noise, dB"), (300, "SNR (dB)")])
def test_the_head_over_the_decibels_has_room(qapp: QApplication, room: int, head: str) -> None:
    font = QFont()
    font.setPixelSize(11)
    columns = LaneColumns(font, 1000, 0, room, HEAD)
    place = columns.places(ROW)[2]
    assert place is not None
    fits = QFontMetricsF(font).horizontalAdvance(head) <= place.width()
    assert columns.decibels_head(head, "dB") == (head if fits else "dB")
    assert fits == (head == "SNR (dB)")


def test_the_value_gives_way_first_where_there_is_little_room(qapp: QApplication) -> None:
    font = QFont()
    font.setPixelSize(11)
    narrow, middle, wide = (LaneColumns(font, 1000, 0, room, HEAD).places(ROW) for room in (100, 150, 300))
    assert [place is None for place in narrow] == [False, True, False, True]
    assert [place is None for place in middle] == [False, True, False, False]
    assert None not in wide
    assert [place is None for place in LaneColumns(font, 1000, 0, 300).places(ROW)] == [False, False, False, True]
