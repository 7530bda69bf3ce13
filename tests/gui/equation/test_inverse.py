"""The way from a coefficient's value back to its step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.equation.inverse import STEEP, WHOLE_DRAG, Inverse
from ddpm_studio.gui.equation.terms import ESTIMATE, FORWARD, STEP_BACK, Weight

SPECS = ("linear:T=300", "cosine:T=1000,zero_snr=1", "linear:T=1", "sqrt:T=90", "const:T=4000")
WEIGHTS = [term for equation in (FORWARD, ESTIMATE, STEP_BACK) for term in equation if isinstance(term, Weight)]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.symbol)
def test_each_step_is_found_again_by_its_value(spec: str, weight: Weight) -> None:
    schedule = Schedule.parse(spec)
    inverse = Inverse(weight.values(schedule))
    for t in {1, schedule.T // 2, schedule.T} - {0}:
        value = weight.value(schedule, t)
        assert value is not None
        if np.isfinite(value):
            found = weight.value(schedule, inverse.step(value, near=t))
            assert found == pytest.approx(value, rel=1e-12, abs=1e-300)


@given(
    values=st.lists(st.floats(-10, 10), min_size=1, max_size=30),
    target=st.floats(-12, 12),
    near=st.integers(0, 29),
)
def test_no_step_beside_the_one_that_is_found_is_better(values: list[float], target: float, near: int) -> None:
    gaps = np.abs(np.array(values) - target)
    found = Inverse(np.array(values)).step(target, near)
    assert gaps[found] <= min(gaps[max(0, found - 1) : found + 2]) + 1e-12 or _crosses(values, target, found)


def _crosses(values: list[float], target: float, found: int) -> bool:
    """Whether the value is passed right beside a step: then that one counts, whatever else comes near."""
    beside = [values[place] for place in (found - 1, found + 1) if 0 <= place < len(values)]
    return any((values[found] > target) != (other > target) for other in beside)


def test_of_several_steps_the_nearest_is_taken() -> None:
    up_and_down = Inverse(np.array([0.0, 1.0, 2.0, 1.0, 0.0]))
    assert [up_and_down.step(1.0, near) for near in (0, 4)] == [1, 3]


def test_a_value_that_is_missed_by_a_little_is_not_sought_where_it_is_leapt_over() -> None:
    leaping = Inverse(np.array([np.nan, 0.0, 0.9, 0.5, 0.2]))
    assert [leaping.step(0.19, near) for near in (1, 4)] == [4, 4]
    assert leaping.step(0.05, near=4) == 1


def test_a_value_that_is_not_finite_is_passed_over() -> None:
    inverse = Inverse(np.array([np.nan, 1.0, 2.0, np.inf]))
    assert (inverse.low, inverse.high) == (1.0, 2.0)
    assert inverse.step(1e9, near=1) == 2


def test_a_drag_over_its_whole_length_goes_from_end_to_end() -> None:
    even, steep = Inverse(np.linspace(0.0, 0.5, 9)), Inverse(np.geomspace(1e-5, 2 * STEEP, 9))
    assert even.dragged(even.low, WHOLE_DRAG) == pytest.approx(even.high)
    assert steep.dragged(steep.high, -WHOLE_DRAG) == pytest.approx(steep.low)
    assert steep.dragged(1e-5, WHOLE_DRAG / 2) == pytest.approx((1e-5 * 2 * STEEP) ** 0.5)
