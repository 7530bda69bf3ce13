"""What a scheduler config says of its network's prediction, held against the schedulers of diffusers themselves."""

from __future__ import annotations

import inspect

import diffusers
import pytest
import torch

from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES
from ddpm_studio.files.steps.prediction_fields import WORDS_OVER_BETAS, objective_of_config, with_prediction

OTHER_CALLS = {"RePaint", "CogVideoXDPM"}
"""Classes whose step takes more than an output, a timestep and a picture."""

NEEDING_MORE = {"DPMSolverSDE"}
"""Classes that need a package that is not there."""

OF_CLASSES = sorted({*BETA_CLASSES} - OTHER_CALLS - NEEDING_MORE)


def takes(name: str, word: str) -> bool:
    """Whether the class of diffusers makes a step with this prediction_type."""
    scheduler = getattr(diffusers, f"{name}Scheduler")(prediction_type=word)
    scheduler.set_timesteps(4)
    picture = torch.full((1, 1, 2, 2), 0.5)
    try:
        scheduler.step(picture, scheduler.timesteps[0], picture)
    except (ValueError, NotImplementedError):
        return False
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OF_CLASSES)
def test_a_class_over_betas_has_the_predictions_that_diffusers_takes(name: str) -> None:
    for word in WORDS_OVER_BETAS:
        config = {"_class_name": f"{name}Scheduler", "prediction_type": word}
        assert (objective_of_config(config) == Objective(word)) == takes(name, word), word
    usual = inspect.signature(getattr(diffusers, f"{name}Scheduler").__init__).parameters["prediction_type"].default
    assert objective_of_config({"_class_name": f"{name}Scheduler"}) == Objective(usual)


@pytest.mark.parametrize("name", ["EDMEuler", "EDMDPMSolverMultistep", "CosineDPMSolverMultistep"])
def test_the_classes_of_edm_have_its_two_forms_and_the_deviation_of_the_data(name: str) -> None:
    config: dict[str, object] = {"_class_name": f"{name}Scheduler"}
    for train in (
        Objective("edm", given={"sigma_data": 0.7}),
        Objective("edm_v_prediction", given={"sigma_data": 0.6}),
    ):
        made = with_prediction(config, train.replace(draw="lognormal"))
        assert made is not None
        assert objective_of_config(made) == train
    assert with_prediction(config, Objective("v_prediction")) is None
    assert objective_of_config({**config, "sigma_data": "x"}) is None
    assert objective_of_config({**config, "prediction_type": "sample"}) is None


def test_a_prediction_that_is_not_known_stays_as_it_is() -> None:
    config = {"_class_name": "DDIMScheduler", "prediction_type": "other"}
    assert objective_of_config(config) is None
    assert with_prediction(config, PLAIN, config) == config
    assert with_prediction(config, Objective("sample"), config) == {**config, "prediction_type": "sample"}


def test_a_prediction_that_would_make_another_schedule_is_not_written() -> None:
    video = {
        "_class_name": "EulerDiscreteScheduler",
        "timestep_type": "continuous",
        "prediction_type": "v_prediction",
        "use_karras_sigmas": True,
        "sigma_min": 0.002,
        "sigma_max": 700.0,
    }
    assert objective_of_config(video) == Objective("v_prediction")
    assert with_prediction(video, Objective("sample"), video) is None
