"""Likeness of lines with families: what is said holds of all members, whichever of them are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.diffusion.schedule_sameness import Likeness, told
from ddpm_studio.diffusion.training import sameness as training_sameness
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


def badges(state: State) -> list[list[str]]:
    remarks = Remarks()
    remarks.show_state(state)
    kinds = [[(each.text, each.meaning) for each in remarks.badges(entry)] for entry in state.entries]
    for line in kinds:
        assert all(meaning.startswith("The same objective as") for text, meaning in line if text.startswith("W"))
    return [[text for text, _ in line if text[0] in "W=≃≈"] for line in kinds]


FAMILY = "cosine:T=1000,s=0..0.1,n=2"
SHIFTED = Objective.parse("predict=flow_prediction,draw=shifted,draw_shift=3")
V, U = Objective("v_prediction"), Objective("flow_prediction")


@pytest.mark.parametrize(
    ("first", "second", "badge"),
    [
        (("cosine:T=1000,s=0", V), ("flow:T=1000", U), [["W ∝ B"], ["W ∝ A"]]),
        (("flow:T=1000,shift=3", U), ("flow:T=1000", SHIFTED),
         [["W = B", "= B ÷ 9"], ["W = A", "= A ÷ 0.111"]]),
        (("cosine:T=1000,s=0", Objective.parse("predict=v_prediction,weight=debiased_v")),
         ("cosine:T=1000,s=0", Objective("sample")), [["W = B", "= B"], ["W = A", "= A"]]),
        ((FAMILY, LEVELS), ("cosine:T=1000,s=0", LEVELS), [["W = B"], ["W = A"]]),
        ((FAMILY, LEVELS), (FAMILY, LEVELS), [["= B"], ["= A"]]),
        ((FAMILY, V), ("cosine:T=1000,s=0", V), [[], []]),
        (("cosine:T=1000", V), ("cosine:T=1000", V), [["= B"], ["= A"]]),
        (("cosine:T=1000", V), ("cosine:T=500", V), [["≃ B"], ["≃ A"]]),
        (("cosine:T=1000", V), ("cosine:T=1000", PLAIN), [["= B"], ["= A"]]),
        (("vp:T=1000", V), ("linear:T=1000", V), [["≈ B"], ["≈ A"]]),
        (("linear_gamma:T=999,snr_shift=2", PLAIN), ("linear_gamma:T=999", PLAIN), [["= B ÷ 2"], ["= A ÷ 0.5"]]),
        (("linear_gamma:T=999,snr_shift=2", V), ("linear_gamma:T=999", V), [["= B ÷ 2"], ["= A ÷ 0.5"]]),
        (("linear_gamma:T=999,snr_shift=2", LEVELS), ("linear_gamma:T=999", LEVELS),
         [["W = B", "= B ÷ 2"], ["W = A", "= A ÷ 0.5"]]),
    ],
)  # fmt: skip
def test_a_badge_tells_of_an_equal_objective_where_the_schedule_does_not(
    first: tuple[str, Objective], second: tuple[str, Objective], badge: list[list[str]]
) -> None:
    assert badges(listed(first, second)) == badge


def test_pairs_of_objectives_are_compared_once_and_not_with_each_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines with other objectives are told apart without the levels of both."""
    compared: list[object] = []
    ask = training_sameness._compared

    def note(body: Array, other: Array) -> float | None:
        compared.append(other)
        return ask(body, other)

    monkeypatch.setattr(training_sameness, "_compared", note)
    alone = (Entry(key, Schedule("cosine", 500), key, train=Objective("v_prediction", "lognormal",
             given={"p_std": 1 + key / 10})) for key in range(20))  # fmt: skip
    state, remarks = State(entries=(*alone, *listed(("cosine:T=500", V), ("flow:T=500", U)).entries)), Remarks()
    state = replace(state, entries=tuple(replace(each, key=key) for key, each in enumerate(state.entries)))
    for _ in range(3):
        remarks.show_state(state)
        for entry in state.entries:
            remarks.badges(entry)
        state = replace(state, entries=(*state.entries[1:], state.entries[0]))
    assert len(compared) <= 3
    moving = replace(
        state, adjusting=True, entries=(state.entries[0].holding(Schedule("flow", 500)), *state.entries[1:])
    )
    remarks.show_state(moving)
    for entry in moving.entries:
        remarks.badges(entry)
    assert len(compared) <= 3
