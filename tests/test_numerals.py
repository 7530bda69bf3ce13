"""Numerals: one rule for all numbers that are read off, from the smallest float to the greatest."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.numerals import DIGITS, lined_up, numeral, typeset


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (0.5, "0.5"),
        (0.41312345, "0.41312"),
        (0.999999999, "1.0000"),
        (-1.5, "−1.5"),
        (-2116.34, "−2116.3"),
        (100_000.0, "100000"),
        (123456.7, "123457"),
        (999_999.7, "1.0000e6"),
        (1e20, "1e20"),
        (0.0012345678, "0.0012346"),
        (4.0361234e-5, "4.0361e−5"),
        (-4.9e-324, "−4.9407e−324"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_a_number_has_five_digits_a_true_minus_sign_and_no_exponent_within_reason(
    value: float | None, text: str
) -> None:
    assert numeral(value) == text


def back(text: str) -> float:
    return float(text.replace("−", "-").replace("∞", "inf"))


@given(st.floats(allow_nan=False))
def test_what_is_read_is_the_number_to_five_digits(value: float) -> None:
    text = numeral(value)
    assert back(text) == pytest.approx(value, rel=0.6 * 10.0 ** (1 - DIGITS), abs=0) or abs(value) < 1e-307
    assert not set(text) & set("-+ ,")


@given(st.floats(allow_nan=False))
def test_a_number_with_few_digits_is_written_with_those(value: float) -> None:
    rounded = float(f"{value:.3g}")
    assert back(numeral(rounded)) == rounded
    assert not rounded or not re.search(r"\.\d*0(e|$)", numeral(rounded))


@given(st.lists(st.one_of(st.none(), st.floats()), min_size=2))
def test_decimal_points_stand_below_each_other(values: list[float | None]) -> None:
    """Counted from the right, where every column of numbers is flush, with blanks as wide as a digit."""
    assert len({len(lined_up(text)) - _whole(text) for text in map(numeral, values)}) == 1


def _whole(text: str) -> int:
    """The length of what stands before the decimal point, or before where it would be."""
    return next((place for place, letter in enumerate(text) if letter in ".e"), len(text))


def test_words_are_not_lined_up() -> None:
    assert lined_up("betas") == "betas"


def test_numbers_that_python_wrote_are_put_in_print() -> None:
    assert [typeset(text) for text in ("1e-05", "-2.5e+10", "-inf", "300")] == ["1e−5", "−2.5e10", "−∞", "300"]
