"""Steps out of diffusers' scheduler configurations, of every class whose steps are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.beta_classes import BETA_CLASSES
from ddpm_studio.files.configs.config_fields import Config, list_in
from ddpm_studio.files.configs.flow_classes import MATCHING, is_by_flag
from ddpm_studio.files.steps.config_flow_steps import steps_of_flow_sigmas, steps_of_matching
from ddpm_studio.files.steps.config_listed_steps import (
    CONSISTENCY,
    DISTILLED,
    EDM,
    steps_of_consistency,
    steps_of_distilled,
    steps_of_edm,
)
from ddpm_studio.files.steps.config_steps import ConfigRequest, ConfigSteps, steps_over_betas
from ddpm_studio.files.steps.scheduler_classes import ALL_SIGMAS, CLASSES, SIGMAS
from ddpm_studio.texts import Text

KNOWN: Mapping[str, Callable[[ConfigRequest], ConfigSteps]] = MappingProxyType(
    {
        **dict.fromkeys(CLASSES, steps_over_betas),
        **dict.fromkeys(MATCHING, steps_of_matching),
        **dict.fromkeys(EDM, steps_of_edm),
        **dict.fromkeys(DISTILLED, steps_of_distilled),
        CONSISTENCY: steps_of_consistency,
    }
)
"""What reads the steps of each class, by its name without “Scheduler”."""


def steps_of_config(
    config: Config, schedule: Schedule, steps: int | None = None, path: str = "scheduler_config.json"
) -> ConfigSteps:
    """The steps that a scheduler of this config takes over a schedule, the defaults of its class filled in.

    They are those of `set_timesteps(steps)` (20 by default) in diffusers 0.42, as the text of a spacing where one has
    them, else of a list; where neither can be as there, a note says what is different. FileError for a class that is
    not known, for a field that no steps here can have, and for a value that is none.

    >>> config = {"_class_name": "DDIMScheduler", "steps_offset": 1, "set_alpha_to_one": False}
    >>> str(steps_of_config(config, Schedule("scaled_linear", 1000)).spec)
    'leading:offset=1,set_alpha_to_one=0'
    >>> str(steps_of_config(config | {"steps_offset": 0}, Schedule("scaled_linear", 1000)).spec)
    'leading_multistep:steps=19,set_alpha_to_one=0'
    """
    asked = ConfigRequest(config, schedule, min(DEFAULT_STEPS, schedule.T) if steps is None else steps, path)
    if not asked.name:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} does not say which scheduler it is for; give it a _class_name."),
            path=path,
        )
    template = QT_TRANSLATE_NOOP("errors", "{path} is for “{name}”, whose steps are not known; {remedy}")
    check_named(asked.name, KNOWN, template, FileError, path=path)
    flows = is_by_flag(config) and asked.flag("use_flow_sigmas")
    found = steps_of_flow_sigmas(asked) if flows else KNOWN[asked.name](asked)
    return replace(found, notes=(*found.notes, *(() if flows else _other_number(asked)), *_left_aside(asked)))


def _other_number(asked: ConfigRequest) -> tuple[Text, ...]:
    """A note where steps are laid out over another number of timesteps than there are trained_betas."""
    own = BETA_CLASSES.get(asked.name)
    if own is None or not own.listed or _over_all_sigmas(asked):
        return ()
    betas = list_in(asked.config, "trained_betas", asked.path)
    T = asked.number("num_train_timesteps", 1000)
    if betas is None or len(betas) == T:
        return ()
    return (Text(_NUMBER, {"path": asked.path, "T": f"{T:g}", "count": len(betas)}),)


def _over_all_sigmas(asked: ConfigRequest) -> bool:
    """True if the steps go by σ over all betas, whatever number of timesteps is said."""
    kind = CLASSES.get(asked.name)
    return kind is not None and not kind.own_range and asked.one_of(kind.sigmas) is not None


_NUMBER = QT_TRANSLATE_NOOP(
    "conventions",
    "{path} has {count} trained_betas, but diffusers lays out steps over its num_train_timesteps, {T}; here it is over "
    "the betas.",
)


def _left_aside(asked: ConfigRequest) -> tuple[Text, ...]:
    """A note on the fields that ask for steps, but which this class does not have."""
    own = _fields(asked.name)
    keys = [key for key in ("timestep_spacing", *SIGMAS, "use_flow_sigmas") if asked.config.get(key) and key not in own]
    template = QT_TRANSLATE_NOOP("conventions", "{name} of diffusers leaves {keys} aside.")
    return (Text(template, {"name": asked.name, "keys": ", ".join(keys)}),) if keys else ()


def _fields(name: str) -> set[str]:
    """The fields of a class that say how its steps are spaced."""
    if name in CLASSES:
        several = len(CLASSES[name].spacings) > 1
        flows = {"use_flow_sigmas"} if BETA_CLASSES[name].flows else set()
        return {*CLASSES[name].sigmas, *flows, *(("timestep_spacing",) if several else ())}
    return set(ALL_SIGMAS) if name in MATCHING and name != "FlowMatchHeunDiscrete" else set()
