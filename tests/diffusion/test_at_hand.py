from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.at_hand import AT_HAND, AtHand

MOST, SLACK = 4 * 2**20, 2**20


class Owner:
    array: np.ndarray


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> AtHand:
    """All schedules together may keep MOST bytes."""
    monkeypatch.setattr(AT_HAND, "most", MOST)
    return AT_HAND


def schedules(count: int) -> list[Schedule]:
    return [Schedule("linear", 10_000 - number) for number in range(count)]


def test_what_many_schedules_take_does_not_grow_with_their_number(few: AtHand) -> None:
    tracemalloc.start()
    try:
        shown = schedules(40)
        for schedule in shown:
            for name in CURVES:
                assert schedule.coefficients[name].shape == (schedule.T,)
        taken, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    whole = 8 * 10_000 * len(CURVES)
    assert few.held <= max(few.most, whole) + SLACK
    assert taken < MOST + SLACK
    assert peak < MOST + whole + SLACK


def test_what_is_not_at_hand_is_computed_again(few: AtHand) -> None:
    first = Schedule("cosine", 10_000)
    before = {name: first.coefficients[name].copy() for name in CURVES}
    _ = [schedule.coefficients[name] for schedule in schedules(10) for name in CURVES]
    assert not vars(first.coefficients).keys() & CURVES.keys()
    for name, array in before.items():
        assert not first.coefficients[name].flags.writeable
        np.testing.assert_array_equal(first.coefficients[name], array)


def test_few_schedules_stay_at_hand() -> None:
    few = schedules(3)
    arrays = [schedule.coefficients[name] for schedule in few for name in CURVES]
    again = [schedule.coefficients[name] for schedule in few for name in CURVES]
    assert all(one is other for one, other in zip(arrays, again, strict=True))


def test_owners_that_came_first_let_go_first_but_not_the_one_at_work() -> None:
    at_hand, owners = AtHand(most=100), [Owner() for _ in range(4)]
    for owner in owners:
        at_hand.keep(owner, "array", np.zeros(5))
    assert ["array" in vars(owner) for owner in owners] == [False, False, True, True]
    at_hand.keep(owners[3], "array", np.zeros(100))
    assert ["array" in vars(owner) for owner in owners] == [False, False, False, True]
    assert at_hand.held == 800


def test_an_owner_that_is_gone_takes_nothing() -> None:
    at_hand, owner = AtHand(), Owner()
    at_hand.keep(owner, "array", np.zeros(5))
    at_hand.keep(owner, "array", np.zeros(7))
    assert at_hand.held == 56
    del owner
    assert at_hand.held == 0
