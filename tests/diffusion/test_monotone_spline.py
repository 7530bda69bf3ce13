"""A drawn schedule: its curve, which is SciPy's, its text, and what is no curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy.interpolate import PchipInterpolator

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import Points
from ddpm_studio.diffusion.kinds.monotone_spline import spline_at, spline_falls
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.errors import ScheduleError
from tests.diffusion.strategies import drawn_points


@given(points=drawn_points(32))
def test_the_curve_is_that_of_scipy(points: Points) -> None:
    u, level = np.array(points).T
    x = np.linspace(0, 1, 301)
    curve = PchipInterpolator(u, level)(x)
    np.testing.assert_allclose(spline_at(x, u, level), curve, rtol=1e-12, atol=1e-12)
    schedule = Schedule("drawn", 300, points=points)
    np.testing.assert_allclose(schedule.coefficients.log_snr, curve[1:], rtol=1e-12, atol=1e-12)
    assert (np.diff(schedule.coefficients.log_snr) <= 0).all()
    assert (schedule.coefficients.betas > 0).all()


@given(points=drawn_points(32))
def test_falls_within_a_piece_add_up_to_its_own(points: Points) -> None:
    u, level = np.array(points).T
    ends = np.sort(np.concatenate([u, 0.5 * (u[1:] + u[:-1])]))
    falls = spline_falls(ends, u, level)
    np.testing.assert_allclose(falls[::2] + falls[1::2], -np.diff(level), rtol=1e-12)


@given(points=drawn_points(32))
def test_points_are_read_back_from_the_text(points: Points) -> None:
    schedule = Schedule("drawn", 9, {"snr_shift": 2}, points=points)
    assert Schedule.parse(str(schedule)) == schedule
    assert schedule.replace(T=5, zero_snr=1).points == schedule.with_defaults().points == points


def test_points_tell_schedules_apart() -> None:
    first, second = (Schedule.parse(f"drawn:T=9,points=0/{height};1/-8") for height in (8, 9))
    assert first != second
    assert first.with_points(second.points) == second
    assert Schedule("drawn") == Schedule.parse("drawn:points=0/10;0.5/0;1/-10")
    assert Schedule("drawn").with_kind("cosine").points == ()


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("0/10", "The number of points is 1; give 2 to 32."),
        (";".join(f"{k / 40}/{-k}" for k in range(41)), "The number of points is 41; give 2 to 32."),
        ("0/4;0.5/5;1/0", "Log SNR goes from 4 to 5 in points; let it fall by 0.001."),
        ("0/4;0.5/4;1/0", "Log SNR goes from 4 to 4 in points; let it fall by 0.001."),
        ("0/4;0.5/3;0.5/2;1/0", "u goes from 0.5 to 0.5 in points; let it rise by 0.0001."),
        ("0.1/4;1/0", "u goes from 0.1 to 1 in points; let it go from 0 to 1."),
        ("0/4;2/0", "u goes from 0 to 2 in points; let it go from 0 to 1."),
        ("0/651;1/0", "Log SNR is 651 in points; choose values from -650 to 650."),
        *(
            (text, f"“{bad}” is no point; write u/log SNR for each, with semicolons between them: 0/10;0.5/0;1/-10.")
            for text, bad in (
                ("", ""),
                ("0/4;1", "1"),
                ("0/4;;1/0", ""),
                ("0/inf;1/0", "0/inf"),
                ("0/nan;1/0", "0/nan"),
                ("0/4..5;1/0", "0/4..5"),
            )
        ),
    ],
)
def test_what_is_no_curve_is_said_in_a_sentence_at_its_place(points: str, said: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        specified(f"drawn:T=9,points={points},snr_shift=2")
    assert str(caught.value) == said
    assert caught.value.place == (17, 17 + len(points))


def test_only_a_drawn_schedule_has_points() -> None:
    with pytest.raises(ScheduleError, match="cosine has no parameter “points”"):
        specified("cosine:points=0/4;1/0")
    with pytest.raises(ScheduleError, match="cosine has no parameter “points”"):
        Schedule("cosine", points=((0.0, 1.0), (1.0, 0.0)))


def test_its_values_have_ranges_and_its_points_none() -> None:
    members = specified("drawn:T=9,points=0/4;1/0,snr_shift=1..4,n=3").members  # type: ignore[union-attr]
    assert {member.points for member in members} == {((0.0, 4.0), (1.0, 0.0))}
