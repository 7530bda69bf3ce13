"""UnsupportedError: the refusal of a network that cannot be sampled here, with the schedule that can be taken."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, to_type, verbatim


class UnsupportedError(CheckpointError):
    """A network that cannot be sampled here; `schedule` is what it was trained with, None if the file does not say.

    One that `may_be_own` may be sampled all the same if its network is named.
    """

    def __init__(
        self, path: Path, kind: Readable, reason: Readable, schedule: Schedule | None, may_be_own: bool = False
    ) -> None:
        self.schedule, self.may_be_own = schedule, may_be_own
        if schedule is None:
            template = QT_TRANSLATE_NOOP("errors", "{path} is {kind}, which cannot be sampled here: {reason}.")
        elif schedule.path:  # Its text is how it is taken.
            template = QT_TRANSLATE_NOOP(
                "errors",
                "{path} is {kind}, which cannot be sampled here: {reason}; only its schedule can be taken, as {spec}.",
            )
        else:
            template = QT_TRANSLATE_NOOP(
                "errors",
                "{path} is {kind}, which cannot be sampled here: {reason}; only its schedule can be taken, {schedule}, "
                "as {spec}.",
            )
        spec = to_type(schedule if schedule is not None and schedule.path else path_spec(str(path)))
        super().__init__(template, path=path, kind=kind, reason=reason, schedule=verbatim(schedule), spec=spec)
