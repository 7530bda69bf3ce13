"""Written config of a scheduler: the one of diffusers whose fields describe given steps, found by reading it again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.spacing_registry import ENDS
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.configs.written_fields import fields_of_schedule
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.scheduler_classes import ALL_SIGMAS, ALPHA, FINAL, SIGMAS
from ddpm_studio.files.steps.scheduler_steps import steps_of_config

_Fields = Mapping[str, object]

_EULER, _DPM, _EDM, _MATCH = "EulerDiscrete", "DPMSolverMultistep", "EDMEuler", "FlowMatchEulerDiscrete"

_OVER = {source: key for key, source in SIGMAS.items()}

CANDIDATES: Mapping[str, tuple[tuple[str, _Fields], ...]] = {
    "trailing": ((_EULER, {"timestep_spacing": "trailing"}),),
    "leading": ((_EULER, {"timestep_spacing": "leading"}),),
    "normal": ((_EULER, {"timestep_spacing": "linspace"}),),
    "linspace": (("DDPM", {"timestep_spacing": "linspace"}), ("DDIM", {"timestep_spacing": "linspace"})),
    "linspace_multistep": ((_DPM, {"timestep_spacing": "linspace"}),),
    "leading_multistep": ((_DPM, {"timestep_spacing": "leading"}),),
    "karras": ((_EDM, {}), (_EULER, {_OVER["karras"]: True}), ("UniPCMultistep", {_OVER["karras"]: True})),
    "exponential": ((_EDM, {}), (_EULER, {_OVER["exponential"]: True})),
    "log_snr": ((_DPM, {_OVER["log_snr"]: True}),),
    "beta_diffusers": ((_EULER, {_OVER["beta_diffusers"]: True}),),
    "flow_match_diffusers": ((_MATCH, {}),),
    "timesteps": (("LCM", {}), ("TCD", {}), ("CMStochasticIterative", {})),
    "flow_sigmas_diffusers": ((_DPM, {"use_flow_sigmas": True}), ("DEISMultistep", {"use_flow_sigmas": True})),
}
"""The classes that may have the steps of a spacing, and the fields that say so."""

_KEYS = {"offset": "steps_offset", "sigma_min": "sigma_min", "sigma_max": "sigma_max", "rho": "rho"}
"""The field of each option."""

_SAME = 2e-6
"""Difference in log SNR of levels that are the same: 1e-6 of σ."""

_SAME_SCHEDULE = 1e-3


@dataclass(frozen=True)
class WrittenConfig:
    """A config, for how many steps its scheduler has to be asked, and with which shift where that is open."""

    config: Mapping[str, object]
    steps: int
    shift: float = 1.0

    @property
    def call(self) -> str:
        """The call that lays the steps out, with μ where the shift is one for each size of picture."""
        mu = f", mu={math.log(self.shift):.9g}" if self.config.get("use_dynamic_shifting") else ""
        return f"set_timesteps({self.steps}{mu})"


def config_of_steps(spec: StepsSpec, levels: StepLevels) -> WrittenConfig:
    """The config of a scheduler that takes these steps, laid out as the spec says, over their schedule.

    FileError if there is none, since a config has no place for a list.

    >>> spec, schedule = StepsSpec.parse("leading:offset=1"), Schedule("scaled_linear", 1000)
    >>> written = config_of_steps(spec, spec.levels(schedule, 20))
    >>> written.config["timestep_spacing"], written.config["steps_offset"], written.steps
    ('leading', 1, 20)
    """
    for config in _candidates(spec, levels.schedule):
        for steps in (levels.count, levels.count + 1):
            if _describes(config, levels, steps):
                return WrittenConfig(config, steps, ModelSigmas(levels.schedule).shift)
    raise FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "No scheduler_config.json has fields for “{text}” over {spec}; write their list with --format diffusers.",
        ).in_window(
            QT_TRANSLATE_NOOP(
                "errors", "No scheduler_config.json has fields for “{text}” over {spec}; copy their list for diffusers."
            )
        ),
        text=str(spec),
        spec=str(levels.schedule),
    )


def _candidates(spec: StepsSpec, schedule: Schedule) -> Iterator[Config]:
    given = dict(spec.given)
    clean = bool(given.pop(ENDS.key, True))
    options = {_KEYS[key]: _whole(value) if key == "offset" else value for key, value in given.items() if key in _KEYS}
    several = CANDIDATES.get(spec.source, ()) if spec.source != "taus" else _of_flow_list(spec.numbers)
    for name, fields in several:
        own = fields_of_schedule(name, schedule)
        if own is None:
            continue
        ends = {} if clean else {ALPHA: False} if name == "DDIM" else {FINAL: "sigma_min"}
        yield {"_class_name": f"{name}Scheduler", **own, **fields, **options, **ends}


def _whole(value: object) -> object:
    """A number of a text as diffusers adds it to whole timesteps."""
    return int(as_number(value)) if as_number(value).is_integer() else value


def _of_flow_list(taus: tuple[float, ...]) -> Iterator[tuple[str, _Fields]]:
    """The fields that a list of τ may be from, those with a shift for each size of picture last."""
    # A stretched τ misses the number that it was stretched to by rounding.
    last = float(f"{next((tau for tau in reversed(taus) if tau), 0.0):.12g}")
    spreads: tuple[_Fields, ...] = ({}, *({key: True} for key in ALL_SIGMAS))
    dynamics: tuple[_Fields, ...] = ({}, {"use_dynamic_shifting": True})
    ends: tuple[_Fields, ...] = ({}, {"shift_terminal": last})
    for dynamic, spread, end in product(dynamics, spreads, ends):
        yield _MATCH, {**dynamic, **spread, **end}
    for dynamic, end in product(dynamics, ends):
        yield "UniPCMultistep", {"use_flow_sigmas": True, **dynamic, **end}


def _describes(config: Config, levels: StepLevels, steps: int) -> bool:
    """Whether this config has these levels over this schedule, when its scheduler is asked for so many steps."""
    schedule = levels.schedule
    try:
        own = schedule_from_config(config).coefficients.log_snr
        read = steps_of_config(config, schedule, steps).spec
        found = read.levels(schedule, None if read.has_number else steps)
    except StudioError:
        return False
    alike = np.allclose(own, schedule.coefficients.log_snr, rtol=0, atol=_SAME_SCHEDULE)
    return (
        (alike or bool(config.get("use_dynamic_shifting")))
        and found.count == levels.count
        and np.allclose(found.log_snr, levels.log_snr, rtol=0, atol=_SAME)
        and np.allclose(found.timesteps, levels.timesteps, rtol=0, atol=1e-3)
    )
