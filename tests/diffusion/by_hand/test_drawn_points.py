"""Points of drawn schedules: wherever they are moved they stay a curve, and they are found again from other curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.by_hand.drawn_points import (
    Operated,
    added,
    level_of_value,
    moved,
    removed,
    tells_level,
    values_at_levels,
    widest_gap,
)
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.kinds.monotone_spline import check_points, spline_at
from ddpm_studio.errors import ScheduleError
from tests.diffusion.strategies import drawn_points

FIRST = ((0.0, 10.0), (0.5, 0.0), (1.0, -10.0))
ANYWHERE = st.floats(-1e4, 1e4)


@given(points=drawn_points(32), place=st.integers(0, 31), u=ANYWHERE, level=ANYWHERE)
def test_wherever_a_point_is_moved_there_is_a_curve(points: Points, place: int, u: float, level: float) -> None:
    place %= len(points)
    after = moved(points, place, u, level)
    assert check_points(after) == after
    assert after[:place] + after[place + 1 :] == points[:place] + points[place + 1 :]


def test_a_point_goes_where_it_is_moved_if_its_neighbours_let_it() -> None:
    assert moved(FIRST, 1, 0.25, 3.5)[1] == (0.25, 3.5)
    assert moved(FIRST, 1, 2.0, 11.0)[1] == (0.9999, 9.999)
    assert moved(FIRST, 0, 0.3, 12.0)[0] == (0.0, 12.0)
    assert moved(FIRST, 2, 0.3, 5.0)[2] == (1.0, -0.001)


@given(points=drawn_points(20), u=st.floats(0.0, 1.0))
def test_a_point_is_added_on_the_curve(points: Points, u: float) -> None:
    try:
        after = added(points, u)
    except ScheduleError:
        # There is no room between two that are closer than twice the least distances.
        assert (np.abs(np.diff(np.array(points), axis=0)).min(axis=0) < (2.1e-4, 2.1e-3)).any()
        return
    ((at, level),) = set(after) - set(points)
    assert abs(at - u) <= 1.6e-4
    assert level == pytest.approx(float(spline_at(np.array([round(u, 4)]), *np.array(points).T)[0]), abs=2e-3)
    assert removed(after, after.index((at, level))) == points


def test_the_ends_stay_and_there_are_no_more_than_there_can_be() -> None:
    for place in (0, 2):
        with pytest.raises(ScheduleError, match="The points at u = 0 and u = 1 stay"):
            removed(FIRST, place)
    many: Points = FIRST
    while len(many) < 32:
        many = added(many, widest_gap(many))
    with pytest.raises(ScheduleError, match="The number of points is 33; give 2 to 32"):
        added(many, widest_gap(many))


TELLING = [name for name in CURVES if tells_level(name)]


def test_curves_that_tell_log_snr_are_known() -> None:
    assert {"alphas_cumprod", "log_snr", "snr_db", "snr", "sigmas", "tau", "lambdas"} <= set(TELLING)
    assert not {"betas", "posterior_variance", "min_snr_weight_x0", "log_snr_density"} & set(TELLING)


@pytest.mark.parametrize("name", TELLING)
def test_log_snr_is_found_from_every_curve_that_tells_it(name: str) -> None:
    schedule = Schedule("cosine", 50)
    values, levels = schedule.coefficients[name], schedule.coefficients.log_snr
    np.testing.assert_allclose(values_at_levels(name, levels), values, rtol=1e-12)
    for value, level in zip(values[:-1].tolist(), levels[:-1].tolist(), strict=True):
        assert level_of_value(name, value, (-20.0, 20.0)) == pytest.approx(level, abs=1e-6)
    ends = {level_of_value(name, beyond, (-3.0, 3.0)) for beyond in (-1e9, 1e9)}
    assert sorted(ends) == pytest.approx([-3.0, 3.0], abs=1e-6)


@pytest.mark.parametrize("given_", ["", ",snr_shift=4", ",zero_snr=1", ",zero_snr=after,snr_shift=4"])
def test_what_operators_make_of_a_point_lies_on_the_curve_and_leads_back(given_: str) -> None:
    schedule = Schedule.parse(f"drawn:T=1000,points=0/9;0.3/2;0.7/-4;1/-9{given_}")
    operated = Operated(schedule)
    for u, level in schedule.points[1:-1]:
        shown = operated.shown(level)
        assert shown == pytest.approx(schedule.coefficients.log_snr[round(u * 1000) - 1], abs=1e-9)
        assert operated.own(shown) == pytest.approx(level, abs=1e-9)
    last = operated.shown(schedule.points[-1][1])
    assert last == (-np.inf if "zero" in given_ else schedule.coefficients.log_snr[-1])
