"""Text of the steps that the scheduler beside a network takes, for a run to be told it."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import FILE, StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.scheduler_steps import steps_of_config

_COUNTS = (10, 20, 50)
"""Numbers of steps that many people take."""


def steps_text(config: Settings, schedule: Schedule, path: Path) -> str:
    """The steps of the config at `path` over a schedule, whatever their number: the text of a spacing, or of the file
    itself where that depends on their number; "" where they are not known.
    """
    counts = {min(count, schedule.T) for count in _COUNTS}
    try:
        found = {steps_of_config(config, schedule, count, str(path)).spec for count in counts}
    except StudioError:
        return ""
    spec = found.pop()
    return str(StepsSpec(FILE, path=str(path)) if found or spec.has_number else spec)
