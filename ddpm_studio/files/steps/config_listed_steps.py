"""Steps of diffusers' schedulers that lay them out in a way of their own: EDM, consistency models, LCM and TCD."""

from __future__ import annotations

import math

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.steps.spacing_registry import ENDS
from ddpm_studio.diffusion.steps.steps_spec import Applied, StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.sigma_classes import SIGMA_CLASSES
from ddpm_studio.files.steps.config_steps import SINGLE, ConfigRequest, ConfigSteps, rounded_up, stepless
from ddpm_studio.files.steps.scheduler_classes import ALPHA, FINAL
from ddpm_studio.texts import Text

EDM, DISTILLED = ("EDMEuler", "EDMDPMSolverMultistep", "CosineDPMSolverMultistep"), ("LCM", "TCD")
CONSISTENCY = "CMStochasticIterative"

_USUAL_RHO = 7.0


def steps_of_edm(asked: ConfigRequest) -> ConfigSteps:
    """The steps of a scheduler for EDM, over the σ of its config where these are not those of the schedule."""
    usual = SIGMA_CLASSES[asked.name]
    karras = asked.word("sigma_schedule", (usual.spread, "karras", "exponential")) == "karras"
    rho = asked.number("rho", _USUAL_RHO) if karras else _USUAL_RHO
    given: dict[str, object] = {} if rho == _USUAL_RHO else {"rho": rho}
    ends = dict(zip(("sigma_min", "sigma_max"), asked.schedule.coefficients.sigmas[[0, -1]].tolist(), strict=True))
    for key, own in ends.items():
        said = asked.number(key, getattr(usual, key))
        given |= {} if math.isclose(said, own, rel_tol=1e-7) else {key: said}
    spec = StepsSpec("karras" if karras else "exponential", given=tuple(given.items()))
    notes = (Text(SINGLE),) if asked.steps == 1 and not karras else ()
    if asked.word(FINAL, ("zero", "sigma_min")) == "zero":
        return ConfigSteps(spec, notes)
    if asked.name == "EDMEuler":
        asked.check_several()
    fewer = max(asked.steps - 1, 1)
    if "sigma_min" in given:
        end = Applied("above", rounded_up(float(str(given["sigma_min"]))))
        return ConfigSteps(StepsSpec(spec.source, asked.steps, spec.given, applied=(end,)), (stepless(fewer),))
    notes = notes if asked.steps == 1 else (stepless(fewer),)
    return ConfigSteps(StepsSpec(spec.source, fewer, (*spec.given, (ENDS.key, False))), notes)


def steps_of_consistency(asked: ConfigRequest) -> ConfigSteps:
    """The steps of the scheduler for consistency models, which end at the least noisy level."""
    stride = asked.schedule.T // asked.steps
    return _at(asked, asked.schedule.T - 1 - stride * np.arange(float(asked.steps)), clean=False)


def steps_of_distilled(asked: ConfigRequest) -> ConfigSteps:
    """The steps of LCM and TCD: some of those that the network was distilled for. TCD ends at the least noisy level."""
    count = asked.number("original_inference_steps", 50)
    if not asked.steps <= count <= asked.schedule.T or count != int(count):
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "original_inference_steps in {path} is {value:g}; it must be a whole number from the {steps} steps "
                "asked for to T = {T}.",
            ),
            path=asked.path,
            value=count,
            steps=asked.steps,
            T=asked.schedule.T,
        )
    every = np.arange(int(count), 0.0, -1.0) * (asked.schedule.T // int(count)) - 1
    chosen = every[np.floor(np.linspace(0, len(every), asked.steps, endpoint=False)).astype(int)]
    clean = asked.name == "LCM" and asked.flag(ALPHA, True)
    return _at(asked, chosen, clean)


def _at(asked: ConfigRequest, timesteps: Array, clean: bool) -> ConfigSteps:
    """Steps at these timesteps: a spacing if one has them, else a list."""
    left = timesteps if clean or timesteps[-1] > 0 else timesteps[:-1]
    notes = () if len(left) == len(timesteps) else (stepless(len(left)),)
    for source in ("trailing", "simple"):
        spec = StepsSpec(source, len(left) if notes else None, () if clean else ((ENDS.key, False),))
        if np.array_equal(spec.levels(asked.schedule, len(left)).timesteps, left):
            return ConfigSteps(spec, notes)
    end = rounded_up(float(asked.schedule.coefficients.sigmas[0]))
    cut = () if clean else (Applied("above", end),)
    return ConfigSteps(StepsSpec("timesteps", numbers=tuple(left.tolist()), applied=cut), notes)
