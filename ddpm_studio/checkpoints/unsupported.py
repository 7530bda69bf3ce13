"""Checkpoints that are known by name and not sampled; the schedule they were trained with can be had all the same."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


class UnsupportedError(CheckpointError):
    """A network that is not sampled here; `schedule` is what it was trained with, None where the file does not say."""

    def __init__(self, path: Path, kind: str, reason: str, schedule: Schedule | None) -> None:
        self.schedule = schedule
        if schedule is None:
            template = QT_TRANSLATE_NOOP("errors", "{path} is {kind}, which is not sampled: {reason}.")
        else:
            template = QT_TRANSLATE_NOOP(
                "errors",
                "{path} is {kind}, which is not sampled: {reason}; its schedule alone can be taken, {schedule}, "
                "as custom:path={path}.",
            )
        super().__init__(template, path=path, kind=kind, reason=reason, schedule=schedule)


def schedule_in(path: str) -> Schedule:
    """The schedule of a checkpoint, also of one that is not sampled; CheckpointError where it has none."""
    from ddpm_studio.checkpoints.opening import read_checkpoint

    try:
        return read_checkpoint(path).denoiser.schedule
    except UnsupportedError as error:
        if error.schedule is None:
            raise
        return error.schedule
