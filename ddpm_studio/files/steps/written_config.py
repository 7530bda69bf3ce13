"""Written config of a scheduler: the one of diffusers whose fields describe given steps, found by reading it again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product

import numpy as np

from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.spacing_registry import ENDS
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.configs.flow_classes import shifts_by_size
from ddpm_studio.files.configs.written_fields import fields_of_schedule
from ddpm_studio.files.diffusers_config import schedule_from_config
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.scheduler_classes import ALL_SIGMAS, ALPHA, CLASSES, FINAL, SIGMAS
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
        mu = mu_of(self.config, self.shift)
        return f"set_timesteps({self.steps}{'' if mu is None else f', mu={mu:.9g}'})"


def config_of_steps(spec: StepsSpec, levels: StepLevels, opened: OpenedConfig | None = None) -> WrittenConfig:
    """The config of a scheduler that takes these steps, laid out as the spec says, over their schedule.

    It is the one that was `opened` with what has changed since, if its class has these steps, else that of another.
    FileError if there is none, since a config has no place for a list.

    >>> spec, schedule = StepsSpec.parse("leading:offset=1"), Schedule("scaled_linear", 1000)
    >>> written = config_of_steps(spec, spec.levels(schedule, 20))
    >>> written.config["timestep_spacing"], written.config["steps_offset"], written.steps
    ('leading', 1, 20)
    """
    own = () if opened is None else _changed(opened, spec, levels.schedule)
    for config in chain(own, _candidates(spec, levels.schedule)):
        written = taking(config, levels)
        if written is not None:
            return written
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


def mu_of(config: Config, shift: float) -> float | None:
    """The μ with which a scheduler has a shift, None if it has none for each size of picture.

    >>> mu_of({"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": True}, 1.0)
    0.0
    """
    if not shifts_by_size(config):
        return None
    return shift if config.get("time_shift_type") == "linear" else math.log(shift)


def taking(config: Config, levels: StepLevels) -> WrittenConfig | None:
    """The config with the number of steps for which its scheduler takes these, None if there is none."""
    counts = (count for count in (levels.count, levels.count + 1) if _describes(config, levels, count))
    shift = ModelSigmas(levels.schedule).shift
    return next((WrittenConfig(config, count, shift) for count in counts), None)


def _changed(opened: OpenedConfig, spec: StepsSpec, schedule: Schedule) -> Iterator[Config]:
    """The config that was opened, and those with other step fields of its class."""
    config = opened.of_schedule(schedule)
    if config is None:
        return
    yield config
    usual = {**dict.fromkeys(SIGMAS, False), "steps_offset": 0}
    without = {key: value for key, value in usual.items() if config.get(key)}
    ends = {key: value for key, value in ((ALPHA, True), (FINAL, "zero")) if key in config}
    for name, fields in (*_of_class(opened.name, spec), *_several(spec)):
        if name == opened.name:
            yield {**config, **without, **ends, **fields, **_options(spec), **_ends(name, spec)}


def _of_class(name: str, spec: StepsSpec) -> Iterator[tuple[str, _Fields]]:
    """The fields by which a class over β has a spacing."""
    if name in CLASSES:
        own = CLASSES[name]
        words = (word for word, source in own.spacings.items() if source == spec.source)
        yield from ((name, {"timestep_spacing": word}) for word in words)
        yield from ((name, {key: True}) for key in own.sigmas if SIGMAS[key] == spec.source)


def _several(spec: StepsSpec) -> Iterable[tuple[str, _Fields]]:
    return CANDIDATES.get(spec.source, ()) if spec.source != "taus" else _of_flow_list(spec.numbers)


def _options(spec: StepsSpec) -> _Fields:
    given = [(key, value) for key, value in spec.given if key in _KEYS]
    return {_KEYS[key]: _whole(value) if key == "offset" else value for key, value in given}


def _ends(name: str, spec: StepsSpec) -> _Fields:
    if dict(spec.given).get(ENDS.key, True):
        return {}
    return {ALPHA: False} if name in CLASSES and CLASSES[name].ends == ALPHA else {FINAL: "sigma_min"}


def _candidates(spec: StepsSpec, schedule: Schedule) -> Iterator[Config]:
    for name, fields in _several(spec):
        own = fields_of_schedule(name, schedule)
        if own is None:
            continue
        yield {"_class_name": f"{name}Scheduler", **own, **fields, **_options(spec), **_ends(name, spec)}


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
        (alike or shifts_by_size(config))
        and found.count == levels.count
        and np.allclose(found.log_snr, levels.log_snr, rtol=0, atol=_SAME)
        and np.allclose(found.timesteps, levels.timesteps, rtol=0, atol=1e-3)
    )
