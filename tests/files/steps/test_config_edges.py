"""Scheduler configs at their edges: few timesteps, as many steps as there are, pure noise, lists of another length."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.config_steps import ConfigSteps
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from tests.files.steps.test_scheduler_steps import (
    check_alike,
    said,
    share_said,
    visited_by_diffusers,
    without_empty_steps,
)


def steps_found(config: dict[str, Any], steps: int) -> tuple[ConfigSteps, Any, Any, Any]:
    """What is found in a config, our levels, and the timesteps and levels of diffusers."""
    schedule = schedule_from_config(config)
    found = steps_of_config(config, schedule, steps, "x.json")
    ours = found.spec.levels(schedule, None if found.spec.has_number else steps)
    return found, ours, *visited_by_diffusers(config, schedule, steps)


@pytest.mark.parametrize(
    ("T", "kind", "steps"), [(17, "squaredcos_cap_v2", 10), (4, "scaled_linear", 3), (1000, "linear", 7)]
)
def test_how_far_an_interpolated_sigma_differs_is_said(T: int, kind: str, steps: int) -> None:
    config = {"_class_name": "HeunDiscreteScheduler", "beta_schedule": kind, "num_train_timesteps": T}
    found, ours, _, theirs = steps_found(config, steps)
    largest = np.abs(ours.sigmas[:-1] / theirs[: 2 * steps - 1 : 2] - 1).max()
    assert said(found, "interpolates")
    assert share_said(found) / 1.06 == pytest.approx(largest, rel=0.06, abs=1e-6)


@pytest.mark.parametrize("name", ["DEISMultistep", "DPMSolverMultistep", "UniPCMultistep", "SASolver"])
def test_what_diffusers_makes_of_a_step_for_each_timestep_is_said(name: str) -> None:
    config = {"_class_name": f"{name}Scheduler", "num_train_timesteps": 4, "final_sigmas_type": "zero"}
    found, ours, timesteps, _ = steps_found(config | {"timestep_spacing": "linspace"}, 4)
    assert said(found, "rounds the timesteps to whole ones, of which one may come twice")
    assert not said(found, "interpolates")
    assert timesteps.tolist() == np.round(ours.timesteps[:4]).tolist() == [3, 2, 2, 1]
    found, ours, timesteps, _ = steps_found(config | {"timestep_spacing": "leading"}, 4)
    assert said(found, "stays at one timestep with as many steps as there are")
    assert ours.timesteps.tolist()[:3] == [3, 2, 1]
    assert timesteps.tolist() == [0, 0, 0, 0]
    assert not said(steps_found(config | {"timestep_spacing": "leading"}, 3)[0], "stays")


@pytest.mark.parametrize("name", ["DDIM", "DDIMParallel", "CogVideoXDDIM", "DDPM", "LCM", "TCD"])
def test_pure_noise_is_visited_as_in_diffusers(name: str) -> None:
    config = {"_class_name": f"{name}Scheduler", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    assert np.isinf(schedule_from_config(config).coefficients.sigmas[-1])
    check_alike(config, 10)


def test_a_difference_that_is_none_is_not_said() -> None:
    # The last stride leads to timestep 0, whose level is the end.
    config = {"num_train_timesteps": 4, "steps_offset": 1, "set_alpha_to_one": False, "timestep_spacing": "leading"}
    assert not steps_found({"_class_name": "DDIMScheduler", **config}, 3)[0].notes
    # Pure noise is left out.
    euler = {"_class_name": "EulerDiscreteScheduler", "rescale_betas_zero_snr": True, "timestep_spacing": "leading"}
    assert not steps_found(euler, 10)[0].notes
    # A single step begins at the σ that the config says.
    karras = {"_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 10.0}
    found, ours, _, theirs = steps_found(karras, 1)
    assert not found.notes
    np.testing.assert_allclose(ours.sigmas, theirs, rtol=1e-6)


@pytest.mark.parametrize("name", ["DEISMultistep", "SASolver", "DPMSolverMultistep", "DPMSolverSinglestep"])
def test_a_flow_below_the_least_of_its_levels_is_said(name: str) -> None:
    config = {"_class_name": f"{name}Scheduler", "use_flow_sigmas": True, "num_train_timesteps": 4, "flow_shift": 3.0}
    found, ours, _, levels = steps_found(config, 4)
    assert said(found, "diffusers goes down to τ = 0.4091, below the least of the schedule, 0.5")
    theirs = without_empty_steps(levels)
    np.testing.assert_allclose(ours.taus, np.where(theirs == 0, 0, np.maximum(theirs, 0.5)), rtol=1e-6)
    assert not said(check_alike(config, 3), "goes down")


def test_another_number_of_timesteps_than_of_betas_is_said() -> None:
    config = {"_class_name": "DDIMScheduler", "trained_betas": [0.01] * 300, "num_train_timesteps": 100}
    words = "x.json has 300 trained_betas, but diffusers lays out steps over its num_train_timesteps, 100; here it is"
    found, ours, timesteps, _ = steps_found(config, 10)
    assert said(found, words)
    assert ours.timesteps[0] == 270
    assert timesteps[0] == 90
    assert not said(steps_found(config | {"num_train_timesteps": 300}, 10)[0], words)
    left_out = {key: value for key, value in config.items() if key != "num_train_timesteps"}
    assert said(steps_of_config(left_out, schedule_from_config(left_out), 10), "num_train_timesteps, 1000")
    over_all = config | {"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": True}
    found, ours, _, theirs = steps_found(over_all, 10)
    assert not said(found, "lays out steps over")
    np.testing.assert_allclose(ours.sigmas, theirs, rtol=1e-6)


@pytest.mark.parametrize("name", ["ScoreSdeVe", "CosineDPMSolverMultistep", "EDMEuler"])
def test_a_single_level_spread_exponentially_is_refused(name: str) -> None:
    config = {"_class_name": f"{name}Scheduler", "sigma_schedule": "exponential", "sigma_min": 0.25}
    with pytest.raises(FileError) as caught:
        schedule_from_config(config | {"num_train_timesteps": 1}, "x.json")
    assert str(caught.value) == (
        f"x.json is for {name} with num_train_timesteps 1, whose only level there is σ = 0.25; set it to 2 or more."
    )
    assert schedule_from_config(config | {"num_train_timesteps": 2}).T == 2
