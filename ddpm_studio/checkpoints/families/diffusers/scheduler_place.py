"""Scheduler config of a folder: where it lies, and the schedule in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.diffusers_config import is_scheduler_config, schedule_from_config
from ddpm_studio.files.filetypes import FOLDER, SCHEDULER_CONFIG

(_SCHEDULER,) = SCHEDULER_CONFIG.names

TRAINED, AVERAGED, TRANSFORMER = "unet", "unet_ema", "transformer"
"""Folders of a network inside that of a pipeline."""


def scheduler_beside(folder: Path) -> Path | None:
    """The scheduler config of a pipeline, even if the folder is that of the network inside one."""
    is_network = folder.name in (TRAINED, AVERAGED, TRANSFORMER)
    is_inside = is_network or not any((folder / name).is_file() for name in FOLDER.names)
    places = (folder / "scheduler", folder, *([folder.parent / "scheduler"] if is_inside else []))
    return next((place / _SCHEDULER for place in places if (place / _SCHEDULER).is_file()), None)


def schedule_beside(folder: Path) -> Schedule | None:
    """The schedule of that config, None where there is none to be had."""
    path = scheduler_beside(folder)
    with suppress(StudioError):
        config = {} if path is None else read_settings(path)
        if is_scheduler_config(config):
            return schedule_from_config(config, str(path))
    return None
