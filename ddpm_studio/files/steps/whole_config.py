"""Whole config of a diffusers scheduler: the schedule that it has, and the steps that it takes down that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.diffusion.steps.steps_spec import DEFAULT_STEPS, StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import Budget
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.content import Content
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.files.filetypes import SCHEDULER_CONFIG, recognised
from ddpm_studio.files.logs import reading
from ddpm_studio.files.steps.asked_steps import config_at, config_of
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from ddpm_studio.files.steps.step_lists import MAX_LIST
from ddpm_studio.texts import Text


@dataclass(frozen=True)
class WholeConfig:
    """A schedule, the steps `below` it, none where they are not known, and sentences for a person about both.

    `opened` is the config itself, for it to be written again.
    """

    schedule: Schedule
    below: tuple[StepsSpec, ...]
    notes: tuple[Text, ...]
    opened: OpenedConfig


def whole_config_at(path: str) -> WholeConfig | None:
    """What the scheduler config in a file describes, None if there is another thing in it. StudioError if it is wrong.

    `trained_betas` remain those of the file.
    """
    content = Content(Path(path))
    known = recognised(content) in (None, SCHEDULER_CONFIG)
    if not (known and content.is_file and content.file.size <= MAX_LIST):
        return None
    with reading(path):
        config = config_at(path)
        whole = None if config is None else _whole(config, path)
        if whole is None or whole.schedule.kind != CUSTOM.name:
            return whole
        return replace(whole, schedule=Schedule.from_betas(whole.schedule.betas, path))


def whole_config_in(text: str, name: str) -> WholeConfig | None:
    """What a text that is the scheduler config itself describes; sentences call it `name`. Otherwise alike.

    >>> whole = whole_config_in('{"_class_name": "DDIMScheduler", "steps_offset": 1}', "pasted text")
    >>> str(whole.schedule), *map(str, whole.below)
    ('linear:T=1000,beta_start=0.0001,beta_end=0.02', 'leading:offset=1')
    """
    if not SCHEDULER_CONFIG.starts(text.encode(errors="replace")):
        return None
    with reading(name):
        config = config_of(parse(text, Budget(Path(name), len(text)), name))
        return None if config is None else _whole(config, name)


def _whole(config: Config, path: str) -> WholeConfig | None:
    if isinstance(config.get("betas"), list) or not is_scheduler_config(config):
        return None
    schedule, opened = schedule_from_config(config, path), OpenedConfig.of(config)
    try:
        found = steps_of_config(config, schedule, path=path)
        found.spec.levels(schedule)
    except StudioError as error:
        return WholeConfig(schedule, (), (Text(_NO_STEPS, {"reason": error}),), opened)
    told = Text(_NUMBER, {"count": min(DEFAULT_STEPS, schedule.T)})
    return WholeConfig(schedule, (found.spec,), (told, *found.notes), opened)


_NO_STEPS = QT_TRANSLATE_NOOP("conventions", "There are no steps below the schedule: {reason}.")
_NUMBER = QT_TRANSLATE_NOOP("conventions", "A config does not say how many steps are taken; these are for {count}.")
