"""Matching: a drawn schedule comes near every kind, with few points, and says how near."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.by_hand.matching import MOST_MATCHING, WITHIN, matched, matched_steps
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import ScheduleError

OTHERS = [kind for kind in KINDS if kind != DRAWN]
STEEP = {"cauchy", "formula"}
"""Log SNR of these falls by hundreds within a few steps, or by 64 in the last."""


def off(one: Schedule, other: Schedule) -> float:
    """By how much two schedules differ at most where there is something of the picture."""
    pairs = zip(one.coefficients.log_snr.tolist(), other.coefficients.log_snr.tolist(), strict=True)
    return max(abs(a - b) for a, b in pairs if np.isfinite(a) and np.isfinite(b))


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("T", [2, 7, 300])
def test_every_kind_is_matched_by_few_points(kind: str, T: int) -> None:
    schedule = Schedule(kind, T)
    match = matched(schedule)
    assert match.schedule.kind == DRAWN
    assert match.schedule.T == T
    assert len(match.schedule.points) <= MOST_MATCHING
    assert match.error == off(match.schedule, schedule)
    assert match.error < 0.08 or kind in STEEP
    ends = [each.coefficients.log_snr[-1] == -np.inf for each in (schedule, match.schedule)]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("spec", ["linear:T=1000", "scaled_linear:T=1000", "edm:T=40", "ve:T=1000", "vp:T=1000"])
def test_smooth_schedules_are_matched_within_a_hundredth(spec: str) -> None:
    assert matched(Schedule.parse(spec)).error <= WITHIN


@pytest.mark.parametrize(
    "operators", ["snr_shift=4", "zero_snr=1", "zero_snr=after,snr_shift=0.25", "zero_snr=comfyui"]
)
def test_operators_stay_operators(operators: str) -> None:
    schedule = Schedule.parse(f"linear:T=1000,{operators}")
    match = matched(schedule)
    assert match.schedule.given == schedule.given
    assert match.error <= 2 * WITHIN


def test_betas_from_a_file_are_matched() -> None:
    schedule = Schedule.from_betas(np.linspace(1e-4, 0.02, 1000))
    assert matched(schedule).error <= WITHIN
    for betas in ([0.5], [1e-12] * 9, [0.3, 1.0, 0.5, 0.5], [1e-305, 0.9]):
        match = matched(Schedule.from_betas(betas))
        assert match.error == off(match.schedule, Schedule.from_betas(betas))


def test_what_cannot_be_matched_is_told() -> None:
    with pytest.raises(ScheduleError, match="drawn already"):
        matched(Schedule("drawn"))
    with pytest.raises(ScheduleError, match="nothing but noise"):
        matched(Schedule("flow", 1))


STEPS = ["karras:steps=20", "trailing:steps=7", "ays:steps=10", "sigmas:14,0.1,0", "taus:1,0.5,0"]


@pytest.mark.parametrize("text", STEPS)
def test_a_drawn_schedule_goes_through_the_levels_of_steps(text: str) -> None:
    levels = StepsSpec.parse(text).levels(Schedule("flow" if "taus" in text else "scaled_linear", 1000))
    match = matched_steps(levels, 100 * levels.count)
    own = match.schedule.coefficients.log_snr[99::100]
    wanted = levels.log_snr[:-1][::-1]
    finite = np.isfinite(wanted)
    assert np.abs(own[finite] - wanted[finite]).max() <= match.error + 1e-6
    assert match.error < 0.08
    assert np.isneginf(own[-1]) == (not finite[-1])


@pytest.mark.parametrize("text", ["karras:steps=5 | reverse", "taus:1,0"])
def test_steps_that_are_no_way_from_noise_to_the_picture_are_refused(text: str) -> None:
    with pytest.raises(ScheduleError, match="only such a list can be drawn"):
        matched_steps(StepsSpec.parse(text).levels(Schedule("flow", 1000)), 100)


@pytest.mark.parametrize("spec", ["flow:T=100,shift=3", "logit_normal:T=100,m=1.0986", "flow:T=100,snr_shift=9"])
def test_what_is_drawn_from_a_flow_is_one(spec: str) -> None:
    flow = Schedule.parse(spec)
    drawn = matched(flow).schedule
    levels = StepsSpec.parse("taus:1,0.9,0.5,0").levels(flow)
    for each in (
        drawn,
        drawn.replace(T=50),
        drawn.with_points(drawn.points[:: len(drawn.points) - 1]),
        matched_steps(levels, 9).schedule,
    ):
        assert each.is_flow
        assert Schedule.parse(str(each)) == each
    model, own = ModelSigmas(drawn), ModelSigmas(flow)
    np.testing.assert_allclose(model.table, own.table, atol=0.005)
    assert model.shift == pytest.approx(own.shift, rel=0.01)
    for spacing in ("flow_shift", "normal_comfyui", "linear_quadratic"):
        ours, theirs = (StepsSpec.parse(spacing).levels(schedule, 8) for schedule in (drawn, flow))
        np.testing.assert_allclose(ours.taus, theirs.taus, atol=0.005)
    assert not matched(Schedule("cosine")).schedule.is_flow


def test_tau_in_a_file_is_that_of_a_flow() -> None:
    flow = Schedule("flow", 100, {"shift": 3})
    for quantity in ("tau", "sigmas", ""):
        read = Schedule.from_betas(flow.betas, "a.npy", quantity=quantity)
        assert read.is_flow == (quantity == "tau")
    assert ModelSigmas(Schedule.from_betas(flow.betas, quantity="tau")).shift == pytest.approx(3)
    assert ModelSigmas(Schedule.from_betas([1.0], quantity="tau")).shift == 1


@pytest.mark.parametrize("text", ["drawn:as=sigmas", "drawn:as=alphas_cumprod"])
def test_a_drawn_schedule_is_told_in_tau_alone(text: str) -> None:
    with pytest.raises(ScheduleError, match="only a drawn schedule has it, as=tau for a flow") as caught:
        Schedule.parse(text)
    assert caught.value.place == (text.index("=") + 1, len(text))
    with pytest.raises(ScheduleError, match="only a drawn"):
        Schedule("cosine", quantity="tau")
