"""Steps that a text asks for, with the scheduler configs among its files read, and what is to be said of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import FILE, Applied, StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.configs.flow_classes import shifts_by_size
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.files.reading import ForeignFile, from_home
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from ddpm_studio.files.steps.step_lists import MAX_LIST, NAMES, read_step_list
from ddpm_studio.texts import Text

TIMESTEPS = "timesteps"
"""Lists of these say nothing of where they end."""

_ADDED = QT_TRANSLATE_NOOP(
    "conventions",
    "{path} ends at {last}, not at 0, so a last step to the clean picture is added; to end there, write "
    "| above={sigma} behind it.",
)

_IDLE = QT_TRANSLATE_NOOP(
    "conventions", "The last step of {path} ends at the level that it starts from; it changes nothing and is left out."
)

SAME_LOG_SNR = 1e-3
"""Difference in log SNR of two schedules that are the same: one may be rounded to float32."""


@dataclass(frozen=True)
class AskedSteps:
    """Steps and how many of them are wanted, None if they say it themselves; notes on what a config has besides.

    `opened` is the config of a scheduler that they came from, if its schedule is known.
    """

    spec: StepsSpec
    steps: int | None = None
    notes: tuple[Text, ...] = ()
    opened: OpenedConfig | None = None

    def levels(self, schedule: Schedule) -> StepLevels:
        """The steps over the schedule, the lists among the files read. Raises StepsError and FileError."""
        return self.spec.levels(schedule, self.steps, read_step_list)


def steps_asked_for(spec: StepsSpec, schedule: Schedule, steps: int | None = None) -> AskedSteps:
    """The steps of a spec in which what a scheduler_config.json describes stands in place of its `file:`.

    FileError for a config whose steps are not known, and for a file that cannot be read.
    """
    config = config_at(spec.path) if spec.source == FILE else None
    others = [_applied(each, schedule, steps) for each in spec.applied]
    applied = tuple(each for each, _ in others)
    notes = tuple(note for _, said in others for note in said)
    if config is None:
        ends = _at_the_end(spec, schedule) if spec.source == FILE else ()
        return AskedSteps(replace(spec, applied=applied), steps, (*ends, *notes))
    found = steps_of_config(config, schedule, steps, spec.path)
    whole = replace(found.spec, applied=(*found.spec.applied, *applied))
    said = (*found.notes, *_other_schedule(config, schedule, spec.path), *notes)
    opened = OpenedConfig.of(config) if is_scheduler_config(config) else None
    return AskedSteps(whole, None if whole.has_number else steps, said, opened)


def schedule_said_by(spec: StepsSpec) -> Schedule | None:
    """The schedule of the first scheduler config among the files of a spec, None if there is none; FileError."""
    configs = ((config_at(path), path) for path in spec.files)
    return next(
        (schedule_from_config(each, path) for each, path in configs if each and is_scheduler_config(each)), None
    )


def _applied(each: Applied, schedule: Schedule, steps: int | None) -> tuple[Applied, tuple[Text, ...]]:
    """An operator with the configs read in the steps that it takes: as many as the others to blend, else 20."""
    if each.other is None:
        return each, ()
    found = steps_asked_for(each.other, schedule, steps if each.name == "blend" else None)
    return replace(each, other=found.spec), found.notes


def _at_the_end(spec: StepsSpec, schedule: Schedule) -> tuple[Text, ...]:
    """A note where a list of levels in a file ends before the clean picture, to which a step is added, and where it
    ends with a step that goes nowhere.
    """
    found = spec.listed(schedule, read_step_list)
    if found.behind:
        alone = replace(spec, applied=()).levels(schedule, None, read_step_list).count
        listed = len(found.numbers) - (found.sort != TIMESTEPS)
        return (Text(_IDLE, {"path": spec.path}),) if alone < listed else ()
    return _added_end(spec, found.sort, found.numbers)


def _added_end(spec: StepsSpec, sort: str, numbers: tuple[float, ...]) -> tuple[Text, ...]:
    if sort == TIMESTEPS or numbers[-1] == 0 or any(each.name == "above" for each in spec.applied):
        return ()
    sigma = numbers[-1] if sort == "sigmas" else numbers[-1] / (1 - numbers[-1])
    return (Text(_ADDED, {"path": spec.path, "last": f"{numbers[-1]:.6g}", "sigma": shortest(sigma)}),)


def config_at(path: str) -> Config | None:
    """The scheduler config in a file, None if it holds something else; FileError if it cannot be read."""
    file = ForeignFile(from_home(path))
    if not file.read_at(0, 64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return None
    return config_of(parse(file.whole(MAX_LIST).decode("utf-8-sig", "replace"), file.budget, path))


def config_of(value: object) -> Config | None:
    """The scheduler config that a value of JSON is, None if it is something else."""
    if not isinstance(value, dict) or any(isinstance(value.get(key), list) for key in NAMES):
        return None
    named = str(value.get("_class_name", "")).endswith("Scheduler")
    return value if named or is_scheduler_config(value) else None


def _other_schedule(config: Config, schedule: Schedule, path: str) -> tuple[Text, ...]:
    """A note where the config has another schedule than the one that its steps are laid over."""
    if not is_scheduler_config(config) or shifts_by_size(config):
        return ()
    own = schedule_from_config(config, path)
    first, second = own.coefficients.log_snr, schedule.coefficients.log_snr
    if len(first) == len(second) and np.allclose(first, second, rtol=0, atol=SAME_LOG_SNR):
        return ()
    template = QT_TRANSLATE_NOOP("conventions", "{path} has another schedule, {spec}; its steps are laid over {over}.")
    return (Text(template, {"path": path, "spec": str(own), "over": str(schedule)}),)
