"""Spacings against the lists of diffusers' schedulers, over many numbers of steps."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler

from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.noise_levels import Array

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LINEAR = Schedule.parse("linear:T=1000")
COUNTS = [2, 7, 20, 30, *random.Random(5).sample(range(2, 400), 12)]


def taus(steps: Steps) -> Array:
    """τ of the levels."""
    with np.errstate(divide="ignore"):
        return 1 / (1 + 1 / steps.sigmas)


@pytest.mark.parametrize("T", [1000, 300])
@pytest.mark.parametrize(("word", "offset"), [("linspace", 0), ("leading", 0), ("leading", 1), ("trailing", 0)])
def test_the_words_of_multistep_schedulers(word: str, offset: int, T: int) -> None:
    scheduler = DPMSolverMultistepScheduler(num_train_timesteps=T, timestep_spacing=word, steps_offset=offset)
    spacing = word if word == "trailing" else f"{word}_multistep"
    options: dict[str, Any] = {"offset": offset} if word == "leading" else {}
    for count in (count for count in COUNTS if count < T):
        scheduler.set_timesteps(count)
        steps = Steps.from_spacing(Schedule.parse(f"linear:T={T}"), count, spacing, **options)
        # Their trailing has a last −1 where N·(T/N) is rounded up.
        assert steps.timesteps.tolist() == [each for each in scheduler.timesteps.tolist() if each >= 0]


@pytest.mark.parametrize(
    ("flag", "spacing"),
    [
        ("use_beta_sigmas", "beta_diffusers"),
        ("use_exponential_sigmas", "exponential"),
        ("use_karras_sigmas", "karras"),
    ],
)
def test_lists_of_sigmas(flag: str, spacing: str) -> None:
    scheduler = EulerDiscreteScheduler(**{flag: True})
    for count in COUNTS:
        scheduler.set_timesteps(count)
        steps = Steps.from_spacing(LINEAR, count, spacing)
        np.testing.assert_allclose(steps.sigmas, scheduler.sigmas, rtol=5e-4)


def test_unrounded_linspace_of_euler_is_normal() -> None:
    scheduler = EulerDiscreteScheduler(timestep_spacing="linspace")
    for count in COUNTS:
        scheduler.set_timesteps(count)
        steps = Steps.from_spacing(LINEAR, count, "normal")
        np.testing.assert_allclose(steps.timesteps, scheduler.timesteps, atol=1e-3)


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_lists_of_flows(shift: float) -> None:
    schedule = Schedule("flow", 1000, {"shift": shift})
    euler = FlowMatchEulerDiscreteScheduler(shift=shift)
    multistep = DPMSolverMultistepScheduler(use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=shift)
    for count in COUNTS:
        euler.set_timesteps(count)
        theirs = taus(Steps.from_spacing(schedule, count, "flow_match_diffusers"))
        np.testing.assert_allclose(theirs, euler.sigmas, atol=1e-6)
        multistep.set_timesteps(count)
        theirs = taus(Steps.from_spacing(schedule, count, "flow_sigmas_diffusers"))
        np.testing.assert_allclose(theirs, multistep.sigmas, atol=1e-6)


@pytest.mark.parametrize("spacing", ["flow_shift", "flow_match_diffusers"])
def test_steps_of_a_flow_begin_at_pure_noise_whatever_the_shift(spacing: str) -> None:
    shifts = [k / 100 for k in range(1, 200)]
    steps = [Steps.from_spacing(Schedule("flow", 50), 5, spacing, shift=shift) for shift in shifts]
    assert all(each.log_snr[0] == -np.inf for each in steps)
