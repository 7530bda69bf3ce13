"""A range in a spec: the schedules that it makes, written and read, and what is refused, with its place."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, members_of, shown_of, specified
from ddpm_studio.errors import ScheduleError


def test_a_range_makes_as_many_schedules_as_n_says_evenly_spaced() -> None:
    family = ScheduleFamily.parse("cosine:T=1000,s=0.005..0.03,n=6")
    assert family.members == tuple(Schedule("cosine", 1000, {"s": s}) for s in (0.005, 0.01, 0.015, 0.02, 0.025, 0.03))


@pytest.mark.parametrize(
    ("text", "low", "high", "spaced"),
    [
        ("linear:beta_end=0.001..0.5,n=9", 0.001, 0.5, np.geomspace),
        ("cosine:snr_shift=8..0.25,n=7", 8, 0.25, np.geomspace),
        ("cosine:max_beta=0.5..0.999,n=16", 0.5, 0.999, np.linspace),
        ("laplace:mu=-3..2.5,n=4", -3, 2.5, np.linspace),
    ],
)
def test_values_are_spaced_as_the_slider_is(text: str, low: float, high: float, spaced: object) -> None:
    family = ScheduleFamily.parse(text)
    assert callable(spaced)
    np.testing.assert_allclose(family.values, spaced(low, high, family.count), rtol=1e-3)
    assert (family.values[0], family.values[-1]) == (low, high)


def test_steps_go_in_whole_numbers() -> None:
    family = ScheduleFamily.parse("linear:T=1000..100,n=3")
    assert [member.T for member in family.members] == [1000, 316, 100]
    assert all(isinstance(value, int) for value in family.values)


def test_members_are_five_where_it_is_not_said_or_as_many_as_differ() -> None:
    assert ScheduleFamily.parse("cosine:s=0..1").count == 5
    assert ScheduleFamily.parse("cosine:T=1..3").count == 3
    assert ScheduleFamily.parse("cosine:zero_snr=0..1").values == (0.0, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "cosine:T=1000,s=0.005..0.03,n=5",
        "cosine:T=10..1000,s=0.01,n=2",
        "linear:T=300,beta_end=1e-05..0.02,snr_shift=2,n=16",
        "logsnr_cosine:T=300,min=-20..-5,n=4",
    ],
)
def test_text_of_a_family_is_given_back(text: str) -> None:
    family = ScheduleFamily.parse(text)
    assert str(family) == text
    assert specified(text) == family
    assert ScheduleFamily.over(family.middle, family.range_text) == family
    assert copy.copy(family) == family.light() == pickle.loads(pickle.dumps(family)) == family


def test_blanks_are_ignored() -> None:
    spaced = " cosine : n = 3 , s = 0.1 .. 0.2 "
    assert ScheduleFamily.parse(spaced) == ScheduleFamily.parse("cosine:s=0.1..0.2,n=3")


@pytest.mark.parametrize("name", ["betas.csv", "a..b.csv", "half,n=3", "a,n=5"])
def test_table_of_betas_has_a_family_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("betas\n0.1\n0.2\n0.5\n")
    alone = Schedule.from_betas([0.1, 0.2, 0.5], str(path))
    family = specified(str(alone) + ",snr_shift=1..4,n=3")
    assert isinstance(family, ScheduleFamily)
    assert family.values == (1.0, 2.0, 4.0)
    assert [member.path for member in family.members] == [str(path)] * 3
    assert specified(str(family)) == family
    assert specified(str(alone)) == alone


@pytest.mark.parametrize(
    ("text", "wrong", "sentence"),
    [
        ("cosine:s=0.005..2", "2", "s is 2; choose a value from 0 to 1."),
        ("cosine:s=-1..2", "-1", "s is -1; choose a value from 0 to 1."),
        ("cosine:s=0.005..", "0.005..", "“0.005..” has one end; write both of them, s=low..high."),
        ("cosine:s=..0.1", "..0.1", "“..0.1” has one end; write both of them, s=low..high."),
        ("cosine:s=0..x", "x", "s is “x”; it must be a finite number."),
        ("cosine:s=0.1..0.1", "0.1..0.1", "s goes from 0.1 to 0.1; choose two different ends."),
        ("cosine:s=0..1,snr_shift=1..2", "1..2", "s and snr_shift are both ranges; keep one of them."),
        ("cosine:s=0..1,n=17", "17", "n is 17; it must be a whole number from 2 to 16."),
        ("cosine:s=0..1,n=1", "1", "n is 1; it must be a whole number from 2 to 16."),
        ("cosine:s=0..1,n=2.5", "2.5", "n is 2.5; it must be a whole number from 2 to 16."),
        ("cosine:T=1..3,n=5", "5", "n is 5, but T from 1 to 3 has 3 different values; lower n."),
        ("cosine:n=5", "n=5", "“cosine:n=5” gives n without a range to divide; write key=low..high, or leave n out."),
        ("cosine:T=10..20.5", "20.5", "T is 20.5; it must be a whole number from 1 to 100000."),
        ("cosine:q=0..1", "q", "cosine has no parameter “q”; it takes T, s, max_beta, zero_snr, snr_shift."),
        ("cosine:name=a", "name", "cosine has no parameter “name”; it takes T, s, max_beta, zero_snr, snr_shift."),
        ("cosin:s=0..1", "cosin", "There is no schedule kind “cosin”; did you mean “cosine”?"),
        ("cosine:s=0..1,s=2", "s=2", "“cosine:s=0..1,s=2” gives s twice; keep one of them."),
        ("sigmoid:start=-3..5", "5", "start is 5 and end is 3; start must be smaller than end."),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_with_its_place(text: str, wrong: str, sentence: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        specified(text)
    assert str(refused.value) == sentence
    assert refused.value.place is not None
    start, end = refused.value.place
    assert text[start:end] == wrong
    assert text.rindex(wrong) == start


def test_other_values_change_in_every_member() -> None:
    family = ScheduleFamily.parse("cosine:s=0..0.1,n=3").replace(T=50, snr_shift=2)
    assert str(family) == "cosine:T=50,s=0..0.1,snr_shift=2,n=3"
    assert {member.T for member in family.members} == {50}
    with pytest.raises(ScheduleError):
        family.replace(T=0)
    assert str(family.along(0.2, 0.1, 2)) == "cosine:T=50,s=0.2..0.1,snr_shift=2,n=2"


def test_a_schedule_is_a_line_of_its_own_only_member() -> None:
    schedule = Schedule("cosine")
    assert (members_of(schedule), shown_of(schedule)) == ((schedule,), schedule)
    family = ScheduleFamily.parse("cosine:s=0..0.1,n=4")
    assert members_of(family) == family.members
    assert shown_of(family) == family.members[1]
    assert [family.place_of(member) for member in family.members] == [0, 1, 2, 3]
    assert family.place_of(schedule) == 1
