"""Every scheduler class of diffusers, its configs saved by itself: opened as it is there, or refused by its reason."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import random
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.betas import read_betas
from ddpm_studio.files.configs.beta_classes import ELSEWHERE, MEANT
from ddpm_studio.files.configs.flow_classes import FLOW_CLASSES, is_by_flag, shifts_by_size
from ddpm_studio.files.configs.refused_classes import REFUSED
from ddpm_studio.files.configs.sigma_classes import has_own_sigmas
from ddpm_studio.files.diffusers_config import schedule_from_config

diffusers = pytest.importorskip("diffusers")

CASES = 12
FIELDS: dict[str, tuple[Any, ...]] = {
    "num_train_timesteps": (1000, 1000, 100, 37),
    "beta_start": (0.0001, 0.00085, 0.002),
    "beta_end": (0.02, 0.012, 0.03),
    "beta_schedule": ("linear", "scaled_linear", "squaredcos_cap_v2"),
    "trained_betas": (None, None, [0.01, 0.02, 0.05, 0.1]),
    "rescale_betas_zero_snr": (False, True),
    "snr_shift_scale": (1.0, 2.0, 3.0),
    "prediction_type": ("epsilon", "v_prediction"),
    "timestep_type": ("discrete", "continuous"),
    "use_karras_sigmas": (False, True),
    "use_exponential_sigmas": (False, False, True),
    "use_flow_sigmas": (False, True),
    "flow_shift": (1.0, 3.0),
    "shift": (1.0, 3.0),
    "use_dynamic_shifting": (False, False, True),
    "sigma_schedule": ("karras", "exponential"),
    "sigma_min": (0.002, 0.01),
    "sigma_max": (80.0, 700.0),
    "rho": (7.0, 5.0),
    "beta_max": (20.0, 15.0),
    "steps_offset": (0, 1),
    "timestep_spacing": ("leading", "trailing", "linspace"),
    "clip_sample": (True, False),
}
REQUIRED: dict[str, dict[str, Any]] = {
    "Amused": {"mask_token_id": 1},
    "VQDiffusion": {"num_vec_classes": 9},
    "RFD4Proteina": {"schedule_mode": "log", "noise_mode": "tan", "tsr_k": 1.0, "tsr_sigma": 1.0},
}


def every_class() -> dict[str, Any]:
    """The classes by name, without “Scheduler”, those that need torchsde and those that are no longer kept too."""
    sys.modules.setdefault("torchsde", ModuleType("torchsde"))
    package = importlib.import_module("diffusers.schedulers")
    found: dict[str, Any] = {}
    for module in pkgutil.walk_packages(package.__path__, "diffusers.schedulers."):
        if "flax" not in module.name:
            members = vars(importlib.import_module(module.name)).values()
            classes = [each for each in members if inspect.isclass(each) and issubclass(each, diffusers.SchedulerMixin)]
            found |= {each.__name__.removesuffix("Scheduler"): each for each in classes}
    return {name: each for name, each in sorted(found.items()) if name != "SchedulerMixin"}


CLASSES = every_class()


def built(name: str, seed: int) -> Any:
    """A scheduler with some fields that it knows, no two of which exclude each other."""
    pick, fields = random.Random(f"{name} {seed}"), {**REQUIRED.get(name, {})}
    known = inspect.signature(CLASSES[name].__init__).parameters
    for key, values in FIELDS.items():
        excluded = key.endswith("_sigmas") and any(fields.get(other) for other in fields if other.endswith("_sigmas"))
        if key in known and not excluded and pick.random() < 0.6:
            fields[key] = pick.choice(values)
    if name == "IPNDM":
        fields.pop("trained_betas", None)
    if fields.get("trained_betas"):
        fields["trained_betas"] = np.array(fields["trained_betas"]) if name == "RePaint" else fields["trained_betas"]
        fields["num_train_timesteps"] = 4
    if name == "UnCLIP":
        fields["beta_schedule"] = "squaredcos_cap_v2"
    return CLASSES[name](**fields)


def log_snr_of(name: str, scheduler: Any) -> NDArray[np.float64]:
    """Log SNR of t = 1 … T as the scheduler itself has it; where it says only how, by that formula."""
    config = scheduler.config
    if name == "IPNDM":
        noise = scheduler.betas.double().numpy()[-2::-1]
        return np.log1p(-(noise**2)) - 2 * np.log(noise)
    if name in FLOW_CLASSES or is_by_flag(config_of(name, scheduler)):
        T = config.get("num_train_timesteps", 1000)
        u, key = np.arange(1, T + 1) / T, "flow_shift" if "flow_shift" in config else "shift"
        shift = 1.0 if shifts_by_size(config_of(name, scheduler)) else config.get(key, 1.0)
        tau = shift * u / (1 + (shift - 1) * u)
        return 2 * (np.log1p(-tau) - np.log(tau))
    if name == "ScoreSdeVp":
        u = np.arange(1, config.num_train_timesteps + 1) / config.num_train_timesteps
        log_mean = -0.25 * u**2 * (config.beta_max - config.beta_min) - 0.5 * u * config.beta_min
        return 2 * log_mean - np.log(-np.expm1(2 * log_mean))
    if name == "ScoreSdeVe":
        return -2 * np.log(scheduler.discrete_sigmas.double().numpy())
    if has_own_sigmas(config_of(name, scheduler)) or "sigma_schedule" in config:
        # EDM's has a table of T + 1 levels until it is asked for as many steps.
        scheduler.set_timesteps(config.num_train_timesteps)
        return np.asarray(-2 * np.log(scheduler.sigmas.double().numpy()[:-1][::-1]))
    if name == "ConsistencyDecoder":
        return 2 * np.log(scheduler.sqrt_alphas_cumprod / scheduler.sqrt_one_minus_alphas_cumprod).double().numpy()
    if hasattr(scheduler, "alphas_cumprod"):
        level = scheduler.alphas_cumprod.double().numpy()
        return np.log(level) - np.log1p(-level)
    sigmas = scheduler.sigmas.double().numpy()[: config.num_train_timesteps]
    return -2 * np.log(sigmas[::-1] if sigmas[0] > sigmas[-1] else sigmas)


def config_of(name: str, scheduler: Any) -> dict[str, Any]:
    config = json.loads(scheduler.to_json_string())
    assert config["_class_name"] == f"{name}Scheduler"
    assert isinstance(config, dict)
    return config


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({*CLASSES} - {*REFUSED}))
def test_a_config_that_its_class_saved_has_the_levels_of_that_class(name: str) -> None:
    for seed in range(CASES):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            scheduler = built(name, seed)
            config = config_of(name, scheduler)
            theirs = log_snr_of(name, scheduler)
        ours = schedule_from_config(config).coefficients.log_snr
        assert len(ours) == len(theirs), config
        # float32 knows ᾱ to 6e-8, near 1 and near 0 alike; none of them is told from the other beyond.
        level, other = 1 / (1 + np.exp(-ours)), 1 / (1 + np.exp(-theirs))
        np.testing.assert_allclose(level, other, atol=2e-5, err_msg=str(config))
        middle = (level > 0.01) & (level < 0.99)
        np.testing.assert_allclose(ours[middle], theirs[middle], atol=3e-3, err_msg=str(config))


NULL_IS_FALSE = ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")
"""Flags that diffusers adds up, and so fails on where they are null; nothing but false can be meant."""
NO_LEVELS = (
    *("solver_", "algorithm_", "predictor_", "corrector_", "n_grid", "eps", "final_", "num_policy", "time_shift_"),
    *("timestep_spacing", "sigma_data", "sampling_eps"),
)
"""Beginnings of fields on which no levels depend, though diffusers fails where they are null."""


def refusal_of(config: dict[str, Any]) -> str:
    """Why a config is not opened, "" if it is."""
    try:
        schedule_from_config(config, "x.json")
    except FileError as error:
        return str(error)
    return ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({*CLASSES} - {*REFUSED}))
def test_null_is_what_diffusers_makes_of_it_or_refused_by_name(name: str) -> None:
    plain = {"_class_name": f"{name}Scheduler"}
    for key in list(inspect.signature(CLASSES[name].__init__).parameters)[1:]:
        if key in NULL_IS_FALSE or key.startswith(NO_LEVELS):
            continue
        config = {**plain, key: None}
        try:
            log_snr_of(name, CLASSES[name].from_config(config))
        except Exception:  # Whatever it does not build with.
            assert refusal_of(config).startswith(f"{key} in x.json is null; leave it out to have"), key
        else:
            assert schedule_from_config(config) == schedule_from_config(plain), key


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted({*CLASSES} - {*REFUSED}))
def test_fields_of_other_classes_do_nothing(name: str) -> None:
    # A config that was made of that of another class keeps its fields, and the class leaves them aside.
    others = {
        "rescale_betas_zero_snr": True,
        "snr_shift_scale": 2.0,
        "use_flow_sigmas": True,
        "sigma_schedule": "karras",
    }
    known = inspect.signature(CLASSES[name].__init__).parameters
    left = {key: value for key, value in others.items() if key not in known}
    config = {"_class_name": f"{name}Scheduler"}
    assert schedule_from_config(config | left) == schedule_from_config(config)


SVD = {
    "_class_name": "EulerDiscreteScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "prediction_type": "v_prediction",
    "sigma_min": 0.002,
    "sigma_max": 700.0,
    "timestep_spacing": "leading",
    "timestep_type": "continuous",
    "use_karras_sigmas": True,
}
"""As Stable Video Diffusion has it."""


@pytest.mark.parametrize(
    ("config", "spec"),
    [
        (SVD, "edm:T=1000,sigma_min=0.002,sigma_max=700,rho=7"),
        (SVD | {"use_karras_sigmas": False, "use_exponential_sigmas": True}, "ve:T=1000,sigma_min=0.002,sigma_max=700"),
        (SVD | {"prediction_type": "epsilon"}, "scaled_linear:T=1000"),
        (SVD | {"sigma_max": None}, "scaled_linear:T=1000"),
        (SVD | {"_class_name": "HeunDiscreteScheduler"}, "scaled_linear:T=1000"),
        ({"_class_name": "ScoreSdeVeScheduler"}, "ve:T=2000,sigma_max=1348"),
        ({"_class_name": "ScoreSdeVpScheduler"}, "vp:T=2000"),
        ({"_class_name": "CosineDPMSolverMultistepScheduler"}, "ve:T=1000,sigma_min=0.3,sigma_max=500"),
        ({"_class_name": "ConsistencyDecoderScheduler"}, "cosine:T=1024"),
        ({"_class_name": "PiflowScheduler"}, "flow:T=1000,shift=5"),
        ({"_class_name": "LTXEulerAncestralRFScheduler", "shift": 3.0}, "flow:T=1000"),
        ({"_class_name": "FlaxDDIMScheduler"}, "linear:T=1000"),
        (
            {"_class_name": "MyOwnScheduler", "beta_schedule": "scaled_linear", "beta_end": 0.03},
            "scaled_linear:T=1000,beta_start=0.0001,beta_end=0.03",
        ),
    ],
)
def test_a_class_has_its_own_schedule(config: dict[str, Any], spec: str) -> None:
    np.testing.assert_array_equal(schedule_from_config(config).betas, Schedule.parse(spec).betas)


def test_ipndm_has_weights_of_noise_whether_listed_or_not() -> None:
    own = schedule_from_config({"_class_name": "IPNDMScheduler", "num_train_timesteps": 50})
    u = np.arange(1, 51) / 50
    np.testing.assert_allclose(own.coefficients.alphas_cumprod, 1 - np.sin(np.pi / 2 * u) ** 4, atol=1e-14)
    assert own.kind == "formula"
    listed = [*(np.sin(np.pi / 2 * u) ** 2)[::-1].tolist(), 0.0]
    again = schedule_from_config({"_class_name": "IPNDMScheduler", "trained_betas": listed})
    np.testing.assert_allclose(again.betas, own.betas, rtol=1e-12)
    with pytest.raises(FileError, match="whose trained_betas are weights of noise; they must fall from at most 1 to 0"):
        schedule_from_config({"_class_name": "IPNDMScheduler", "trained_betas": [0.5, 0.2, 0.6]}, "x.json")


REASONS = {
    "VQDiffusion": "x.json is for VQDiffusionScheduler, which draws tokens and no pictures; discrete data have no",
    "Amused": "x.json is for AmusedScheduler, which draws tokens",
    "BlockRefinement": "x.json is for BlockRefinementScheduler, which draws tokens",
    "DiscreteDDIM": "x.json is for DiscreteDDIMScheduler, which draws tokens",
    "EntropyBound": "x.json is for EntropyBoundScheduler, which draws tokens",
    "DDPMWuerstchen": "no T; within these bounds, and without its scaler, it is cosine:T=1000,s=0.008.",
    "SCM": "has no table of levels; at even angles it is cosine:T=1000,s=0,snr_shift=0.25.",
    "KarrasVe": "has no T; what its paper has is ve:T=1000,sigma_min=0.02,sigma_max=100.",
    "Helios": "begins anew in each of several stages, which no single schedule has; for one stage write flow:T=1000",
    "HeliosDMD": "for one stage write flow:T=1000,shift=1.",
    "RFD4Proteina": "x.json is for RFD4ProteinaScheduler, which draws proteins",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_class_without_a_schedule_says_why_and_its_remedy_opens(name: str) -> None:
    # Betas that another class left in it make no schedule.
    config = config_of(name, CLASSES[name](**REQUIRED.get(name, {}))) | {"beta_schedule": "linear"}
    with pytest.raises(FileError) as caught:
        schedule_from_config(config, "x.json")
    assert REASONS[name] in str(caught.value)
    if ":T=" in str(caught.value):
        Schedule.parse(str(caught.value).rstrip(".").rpartition(" ")[2])


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            {"beta_schedule": "cosine"},
            "x.json has the beta_schedule “cosine”, which is “squaredcos_cap_v2” in diffusers; write that in its "
            "place.",
        ),
        (
            dict.fromkeys(map(str, range(10**30, 10**30 + 5000)), 1),
            "x.json holds no betas, only 1000000000000000000000000000000, 1000000000000000000000000000001 and 4998 "
            "more; name a column or an entry betas, or alphas_cumprod if it is ᾱ.",
        ),
        (
            {"_class_name": "UNet2DModel", "act_fn": "silu"},
            "x.json is the config of UNet2DModel, which is not a scheduler and has no noise levels; open the "
            "scheduler_config.json of its pipeline.",
        ),
        (
            {"_class_name": "EulerDiscretScheduler"},
            "x.json is for “EulerDiscret”, whose schedule is not known, and names no betas; did you mean "
            "“EulerDiscrete”?",
        ),
        (
            {"_class_name": "MyOwnScheduler", "steps": 4},
            "x.json is for “MyOwn”, whose schedule is not known, and names no betas; add trained_betas, or "
            "make its _class_name that of a scheduler in diffusers.",
        ),
        (
            {"_class_name": "UniPCMultistepScheduler", "prediction_type": "flow_prediction"},
            "x.json is for UniPCMultistepScheduler with flow_prediction, but along β, which no flow has; write "
            "flow:T=1000,shift=1 in place of the file, or set use_flow_sigmas to true in it.",
        ),
        (
            {"beta_schedule": "linear", "prediction_type": "flow_prediction"},
            "x.json is for a scheduler with flow_prediction, but along β, which no flow has; write "
            "flow:T=1000,shift=1 in place of the file, or set use_flow_sigmas to true in it.",
        ),
        (
            {"_class_name": "EulerDiscreteScheduler", "prediction_type": "flow_prediction"},
            "x.json is for EulerDiscreteScheduler with flow_prediction, but along β, which no flow has; write "
            "flow:T=1000,shift=1 in place of the file, or correct its prediction_type.",
        ),
    ],
)
def test_what_says_no_schedule_is_answered_by_one_sentence(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StudioError) as caught:
        schedule_from_config(config, "x.json")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("name", sorted(MEANT))
def test_a_beta_schedule_is_suggested_by_its_meaning_and_that_opens(name: str) -> None:
    with pytest.raises(FileError) as caught:
        schedule_from_config({"beta_schedule": name})
    assert schedule_from_config({"beta_schedule": str(caught.value).split("“")[2].partition("”")[0]}).T == 1000


@pytest.mark.parametrize("name", ["scheduler_config.json", "betas.csv", "mine"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 300\n",
            "{path} is a Git LFS pointer, not the file itself; run git lfs pull.",
        ),
        (
            "<!DOCTYPE html>\n<html><body>404</body></html>\n",
            "{path} is a web page, perhaps an error page, saved under this name; download the file again.",
        ),
        (
            '{\n<<<<<<< HEAD\n "beta_start": 0.1\n=======\n "beta_start": 0.2\n>>>>>>> x\n}\n',
            "{path} has the mark of an unfinished merge, <<<<<<<; keep one of the two sides, and delete the marks.",
        ),
    ],
)
def test_what_stands_in_place_of_a_file_is_named(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(FileError) as caught:
        read_betas(path)
    assert str(caught.value) == sentence.format(path=path)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"rescale_betas_zero_snr": "false"}, "rescale_betas_zero_snr in x.json is 'false'; it must be true or false"),
        ({"use_flow_sigmas": [1]}, r"use_flow_sigmas in x.json is \[1\]; it must be true or false"),
        ({"use_dynamic_shifting": "no"}, "use_dynamic_shifting in x.json is 'no'; it must be true or false"),
        ({"use_karras_sigmas": 0.5}, "use_karras_sigmas in x.json is 0.5; it must be true or false"),
        ({"use_exponential_sigmas": {}}, "use_exponential_sigmas in x.json is {}; it must be true or false"),
        ({"timestep_type": "continous"}, "has the unknown timestep_type “continous”; did you mean “continuous”"),
        ({"sigma_schedule": 5}, "has the unknown sigma_schedule “5”; choose one of karras, exponential"),
        ({"beta_schedule": []}, r"has the unknown beta_schedule “\[\]”"),
        ({"beta_schedule": ""}, "has the unknown beta_schedule “”"),
        ({"beta_schedule": False}, "has the unknown beta_schedule “False”"),
        ({"_class_name": 5}, "_class_name in x.json is 5; it must be the name of a scheduler"),
        ({"_class_name": ["DDIMScheduler"]}, "_class_name in x.json is .*; it must be the name of a scheduler"),
        ({"_class_name": "IPNDMScheduler", "trained_betas": "x"}, "trained_betas in x.json is 'x'; it must be a list"),
    ],
)
def test_a_field_that_cannot_be_read_is_not_the_default(fields: dict[str, object], sentence: str) -> None:
    config = {"_class_name": "DPMSolverMultistepScheduler", "beta_schedule": "linear", **fields}
    with pytest.raises(FileError, match=sentence):
        schedule_from_config(config, "x.json")


@pytest.mark.parametrize("key", sorted(ELSEWHERE))
def test_a_field_of_other_programs_is_named_and_opens_under_the_name_that_it_has_here(key: str) -> None:
    config: dict[str, object] = {
        "beta_schedule": "linear",
        key: 500 if ELSEWHERE[key] == "num_train_timesteps" else 0.01,
    }
    with pytest.raises(FileError, match=f"has {key}, which diffusers does not know; call it {ELSEWHERE[key]} if"):
        schedule_from_config(config)
    config[ELSEWHERE[key]] = config.pop(key)
    schedule = schedule_from_config(config)
    assert config[ELSEWHERE[key]] in (schedule.T, *schedule.values.values())
    assert schedule_from_config({"_class_name": "DDPMScheduler", key: 500}) == schedule_from_config(
        {"beta_start": 1e-4}
    )
