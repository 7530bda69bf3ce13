from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.ticks import linear_ticks, log_ticks
from tests.gui.curves.labels import read

RANGES = st.tuples(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6)).filter(lambda r: r[1] > 1e-6 * abs(r[0]))


@given(RANGES, st.integers(1, 12))
def test_linear_ticks_are_inside_few_and_say_where_they_are(limits: tuple[float, float], most: int) -> None:
    low, high = limits[0], limits[0] + limits[1]
    ticks = linear_ticks(low, high, most)
    slack = 1e-6 * (high - low)
    assert 2 <= len(ticks) <= max(most, 3)
    assert all(low - slack <= x <= high + slack for x, _ in ticks)
    assert len({label for _, label in ticks}) == len(ticks)
    assert all(read(label) == pytest.approx(x, rel=1e-9, abs=slack) for x, label in ticks)


@given(st.floats(-300, 300), st.floats(0.01, 400), st.integers(2, 8))
def test_log_ticks_say_the_value_at_their_place(low: float, span: float, most: int) -> None:
    high = min(low + span, 300.0)
    if high - low < 0.01:
        return
    ticks = log_ticks(low, high, most)
    assert ticks
    assert all(low - 1e-6 <= x <= high + 1e-6 for x, _ in ticks)
    assert all(math.log10(read(label)) == pytest.approx(x, abs=1e-3) for x, label in ticks)
    assert len(ticks) > 1


LEAST, GREATEST = -1074 * math.log10(2), 1024 * math.log10(2)


@given(st.floats(-400, 400), st.floats(1e-12, 800), st.integers(-1, 12))
def test_log_ticks_are_of_numbers_that_there_are(low: float, span: float, most: int) -> None:
    """Beyond them a plot has room, around its curves, but nothing to say."""
    ticks = log_ticks(low, low + span, most)
    assert all(max(low, LEAST) - 1e-6 <= x <= min(low + span, GREATEST) + 1e-6 for x, _ in ticks)
    assert len({label for _, label in ticks}) == len(ticks)
    assert ticks or span < 2 or low > GREATEST - 2 or low + span < LEAST + 2


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300, exclude_min=True), st.integers(-1, 12))
def test_linear_ticks_are_told_apart_by_their_labels(low: float, span: float, most: int) -> None:
    ticks = linear_ticks(low, low + span, most)
    assert len(ticks) <= max(most, 3)
    assert len({label for _, label in ticks}) == len({x for x, _ in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-323.9, -322.4, ["5e−324", "1e−323", "2e−323"]),
        (-340.0, 340.0, ["10⁻²⁰⁰", "10⁰", "10²⁰⁰"]),
        (307.5, 320.0, ["5e307", "1e308"]),
        (-320.1, -319.95, ["8e−321", "9e−321", "10e−321", "11e−321"]),
    ],
)
def test_ticks_at_the_ends_of_all_numbers(low: float, high: float, labels: list[str]) -> None:
    assert [label for _, label in log_ticks(low, high, 5)] == labels


def test_labels_are_short_and_alike() -> None:
    assert [label for _, label in linear_ticks(0, 0.0208, 6)] == ["0", "0.005", "0.010", "0.015", "0.020"]
    assert [label for _, label in linear_ticks(-20, 1020, 4)] == ["0", "500", "1000"]
    assert [label for _, label in linear_ticks(0, 102_000, 4)] == ["0", "50000", "100000"]
    assert [label for _, label in linear_ticks(-3e-5, 1e-4, 4)] == ["0", "5e−5", "1e−4"]
    assert [label for _, label in log_ticks(-5, 4.2, 6)] == ["10⁻⁴", "10⁻²", "10⁰", "10²", "10⁴"]
    assert [label for _, label in log_ticks(0.1, 1.9, 6)] == ["2", "5", "10", "20", "50"]


@given(st.floats(-320, 300), st.floats(0, 600), st.integers(-1, 12))
def test_log_ticks_of_many_powers_are_at_some_of_them(low: float, span: float, most: int) -> None:
    high = min(low + span, 308.0)
    powers = [k for k in range(-323, 309) if max(low, LEAST) - 1e-9 <= k <= high + 1e-9]
    if len(powers) > max(most, 1):
        assert {place for place, _ in log_ticks(low, high, most)} <= set(map(float, powers))
