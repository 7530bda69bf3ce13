"""Letters that are typed, and the names in which they are found."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.palette.letter_match import match
from ddpm_studio.gui.palette.ranking import ranked

NAMES = ("Copy as Python (NumPy)", "Copy as Python (diffusers)", "Open checkpoint…", "Contact sheet", "Solver: heun")


def names_found(typed: str, recent: tuple[str, ...] = ()) -> list[str]:
    deeds = [Deed(name, name, list, words="neighbour" if name == "Contact sheet" else "") for name in NAMES]
    return [found.deed.id for found in ranked(deeds, typed, recent)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("can", "Copy as Python (NumPy)"),
        ("numpy", "Copy as Python (NumPy)"),
        ("diff copy", "Copy as Python (diffusers)"),
        ("oc", "Open checkpoint…"),
        ("cs", "Contact sheet"),
        ("HEUN", "Solver: heun"),
        ("neigh", "Contact sheet"),
    ],
)
def test_beginnings_of_words_in_any_order_find_a_name(typed: str, first: str) -> None:
    assert names_found(typed)[0] == first


def test_nothing_typed_finds_everything_and_recent_ones_come_first() -> None:
    assert names_found("") == list(NAMES)
    assert names_found("", ("Solver: heun", "Contact sheet"))[:3] == ["Solver: heun", "Contact sheet", NAMES[0]]
    assert names_found("c", ("Contact sheet",))[0] == "Contact sheet"


def test_what_was_done_lately_does_not_push_aside_what_is_typed() -> None:
    assert names_found("numpy", ("Solver: heun",)) == ["Copy as Python (NumPy)"]
    assert names_found("xyz", NAMES) == []


@given(st.text("abC (_1", min_size=1, max_size=5), st.text("abC (_1", max_size=9))
def test_the_best_of_all_places_is_found(typed: str, name: str) -> None:
    """Against every way to lay the letters into the name."""
    ways = [
        places
        for places in itertools.combinations(range(len(name)), len(typed))
        if all(name[place].lower() == letter.lower() for place, letter in zip(places, typed, strict=True))
    ]
    found = match(typed, name)
    if found is None:
        assert ways == []
    else:
        assert found.places in ways
        assert found.score == max(_score(places, name) for places in ways)


def _score(places: tuple[int, ...], name: str) -> int:
    return sum(1 + _worth(place, places, name) + 2 * (place == 0) for place in places)


def _worth(place: int, places: tuple[int, ...], name: str) -> int:
    before, each = f" {name}"[place], name[place]
    begins = not before.isalnum() or before.isdigit() != each.isdigit() or (before.islower() and each.isupper())
    if each.isalnum() and begins:
        return 8
    return 5 if place - 1 in places else 0
