"""Opened configs: written again as they were, with what has been changed since, for the same class."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.configs.refused_classes import REFUSED
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.config_again import config_written_for
from ddpm_studio.files.steps.exported_config import config_for
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.scheduler_steps import KNOWN, steps_of_config
from ddpm_studio.files.steps.whole_config import whole_config_at
from ddpm_studio.files.steps.written_config import config_of_steps
from tests.files.configs.test_every_class import CLASSES, SVD, built, config_of, log_snr_of
from tests.files.steps.test_scheduler_steps import (
    COUNTS,
    random_config,
    schedule_for,
    visited_by_diffusers,
    without_empty_steps,
)

CASES = 8
DDIM = {
    "_class_name": "DDIMScheduler",
    "_diffusers_version": "0.19.3",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "set_alpha_to_one": False,
    "trained_betas": None,
    "prediction_type": "v_prediction",
    "lambda_min_clipped": -float("inf"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({*CLASSES} - {*REFUSED}))
def test_what_a_class_saved_is_written_again_as_it_was_but_for_what_is_changed(name: str) -> None:
    for seed in range(CASES):
        config = config_of(name, built(name, seed))
        opened = OpenedConfig.read(OpenedConfig.of(config).text)
        again = opened.of_schedule(schedule_from_config(config))
        assert json.dumps(again) == json.dumps(config)
        if not config.get("trained_betas"):
            check_another_number(name, config)


def check_another_number(name: str, config: dict[str, Any]) -> None:
    """Have another number of timesteps be all that changes, with the levels that diffusers has then."""
    schedule = schedule_from_config(config).replace(T=60)
    again = OpenedConfig.of(config).of_schedule(schedule)
    assert again == {**config, "num_train_timesteps": 60}
    with np.errstate(all="ignore"):
        theirs = log_snr_of(name, CLASSES[name].from_config(again))
    level, other = 1 / (1 + np.exp(-schedule.coefficients.log_snr)), 1 / (1 + np.exp(-theirs))
    np.testing.assert_allclose(level, other, atol=2e-5, err_msg=str(again))


@pytest.mark.parametrize("name", KNOWN)
def test_a_config_with_its_steps_is_written_again_as_it_was(name: str) -> None:
    for seed in range(CASES):
        config, steps = random_config(name, seed), random.Random(seed).choice(COUNTS)
        schedule = schedule_for(config)
        spec = StepsSpec.parse(str(steps_of_config(config, schedule, steps).spec))
        levels = spec.levels(schedule, None if spec.has_number else steps)
        written = config_of_steps(spec, levels, OpenedConfig.of(config))
        assert json.dumps(written.config) == json.dumps(config)


BY_SIZE = {"use_dynamic_shifting": True}
IPNDM = "log_snr=log(1-sin(pi*u/2)^4)-4*log(sin(pi*u/2))"

CHANGED = [
    (DDIM, "scaled_linear:T=1000,beta_end=0.03", {"beta_end": 0.03}),
    (DDIM, "scaled_linear:T=500", {"num_train_timesteps": 500}),
    (DDIM, "scaled_linear:T=1000,zero_snr=1", {"rescale_betas_zero_snr": True}),
    (DDIM, "cosine:T=1000", {"beta_schedule": "squaredcos_cap_v2"}),
    (DDIM | {"rescale_betas_zero_snr": True}, "scaled_linear:T=1000", {"rescale_betas_zero_snr": False}),
    ({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3, "eta": 0}, "flow:T=1000,shift=5", {"shift": 5.0}),
    ({"_class_name": "CogVideoXDDIMScheduler"}, "scaled_linear:T=1000,snr_shift=2", {"snr_shift_scale": 2.0}),
    ({"_class_name": "EDMEulerScheduler", "sigma_data": 0.7}, "edm:T=1000,sigma_max=50", {"sigma_max": 50.0}),
    ({"_class_name": "ScoreSdeVpScheduler"}, "vp:T=2000,beta_d=9.9", {"beta_max": 10.0}),
    (SVD, "edm:T=1000,sigma_min=0.002,sigma_max=500", {"sigma_max": 500.0}),
    (
        {"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": True, "prediction_type": "flow_prediction"},
        "flow:T=1000,shift=5",
        {"flow_shift": 5.0},
    ),
    (
        {"_class_name": "DPMSolverSinglestepScheduler", "use_flow_sigmas": True, "trained_betas": [0.1, 0.2]},
        "flow:T=30",
        {"num_train_timesteps": 30},
    ),
    (
        {"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": True, "shift_terminal": 0.1, "beta_start": 0.1},
        "cosine:T=1000",
        {"use_flow_sigmas": False, "shift_terminal": None, "beta_schedule": "squaredcos_cap_v2"},
    ),
    ({"_class_name": "FlowMatchLCMScheduler", "shift": 12, **BY_SIZE}, "flow:T=30", {"num_train_timesteps": 30}),
    ({"_class_name": "LTXEulerAncestralRFScheduler"}, "flow:T=30", {"num_train_timesteps": 30}),
    ({"_class_name": "MiniMaxH3Scheduler"}, "flow:T=1000,shift=3", {"shift": 3.0}),
    ({"_class_name": "ConsistencyDecoderScheduler"}, "cosine:T=30", {"num_train_timesteps": 30}),
    ({"_class_name": "IPNDMScheduler"}, f"formula:T=30,{IPNDM}", {"num_train_timesteps": 30}),
]


@pytest.mark.parametrize(("config", "spec", "changed"), CHANGED)
def test_what_was_changed_is_changed_and_the_rest_stays(
    config: dict[str, Any], spec: str, changed: dict[str, Any]
) -> None:
    schedule = Schedule.parse(spec)
    again = OpenedConfig.of(config).of_schedule(schedule)
    assert again is not None
    assert {key: again[key] for key in again if key not in changed} == {
        key: value for key, value in config.items() if key not in changed
    }
    assert {key: again[key] for key in changed} == pytest.approx(changed)
    np.testing.assert_allclose(
        schedule_from_config(again).coefficients.log_snr, schedule.coefficients.log_snr, atol=1e-9
    )


@pytest.mark.parametrize("spec", ["jsd:T=1000", "sigmoid:T=1000,zero_snr=1", "linear:T=1000,snr_shift=2"])
def test_what_a_class_has_no_formula_for_is_listed_for_that_class(spec: str) -> None:
    schedule = Schedule.parse(spec)
    for config in (DDIM, {"_class_name": "CogVideoXDPMScheduler", "rescale_betas_zero_snr": True}):
        again = OpenedConfig.of(config).of_schedule(schedule)
        assert again is not None
        assert again["_class_name"] == config["_class_name"]
        np.testing.assert_allclose(schedule_from_config(again).betas, schedule.betas, rtol=1e-9)


def test_no_list_is_written_for_a_class_that_fails_on_the_lists_of_a_file() -> None:
    opened = OpenedConfig.of({"_class_name": "RePaintScheduler", "eta": 0.5})
    assert opened.of_schedule(Schedule("jsd")) is None
    again = opened.of_schedule(Schedule("sigmoid_beta", 1000))
    assert again == {"_class_name": "RePaintScheduler", "eta": 0.5, "beta_schedule": "sigmoid"}
    with pytest.raises(TypeError):
        CLASSES["RePaint"].from_config({"_class_name": "RePaintScheduler", "trained_betas": [0.1, 0.2]})


@pytest.mark.parametrize("fields", [{"snr_shift_scale": 3.0}, {"snr_shift_scale": 2.0, "rescale_betas_zero_snr": True}])
def test_listed_betas_in_a_file_are_not_shifted_or_rescaled_twice(fields: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    config = {"_class_name": "CogVideoXDDIMScheduler", "trained_betas": [0.1, 0.2, 0.4], **fields}
    path.write_text(json.dumps(config))
    whole = whole_config_at(str(path))
    assert whole is not None
    assert OpenedConfig.read(whole.opened.text).of_schedule(whole.schedule) == config


def test_listed_betas_that_are_rescaled_are_not_rescaled_again() -> None:
    opened = OpenedConfig.of({"_class_name": "LCMScheduler", "beta_end": 0.999, "rescale_betas_zero_snr": True})
    again = opened.of_schedule(schedule_from_config(opened.fields).replace(T=1500))
    assert again is not None
    assert again["rescale_betas_zero_snr"] is False
    assert np.isfinite(CLASSES["LCM"].from_config(again).alphas_cumprod.numpy()).all()


def test_a_shift_for_each_size_of_picture_stays_with_the_pipeline() -> None:
    flux = {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0, "use_dynamic_shifting": True}
    assert OpenedConfig.of(flux).of_schedule(Schedule.parse("flow:T=1000,shift=2.5")) == flux


def test_listed_betas_are_those_of_the_schedule_and_kept_once() -> None:
    config = {"_class_name": "DDIMScheduler", "trained_betas": [0.1, 0.2, 0.4], "steps_offset": 1}
    opened = OpenedConfig.of(config)
    assert "0.2" not in opened.text
    assert opened.of_schedule(schedule_from_config(config)) == config
    assert opened.of_schedule(Schedule("linear", 3)) == {
        **config,
        "trained_betas": None,
        "num_train_timesteps": 3,
        "beta_schedule": "linear",
        "beta_start": 1e-4,
        "beta_end": 0.02,
    }


STEPS = [
    (DDIM, "trailing", {"timestep_spacing": "trailing", "steps_offset": 0, "set_alpha_to_one": True}),
    (DDIM, "leading:offset=3,set_alpha_to_one=0", {"timestep_spacing": "leading", "steps_offset": 3}),
    (
        {"_class_name": "UniPCMultistepScheduler", "use_karras_sigmas": True, "solver_type": "bh1"},
        "exponential",
        {"use_karras_sigmas": False, "use_exponential_sigmas": True},
    ),
    (
        {"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++"},
        "karras:set_alpha_to_one=0",
        {"use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
    ),
    ({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}, "flow_match_diffusers:steps=9", {}),
]


@pytest.mark.parametrize(("config", "text", "changed"), STEPS)
def test_other_steps_are_told_by_the_fields_of_the_same_class(
    config: dict[str, Any], text: str, changed: dict[str, Any]
) -> None:
    schedule, spec = schedule_from_config(config), StepsSpec.parse(text)
    levels = spec.levels(schedule, None if spec.has_number else 20)
    written = config_of_steps(spec, levels, OpenedConfig.of(config))
    assert dict(written.config) == {**config, **changed}
    theirs = without_empty_steps(visited_by_diffusers(dict(written.config), schedule, written.steps)[1])
    np.testing.assert_allclose(levels.model_sigmas, theirs, rtol=1e-6)


def test_steps_that_the_class_has_no_fields_for_are_those_of_another() -> None:
    spec, schedule = StepsSpec.parse("karras"), schedule_from_config(DDIM)
    written = config_of_steps(spec, spec.levels(schedule), OpenedConfig.of(DDIM))
    assert written.config["_class_name"] == "EulerDiscreteScheduler"


@pytest.mark.parametrize("text", ["[1]", "{}", '{"_class_name": "SCMScheduler"}', "{", "[" * 100_000])
def test_a_text_that_is_no_config_is_refused(text: str) -> None:
    with pytest.raises((ValueError, StudioError)):
        OpenedConfig.read(text)


def test_the_shell_converts_the_file_that_it_reads(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "scheduler_config.json"
    first.write_text(json.dumps(DDIM))
    assert main(["export", "--schedule", f"custom:path={first}", "-o", str(second)]) == 0
    assert json.loads(second.read_text()) == DDIM
    assert main(["export", "--schedule", f"custom:path={first},zero_snr=1", "-o", str(second)]) == 0
    assert json.loads(second.read_text()) == {**DDIM, "rescale_betas_zero_snr": True}
    assert main(["steps", "--spacing", f"file:{first}", "-o", str(second)]) == 0
    assert json.loads(second.read_text()) == DDIM


def test_the_shell_names_a_class_that_cannot_have_the_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "scheduler_config.json"
    first.write_text(json.dumps({"_class_name": "EDMEulerScheduler"}))
    assert main(["export", "--schedule", f"custom:path={first}", "-o", str(second)]) == 0
    assert capsys.readouterr().err == ""
    assert main(["export", "--schedule", f"custom:path={first},zero_snr=1", "-o", str(second)]) == 0
    said = "EDMEulerScheduler has no fields for this schedule, so that the config is one for DDPMScheduler."
    assert capsys.readouterr().err == f"note: {said}\n"
    typed, notes = config_for(Schedule.parse(f"custom:path={first},zero_snr=1"), ())
    assert json.loads(second.read_text()) == typed
    assert [*map(str, notes)] == [said]


def test_a_file_that_has_changed_since_is_not_taken_for_the_schedule(tmp_path: Path) -> None:
    path = tmp_path / "first.json"
    path.write_text(json.dumps(DDIM))
    schedule = Schedule.parse(f"custom:path={path}")
    path.write_text(json.dumps({**DDIM, "beta_end": 0.02}))
    assert config_written_for(schedule)["_class_name"] == "DDPMScheduler"
    path.unlink()
    assert config_written_for(schedule)["_class_name"] == "DDPMScheduler"
