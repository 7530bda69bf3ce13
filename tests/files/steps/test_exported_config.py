"""Exported configs: of a schedule that was changed, with the steps that it was opened with, or with others."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.steps.exported_config import config_for
from ddpm_studio.files.steps.whole_config import WholeConfig, whole_config_in

OTHER_STEPS = "Its step fields are as they came; over this schedule they describe other steps than those here."
SDE = {"_class_name": "DPMSolverSDEScheduler", "use_karras_sigmas": True, "timestep_spacing": "leading"}
EDM = {"_class_name": "EDMEulerScheduler", "sigma_min": 0.1}
FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": True}


def opened(config: Config) -> WholeConfig:
    whole = whole_config_in(json.dumps(config), "mine.json")
    assert whole is not None
    return whole


@pytest.mark.parametrize(
    ("config", "changes", "fields"),
    [
        # σ_min of the steps is that of the timestep which they end at: it was a number over the schedule before.
        (SDE, {"T": 300}, {"num_train_timesteps": 300}),
        (SDE, {"beta_end": 0.02}, {"beta_end": 0.02}),
        (EDM, {"rho": 5.0}, {"rho": 5.0}),
        ({"_class_name": "TCDScheduler"}, {"T": 100}, {"num_train_timesteps": 100}),
        ({**FLOW, "time_shift_type": "linear"}, {"T": 1500}, {"num_train_timesteps": 1500}),
    ],
)
def test_steps_that_came_with_a_config_stay_its_fields(
    config: dict[str, Any], changes: dict[str, float], fields: dict[str, Any]
) -> None:
    whole = opened(config)
    written, said = config_for(whole.schedule.replace(**changes), whole.below, whole.opened)
    assert written == {**config, **fields}
    assert str(said[0]) == OTHER_STEPS
    more, _ = config_for(whole.schedule, whole.below, whole.opened)
    assert more == config


def test_steps_of_another_number_are_still_those_that_came() -> None:
    whole = opened(SDE)
    steps = StepsSpec.parse(str(whole.below[0]).replace("karras:", "karras:steps=30,"))
    written, _ = config_for(whole.schedule.replace(T=300), [steps], whole.opened)
    assert written == {**SDE, "num_train_timesteps": 300}


@pytest.mark.parametrize(
    ("config", "schedule", "name"),
    [
        ({"_class_name": "UnCLIPScheduler"}, "linear:T=1000", "DDPMScheduler"),
        (EDM, "edm:T=1000,zero_snr=1", "DDPMScheduler"),
        ({"_class_name": "LTXEulerAncestralRFScheduler"}, "flow:T=1000,shift=3", "FlowMatchEulerDiscreteScheduler"),
    ],
)
def test_a_class_that_cannot_have_the_schedule_is_named_with_the_one_in_its_place(
    config: dict[str, Any], schedule: str, name: str
) -> None:
    whole = opened(config)
    written, said = config_for(Schedule.parse(schedule), whole.below, whole.opened)
    assert written["_class_name"] == name
    before = config["_class_name"]
    assert str(said[0]) == f"{before} has no fields for this schedule, so that the config is one for {name}."


@pytest.mark.parametrize(("word", "mu"), [("exponential", math.log(3)), ("linear", 3.0)])
def test_a_shift_that_no_field_holds_is_told_as_diffusers_is_called_with_it(word: str, mu: float) -> None:
    config = {**FLOW, "time_shift_type": word, "invert_sigmas": True}
    whole = opened(config)
    written, said = config_for(whole.schedule.replace(shift=3), whole.below, whole.opened)
    assert written == config
    assert str(said[-1]) == (
        f"Its shift is one for each size of picture; set_timesteps has that of this schedule with mu={mu:.9g}."
    )
