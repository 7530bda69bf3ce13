"""Likeness of lines with families: what is said holds of all members, whichever of them are shown."""

from __future__ import annotations

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.diffusion.schedule_sameness import Likeness, told
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.gui.schedules.card.same_objective import said_of_same
from ddpm_studio.gui.schedules.rows.remarks import Remarks
from ddpm_studio.gui.state.alike_entries import alike
from ddpm_studio.gui.state.window import Entry, State

RANGES = ("flow:T=1000,shift=1..5,n=3", "linear:T=1000,beta_end=0.02..0.02001,n=3", "linear:T=9..900,n=3")
"""Families whose members are shifted, nearly the same, and have another T each."""

LEVELS = Objective("v_prediction", "lognormal")
"""An objective whose W is the same function of log SNR along every schedule."""


def listed(first: tuple[str, Objective], second: tuple[str, Objective], place: int = 0) -> State:
    """A list of two, of whose first, if it is a family, the member at a place is shown."""
    entries = (
        Entry(key, Schedule("jsd"), key, train=train).holding(specified(spec))
        for key, (spec, train) in enumerate((first, second))
    )
    state = State(entries=tuple(entries), selected=0)
    return state.with_member(place) if state.current.family else state


@pytest.mark.parametrize("spec", RANGES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_equal_families_are_equal_whichever_members_are_shown(spec: str, place: int) -> None:
    state = listed((spec, PLAIN), (spec, PLAIN), place)
    for entry in state.entries:
        ((other, same),) = alike(entry, state.entries)
        assert (same.likeness, same.above, same.steps[0]) == (Likeness.EXACT, 0.0, same.steps[1])
        finding = told(same, state.letter(other))
        assert str(finding.texts[1]) == f"All 3 members are those of {state.letter(other)}."
    remarks = Remarks()
    remarks.show_state(state)
    assert [remarks.badges(entry)[0].text for entry in state.entries] == ["= B", "= A"]


@pytest.mark.parametrize("spec", RANGES)
def test_nothing_is_said_of_a_family_and_one_that_is_like_its_shown_member(spec: str) -> None:
    member = str(members_of(specified(spec))[1])
    state = listed((spec, PLAIN), (member, PLAIN), 1)
    assert [alike(entry, state.entries) for entry in state.entries] == [[], []]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_objectives_of_equal_families_are_compared_member_by_member(place: int) -> None:
    family = "cosine:T=1000,s=0..0.1,n=3"
    said = [str(each) for each in said_of_same(listed((family, PLAIN), (family, PLAIN), place))]
    assert said == ["The same objective as B: W of A and of B are equal."]
    assert said_of_same(listed((family, PLAIN), (family, LEVELS), place)) == ()


@pytest.mark.parametrize("place", [0, 1])
def test_of_a_family_and_another_line_an_objective_is_the_same_if_it_is_in_all_members(place: int) -> None:
    family, member = "cosine:T=1000,s=0..0.1,n=2", "cosine:T=1000,s=0"
    assert said_of_same(listed((family, PLAIN), (member, PLAIN), place)) == ()
    assert len(said_of_same(listed((family, LEVELS), (member, LEVELS), place))) == 1
    assert said_of_same(listed((member, PLAIN), (family, PLAIN))) == ()
