"""Steps out of diffusers' scheduler configurations: the levels that diffusers itself visits."""

from __future__ import annotations

import importlib
import inspect
import json
import random
import sys
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.configs.flow_classes import is_flow_config
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.config_steps import ConfigSteps
from ddpm_studio.files.steps.scheduler_steps import KNOWN, steps_of_config
from ddpm_studio.files.steps.written_config import config_of_steps

diffusers = pytest.importorskip("diffusers")
torch = pytest.importorskip("torch")

FIELDS: dict[str, tuple[Any, ...]] = {
    "timestep_spacing": ("linspace", "leading", "trailing"),
    "steps_offset": (0, 1),
    "set_alpha_to_one": (True, False),
    "final_sigmas_type": ("zero", "sigma_min"),
    "use_karras_sigmas": (False, False, True),
    "use_exponential_sigmas": (False, False, True),
    "use_beta_sigmas": (False, False, True),
    "use_lu_lambdas": (False, False, True),
    "use_flow_sigmas": (False, False, False, True),
    "flow_shift": (1.0, 3.0),
    "shift": (1.0, 3.0, 0.5),
    "shift_terminal": (None, 0.02, 0.1),
    "use_dynamic_shifting": (False, True),
    "sigma_schedule": ("karras", "exponential"),
    "rho": (7.0, 5.0),
    "interpolation_type": ("linear", "linear", "log_linear"),
    "original_inference_steps": (50, 100),
}
"""Values of each step field, most of them as configurations have them."""

BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "num_train_timesteps": 1000}
OWN: dict[str, dict[str, Any]] = {"PNDM": {"skip_prk_steps": True}, "UnCLIP": {"beta_schedule": "squaredcos_cap_v2"}}
PICTURE_SHIFT = 2.5
"""The shift where it is one for each size of picture."""

COUNTS = (2, 5, 7, 20, 30)
CASES = 16


def random_config(name: str, seed: int) -> dict[str, Any]:
    """A config of this class with fields that it knows, no two of which exclude each other; some are left out."""
    pick = random.Random(seed)
    known = inspect.signature(scheduler_class(name).__init__).parameters
    config = {"_class_name": name + "Scheduler"} | {key: value for key, value in BETAS.items() if key in known}
    for key, values in FIELDS.items():
        over = key.endswith(("_sigmas", "_lambdas"))
        excluded = over and any(config.get(other) for other in FIELDS if other.endswith(("_sigmas", "_lambdas")))
        if key in known and not excluded and pick.random() < 0.7:
            config[key] = pick.choice(values)
    if not config.get("use_flow_sigmas") and name == "UniPCMultistep":
        config["shift_terminal"] = None
    if config.get("use_flow_sigmas") and name.startswith("DPMSolver"):
        config["final_sigmas_type"] = "zero"
    return config | OWN.get(name, {})


def scheduler_class(name: str) -> Any:
    """The class, also that which needs torchsde for its noise, but not for its steps."""
    modules = {"DPMSolverSDE": "dpmsolver_sde", "CosineDPMSolverMultistep": "cosine_dpmsolver_multistep"}
    if name not in modules:
        return getattr(diffusers, name + "Scheduler")
    sys.modules.setdefault("torchsde", ModuleType("torchsde"))
    return getattr(importlib.import_module(f"diffusers.schedulers.scheduling_{modules[name]}"), name + "Scheduler")


def made(kind: Any, config: dict[str, Any]) -> Any:
    """A scheduler; one of DPM2 with few steps to begin with: it looks for the timestep of each in a loop in Python."""
    with pytest.MonkeyPatch.context() as patch:
        if kind.__name__.startswith("KDPM2"):
            set_timesteps = kind.set_timesteps
            patch.setattr(kind, "set_timesteps", lambda self, count, *rest: set_timesteps(self, 3, *rest))
        return kind.from_config(config)


def schedule_for(config: dict[str, Any]) -> Schedule:
    """The schedule of a config, with the shift of one size of picture where the config leaves that open."""
    schedule = schedule_from_config(config)
    open_shift = is_flow_config(config) and config.get("use_dynamic_shifting")
    return schedule.replace(shift=PICTURE_SHIFT) if open_shift else schedule


def visited_by_diffusers(
    config: dict[str, Any], schedule: Schedule, steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The timesteps, and σ, of a flow τ, with the end. ᾱ is ours, in float64: it is no part of the steps."""
    name = config["_class_name"].removesuffix("Scheduler")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler = made(scheduler_class(name), {k: v for k, v in config.items() if v is not None})
        if hasattr(scheduler, "alphas_cumprod"):
            caps = schedule.coefficients.alphas_cumprod[-1] == 0
            scheduler.alphas_cumprod = torch.tensor(schedule.coefficients.alphas_cumprod.copy())
            scheduler.alphas_cumprod[-1] = 2.0**-24 if caps else scheduler.alphas_cumprod[-1]
        mu = {"mu": float(np.log(PICTURE_SHIFT))} if config.get("use_dynamic_shifting") else {}
        scheduler.set_timesteps(steps, **mu)
    timesteps = scheduler._timesteps[::-1] if name == "PNDM" else scheduler.timesteps.double().numpy()
    if hasattr(scheduler, "sigmas"):
        sigmas = scheduler.sigmas.double().numpy()
        # One σ more than is used.
        sigmas = sigmas[: steps + 1] if name == "EulerDiscrete" else sigmas
        return timesteps[:: -(-len(timesteps) // steps)], sigmas
    ends = name == "TCD" or float(getattr(scheduler, "final_alpha_cumprod", 1.0)) != 1
    sigmas = schedule.coefficients.sigmas
    return np.asarray(timesteps, float), np.append(sigmas[timesteps.astype(int)], sigmas[0] if ends else 0.0)


def without_empty_steps(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The levels, each once: methods of second order have most of them twice."""
    return levels[np.append(True, ~np.isclose(levels[1:], levels[:-1], rtol=1e-5, atol=0))]


def said(found: ConfigSteps, words: str) -> bool:
    return any(words in str(note) for note in found.notes)


def check_alike(config: dict[str, Any], steps: int) -> ConfigSteps:
    """The steps found, which diffusers visits, or a note says where it does not."""
    schedule = schedule_for(config)
    timesteps, levels = visited_by_diffusers(config, schedule, steps)
    found = steps_of_config(config, schedule, steps)
    spec = StepsSpec.parse(str(found.spec))
    ours = spec.levels(schedule, None if spec.has_number else steps)
    mine = ours.taus if is_flow_config(config) else ours.sigmas
    theirs = without_empty_steps(levels)
    if said(found, "below the least of the schedule"):
        least = schedule.coefficients.tau[0]
        assert theirs[-2] < 0.99 * least
        theirs = np.array([*theirs[theirs > least], least, 0.0])
        steps = len(theirs) - 1
    capped, empty = said(found, "4096"), said(found, "two equal levels")
    assert len(mine) == len(theirs) == steps + 1 - empty, config
    # The solvers over σ have their ramp in float32.
    coarse = config["_class_name"].startswith(("EDMDPM", "Cosine"))
    rtol = share_said(found) + (1e-5 if coarse else 1e-6)
    first = int(np.isinf(mine[0]))
    assert not first or capped or is_flow_config(config) or np.isinf(theirs[0])
    np.testing.assert_allclose(mine[first:], theirs[first:], rtol=rtol, err_msg=f"{config} {steps}")
    if has_timesteps(config) and not said(found, "tells the network the timesteps"):
        atol = 1.01 if said(found, "whole timesteps") else 0.02
        np.testing.assert_allclose(ours.timesteps[capped:], timesteps[capped : ours.count], atol=atol)
    return found


def share_said(found: ConfigSteps) -> float:
    """By how much σ differs where a note says that it is interpolated, else 0; two digits are said."""
    shares = [float(str(note).split(" about ")[1].split()[0]) for note in found.notes if "interpolates" in str(note)]
    return max((1.06 * share / 100 for share in shares), default=0.0)


def has_timesteps(config: dict[str, Any]) -> bool:
    """True if timesteps of diffusers are indexes, and not ln σ or τ."""
    return not is_flow_config(config) and not config["_class_name"].startswith(("EDM", "CM", "Cosine"))


@pytest.mark.parametrize("name", KNOWN)
def test_the_levels_are_those_of_diffusers_or_the_difference_is_named(name: str) -> None:
    for seed in range(CASES):
        check_alike(random_config(name, seed), random.Random(seed).choice(COUNTS))


@pytest.mark.parametrize("name", sorted({*KNOWN} - {"UnCLIP"}))
def test_a_single_step_is_that_of_diffusers_or_the_difference_is_named(name: str) -> None:
    for seed in range(CASES // 2):
        config = random_config(name, seed) | {"shift_terminal": None}
        if not (refused(config) or said(steps_of_config(config, schedule_for(config), 1), "single step")):
            check_alike(config, 1)


def refused(config: dict[str, Any]) -> bool:
    """True for a config whose single step leads nowhere."""
    try:
        steps_of_config(config, schedule_for(config), 1)
    except StudioError as error:
        return "take 2 steps or more" in str(error)
    return False


@pytest.mark.parametrize("name", ["EulerDiscrete", "EulerAncestralDiscrete", "DPMSolverMultistep", "UniPCMultistep"])
def test_pure_noise_is_what_diffusers_has_for_it(name: str) -> None:
    for word in ("leading", "trailing", "linspace"):
        config = {"_class_name": name + "Scheduler", **BETAS, "rescale_betas_zero_snr": True, "timestep_spacing": word}
        check_alike(config, 10)
        if name != "EulerAncestralDiscrete":
            check_alike(config | {"use_karras_sigmas": True}, 10)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["DDIM", "EulerDiscrete", "DPMSolverMultistep"])
@pytest.mark.parametrize(("T", "steps", "slips"), [(1000, 61, True), (300, 7, True), (1000, 62, False)])
def test_a_timestep_that_diffusers_has_too_many_is_told(name: str, T: int, steps: int, slips: bool) -> None:
    config = {
        "_class_name": name + "Scheduler",
        **BETAS,
        "num_train_timesteps": T,
        "timestep_spacing": "trailing",
        "final_sigmas_type": "zero",
    }
    scheduler, schedule = scheduler_class(name).from_config(config), schedule_for(config)
    scheduler.set_timesteps(steps)
    timesteps, found = scheduler.timesteps.tolist(), steps_of_config(config, schedule, steps)
    ours = found.spec.levels(schedule, steps).timesteps
    assert (timesteps[-1] == -1, len(timesteps)) == (slips, steps + slips)
    assert said(found, "timestep −1") == slips
    np.testing.assert_array_equal(ours[:steps], timesteps[:steps])


def test_a_clip_of_log_snr_matters_only_where_it_clips() -> None:
    config = {"_class_name": "DPMSolverMultistepScheduler", **BETAS, "lambda_min_clipped": -5.1}
    check_alike(config, 10)
    check_alike(config | {"lambda_min_clipped": -1.0, "use_karras_sigmas": True}, 10)


def test_a_range_of_sigma_in_the_config_is_kept() -> None:
    config = {**BETAS, "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 10.0, "final_sigmas_type": "sigma_min"}
    for name in ("EulerDiscreteScheduler", "UniPCMultistepScheduler"):
        check_alike({"_class_name": name} | config, 9)
    edm = {"_class_name": "EDMEulerScheduler", "sigma_min": 0.01, "sigma_max": 50.0}
    spec = steps_of_config(edm, Schedule("edm"), 4).spec
    assert str(spec) == "karras:sigma_min=0.01,sigma_max=50"
    assert str(steps_of_config(edm, schedule_from_config(edm), 4).spec) == "karras"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"_class_name": "DDIMScheduler", "timestep_spacing": "trailing"}, "steps by 142 timesteps"),
        ({"_class_name": "EulerDiscreteScheduler"}, "interpolates"),
        ({"_class_name": "DDIMScheduler", "use_karras_sigmas": True}, "leaves use_karras_sigmas aside"),
        ({"_class_name": "LCMScheduler", "timestep_spacing": "leading"}, "leaves timestep_spacing aside"),
        ({"_class_name": "EulerDiscreteScheduler", "interpolation_type": "log_linear"}, "timesteps of linspace"),
        ({"_class_name": "DEISMultistepScheduler", "use_karras_sigmas": True}, "two equal levels"),
        ({"_class_name": "DPMSolverMultistepScheduler", "use_beta_sigmas": True}, "whole timesteps"),
        ({"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": True}, "each size of picture"),
        ({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift_terminal": 0.1}, "shift_terminal of diffusers"),
    ],
)
def test_what_no_text_of_steps_can_say_is_said_in_a_note(config: dict[str, Any], words: str) -> None:
    schedule = Schedule("flow" if "Flow" in config["_class_name"] else "linear", 1000)
    assert said(steps_of_config(config, schedule, 7), words)


SPACED = {
    "trailing": "scaled_linear:T=1000",
    "trailing:set_alpha_to_one=0": "cosine:T=200",
    "leading:offset=1,set_alpha_to_one=0": "scaled_linear:T=1000",
    "leading_multistep:offset=2": "laplace:T=500",
    "linspace_multistep": "linear:T=1000,snr_shift=0.5",
    "linspace": "sigmoid_beta:T=1000",
    "normal": "linear:T=1000",
    "karras": "linear:T=1000,zero_snr=1",
    "karras:sigma_min=0.1,sigma_max=10": "scaled_linear:T=1000",
    "karras:set_alpha_to_one=0": "edm:T=1000,rho=5",
    "exponential": "ve:T=1000",
    "exponential:set_alpha_to_one=0": "linear:T=1000",
    "log_snr": "jsd:T=1000",
    "beta_diffusers": "scaled_linear:T=1000",
    "flow_match_diffusers": "flow:T=1000,shift=3",
    "flow_sigmas_diffusers": "flow:T=1000,shift=5",
}
"""Steps that some scheduler of diffusers has, and a schedule for each."""


@pytest.mark.parametrize("text", SPACED)
def test_a_written_config_has_diffusers_visit_these_levels(text: str) -> None:
    schedule = Schedule.parse(SPACED[text])
    for steps in (2, 9, 20):
        spec = StepsSpec.parse(text)
        ours = spec.levels(schedule, steps)
        try:
            written = config_of_steps(spec, ours)
        except FileError:
            # σ_T is infinite here and 4096 there, where the spacing begins at the next.
            assert (text, SPACED[text]) in {("karras", "linear:T=1000,zero_snr=1"), ("log_snr", "jsd:T=1000")}
            continue
        config = json.loads(json.dumps(written.config))
        levels = without_empty_steps(visited_by_diffusers(config, schedule, written.steps)[1])
        found = ours.taus if is_flow_config(config) else ours.sigmas
        np.testing.assert_allclose(found, levels, rtol=1e-2 if text == "normal" else 1e-6)


@pytest.mark.parametrize("name", sorted({*KNOWN} - {"LCM", "TCD"}))
def test_a_config_is_kept_through_the_text_of_its_steps(name: str) -> None:
    for seed in range(CASES // 2):
        config, steps = random_config(name, seed), random.Random(seed).choice(COUNTS)
        schedule = schedule_for(config)
        spec = StepsSpec.parse(str(steps_of_config(config, schedule, steps).spec))
        ours = spec.levels(schedule, None if spec.has_number else steps)
        written = config_of_steps(spec, ours)
        again = steps_of_config(json.loads(json.dumps(written.config)), schedule, written.steps).spec
        theirs = again.levels(schedule, None if again.has_number else written.steps)
        np.testing.assert_allclose(theirs.sigmas, ours.sigmas, rtol=1e-6)
        np.testing.assert_allclose(theirs.timesteps, ours.timesteps, atol=1e-3)


@pytest.mark.parametrize(
    "text", ["ays", "karras:rho=5", "trailing | start=0.5", "sigmas:14,6,1,0", "bong_tangent", "leading:offset=0.5"]
)
def test_steps_without_fields_in_diffusers_are_refused(text: str) -> None:
    schedule, spec = Schedule("scaled_linear", 1000), StepsSpec.parse(text)
    with pytest.raises(FileError, match=r"has fields for “.*” over scaled_linear:T=1000; write their list with"):
        config_of_steps(spec, spec.levels(schedule))


HOSTILE: tuple[Any, ...] = ("yes", "1", [], {}, float("nan"), float("inf"), 10**400, -5, 1e300, "\x1b[2J", "9" * 5000)


@pytest.mark.parametrize(
    "key", [*FIELDS, "sigma_min", "sigma_max", "lambda_min_clipped", "invert_sigmas", "_class_name"]
)
def test_any_value_under_any_key_gives_steps_or_one_sentence(key: str) -> None:
    for name in KNOWN:
        schedule = Schedule("flow" if name.startswith("Flow") else "linear", 1000)
        for value in HOSTILE:
            config = {"_class_name": name + "Scheduler", key: value}
            sentence = sentence_on(config, schedule)
            assert sentence.isprintable()
            assert len(sentence) < 400


def sentence_on(config: dict[str, Any], schedule: Schedule) -> str:
    """The error of a config, or what is said of its steps."""
    try:
        found = steps_of_config(config, schedule, 10)
        found.spec.levels(schedule, None if found.spec.has_number else 10)
    except StudioError as error:
        return str(error)
    return max(map(str, found.notes), default="")


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            {"_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": "yes"},
            "use_karras_sigmas in x.json is 'yes'; it must be true or false.",
        ),
        (
            {"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leadin"},
            "x.json has the unknown timestep_spacing “leadin”; did you mean “leading”?",
        ),
        (
            {"_class_name": "LMSDiscreteScheduler", "use_karras_sigmas": True, "use_beta_sigmas": True},
            "x.json has both use_karras_sigmas and use_beta_sigmas; set one of them to false.",
        ),
        (
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "use_karras_sigmas": True, "use_beta_sigmas": True},
            "x.json has both use_karras_sigmas and use_beta_sigmas; set one of them to false.",
        ),
        *(
            (
                {"_class_name": "FlowMatchEulerDiscreteScheduler", "use_karras_sigmas": True, key: value},
                f"{key} in x.json is {value}, which no steps here have; leave it out, or choose a spacing.",
            )
            for key, value in (("shift", 0), ("shift", -1), ("shift_terminal", 2), ("shift_terminal", -0.1))
        ),
        (
            {"_class_name": "DDIMScheduler", "steps_offset": "one"},
            "steps_offset in x.json is 'one'; it must be a finite number.",
        ),
        (
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "invert_sigmas": True},
            "invert_sigmas in x.json is True, which no steps here have; leave it out, or choose a spacing.",
        ),
        (
            {"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -1},
            "lambda_min_clipped in x.json is -1, which no steps here have; leave it out, or choose a spacing.",
        ),
        (
            {"_class_name": "LCMScheduler", "original_inference_steps": 5},
            "original_inference_steps in x.json is 5; it must be a whole number from the 10 "
            "steps asked for to T = 1000.",
        ),
        (
            {"_class_name": "DDIMScheduler", "steps_offset": 0.5},
            "steps_offset in x.json is 0.5, which no steps here have; leave it out, or choose a spacing.",
        ),
        (
            {"_class_name": "EulerScheduler"},
            "x.json is for “Euler”, whose steps are not known; did you mean “EDMEuler”?",
        ),
    ],
)
def test_what_cannot_be_read_is_answered_by_one_sentence(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StudioError) as caught:
        steps_of_config(config, Schedule("linear", 1000), 10, "x.json")
    assert str(caught.value) == sentence


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("key", ["timestep_spacing", "steps_offset", "final_sigmas_type", "original_inference_steps"])
def test_null_steps_that_diffusers_fails_on_are_refused_by_name(name: str, key: str) -> None:
    config = {"_class_name": f"{name}Scheduler", "beta_schedule": "squaredcos_cap_v2", key: None}
    usual = {field: value for field, value in config.items() if field != key}
    schedule, cls = schedule_from_config(usual), scheduler_class(name)
    try:
        cls.from_config(config).set_timesteps(10)
    except Exception:  # Whatever it does not go along with.
        with pytest.raises(FileError, match=f"^{key} in x.json is null; leave it out to have .*, its usual value, or"):
            steps_of_config(config, schedule, 10, "x.json")
    else:
        assert steps_of_config(config, schedule, 10) == steps_of_config(usual, schedule, 10)


@pytest.mark.parametrize("name", ["DDIM", "PNDM"])
def test_null_in_place_of_a_flag_is_false_as_in_diffusers(name: str) -> None:
    config, schedule = {"_class_name": f"{name}Scheduler", "steps_offset": 1}, Schedule("linear", 1000)
    null, false, true = (
        steps_of_config({**config, "set_alpha_to_one": value}, schedule).spec for value in (None, False, True)
    )
    assert null == false != true
    scheduler = getattr(diffusers, f"{name}Scheduler").from_config({**config, "set_alpha_to_one": None})
    assert scheduler.final_alpha_cumprod == scheduler.alphas_cumprod[0]
