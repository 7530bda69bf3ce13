"""Our configs are what diffusers builds, and diffusers' configs are what we build."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.configs.beta_classes import KIND_OF
from ddpm_studio.files.diffusers_config import config_from_schedule, schedule_from_config
from tests.diffusion.strategies import ALL_KINDS, schedules
from tests.files.configs.built_levels import alphas_cumprod_of

diffusers = pytest.importorskip("diffusers")

OPERATORS = ("", ",zero_snr=1", ",snr_shift=3", ",zero_snr=1,snr_shift=0.25")
UNUSUAL = (
    "linear:T=1,zero_snr=1",
    "linear:T=2,zero_snr=1",
    "linear:T=1000,beta_start=0.1,beta_end=0.5,zero_snr=1",
    "const:T=50,beta_end=1e-10,zero_snr=1",
    "linear:T=50,beta_start=1e-10,beta_end=1e-9,zero_snr=1",
    "cosine:T=100,s=0.02",
    "laplace_diffusers:T=100,mu=1",
)


def built(schedule: Schedule) -> Any:
    config = json.loads(json.dumps(config_from_schedule(schedule)))
    return getattr(diffusers, config["_class_name"]).from_config(config)


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("operators", OPERATORS)
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_becomes_the_same_scheduler(kind: str, operators: str) -> None:
    check_same(Schedule.parse(f"{kind}:T=200{operators}"))


@pytest.mark.parametrize("spec", UNUSUAL)
def test_unusual_schedules_become_the_same_scheduler(spec: str) -> None:
    check_same(Schedule.parse(spec))


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("text", ["ve:T=1", "ve:T=1,snr_shift=4", "edm:T=1", "linear_rescaled:T=21,beta_start=1"])
def test_the_shortest_and_the_steepest_become_the_same_scheduler(text: str) -> None:
    check_same(Schedule.parse(text))


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@settings(deadline=None, max_examples=60)
@given(schedule=schedules(max_steps=60))
def test_any_schedule_becomes_the_same_scheduler(schedule: Schedule) -> None:
    check_same(schedule)


def check_same(schedule: Schedule) -> None:
    scheduler = built(schedule)
    if schedule.values["snr_shift"] == 1 and hasattr(scheduler, "betas"):
        # float32 keeps 1 − β to 6e-8; the rescaling in it loses up to a thousandth of a small β.
        np.testing.assert_allclose(scheduler.betas.numpy(), schedule.betas, rtol=2e-3, atol=1e-6)
    np.testing.assert_allclose(alphas_cumprod_of(scheduler), schedule.coefficients.alphas_cumprod, atol=2e-5)
    config = config_from_schedule(schedule)
    again = schedule_from_config(config)
    if again.kind == schedule.kind and again.values["snr_shift"] != schedule.values["snr_shift"]:
        # The root of the shift is a part of σ or of the flow's own shift.
        np.testing.assert_allclose(again.coefficients.log_snr, schedule.coefficients.log_snr, atol=1e-9)
    else:
        np.testing.assert_array_equal(again.betas, schedule.betas)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_kinds_that_diffusers_has_go_by_its_names(kind: str) -> None:
    config = config_from_schedule(Schedule(kind, 100))
    named = kind in ("linear", "scaled_linear", "cosine", "sigmoid_beta", "laplace_diffusers", "exp")
    assert ("beta_schedule" in config) == named
    assert ("trained_betas" in config) != (named or kind in ("flow", "edm", "ve"))


@pytest.mark.parametrize(
    ("spec", "config"),
    [
        ("flow:T=1000,shift=3", {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}),
        ("flow:T=1000,snr_shift=9", {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}),
        (
            "edm:T=1000,sigma_min=0.01,rho=5",
            {
                "_class_name": "EDMEulerScheduler",
                "sigma_min": 0.01,
                "sigma_max": 80.0,
                "rho": 5.0,
                "sigma_schedule": "karras",
            },
        ),
        (
            "ve:T=1000,snr_shift=4",
            {
                "_class_name": "EDMEulerScheduler",
                "sigma_min": 0.02,
                "sigma_max": 100.0,
                "sigma_schedule": "exponential",
            },
        ),
        ("exp:T=1000", {"_class_name": "HeunDiscreteScheduler", "beta_schedule": "exp"}),
        (
            "scaled_linear:T=1000,zero_snr=after,snr_shift=3",
            {
                "_class_name": "CogVideoXDDIMScheduler",
                "beta_schedule": "scaled_linear",
                "beta_start": 0.00085,
                "beta_end": 0.012,
                "snr_shift_scale": 3.0,
                "rescale_betas_zero_snr": True,
            },
        ),
    ],
)
def test_a_schedule_is_written_for_the_class_that_has_it_by_its_formula(spec: str, config: dict[str, Any]) -> None:
    assert config_from_schedule(Schedule.parse(spec)) == {**config, "num_train_timesteps": 1000}


@pytest.mark.parametrize("spec", ["edm:T=50,sigma_min=0.5,snr_shift=9", "flow:T=50,shift=90,snr_shift=1e6"])
def test_a_shift_out_of_the_bounds_of_the_kind_is_told_by_betas(spec: str) -> None:
    config = config_from_schedule(Schedule.parse(spec))
    assert config["_class_name"] == "DDPMScheduler"
    assert "trained_betas" in config


def test_zero_terminal_snr_is_a_switch_of_diffusers() -> None:
    config = config_from_schedule(Schedule.parse("scaled_linear:T=1000,zero_snr=1"))
    assert config["rescale_betas_zero_snr"] is True
    assert config["beta_schedule"] == "scaled_linear"


SCHEDULERS: dict[str, dict[str, Any]] = {
    "DDPMScheduler": {},
    "DDIMScheduler": {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012},
    "PNDMScheduler": {"num_train_timesteps": 50, "beta_schedule": "squaredcos_cap_v2"},
    "EulerDiscreteScheduler": {"num_train_timesteps": 100, "trained_betas": [0.1, 0.2, 0.3]},
    "HeunDiscreteScheduler": {"beta_schedule": "exp"},
    "KDPM2DiscreteScheduler": {},
    "LCMScheduler": {},
    "TCDScheduler": {},
    "LMSDiscreteScheduler": {},
    "DPMSolverMultistepScheduler": {"beta_end": 0.01},
    "DPMSolverSinglestepScheduler": {},
    "DEISMultistepScheduler": {},
    "UniPCMultistepScheduler": {},
    "UnCLIPScheduler": {},
    "CogVideoXDDIMScheduler": {},
    "CogVideoXDPMScheduler": {"snr_shift_scale": 2.0, "rescale_betas_zero_snr": True},
}


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("name", SCHEDULERS)
def test_configs_of_diffusers_are_read_as_it_means_them(name: str) -> None:
    scheduler = getattr(diffusers, name)(**SCHEDULERS[name])
    full = json.loads(scheduler.to_json_string())
    brief = {"_class_name": name, **SCHEDULERS[name]}
    for config in (full, brief):
        ours = schedule_from_config(config).coefficients.alphas_cumprod
        np.testing.assert_allclose(ours, scheduler.alphas_cumprod.numpy(), atol=2e-5)


def test_every_name_of_diffusers_is_known() -> None:
    for name, kind in KIND_OF.items():
        assert schedule_from_config({"beta_schedule": name, "num_train_timesteps": 10}).kind == kind


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"beta_schedule": "scaled_liner"}, "beta_schedule “scaled_liner”; did you mean “scaled_linear”"),
        ({"beta_start": "a"}, "beta_start in x.json is 'a'; it must be a finite number"),
        ({"beta_start": 2}, "beta_start is 2; choose a value from"),
        ({"beta_schedule": "linear", "num_train_timesteps": 0}, "T is 0; it must be a whole number from 1"),
        ({"beta_schedule": "linear", "num_train_timesteps": 10**9}, "T is 1000000000"),
        ({"beta_schedule": "linear", "num_train_timesteps": 1.5}, "T is 1.5"),
        ({"trained_betas": [0.1, 7]}, "β_2 of .* is 7"),
        ({"trained_betas": []}, "x.json holds no numbers"),
        ({"_class_name": "ScoreSdeVeScheduler", "sigma_max": "big"}, "sigma_max in x.json is 'big'"),
        ({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": -1}, "shift is -1"),
        ({"beta_schedule": "linear", "use_flow_sigmas": True, "flow_shift": "3"}, "flow_shift in x.json is '3'"),
        ({"_class_name": "EDMEulerScheduler", "sigma_min": 0}, "sigma_min is 0"),
        ({}, "holds no numbers"),
    ],
)
def test_configs_that_make_no_schedule(config: dict[str, object], sentence: str) -> None:
    with pytest.raises(StudioError, match=sentence):
        schedule_from_config(config, "x.json")
