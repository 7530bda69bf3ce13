"""File tasks: schedules written to files and read from them, beside the window."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import Specified, members_of
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.files.configs.config_fields import Config
from ddpm_studio.files.export import export_pieces, number_of_pieces
from ddpm_studio.files.filetypes import FileKind, file_type
from ddpm_studio.files.pasted import NAME, pasted_objectives, pasted_schedules, pasted_steps
from ddpm_studio.files.steps.exported_config import config_for
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.prediction_fields import with_prediction
from ddpm_studio.files.steps.whole_config import WholeConfig, whole_config_at, whole_config_in
from ddpm_studio.gui.state.given_names import checked_name
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text, Verbatim

Named = Sequence[tuple[Specified, str]]
"""Schedules and families, each with its name, or ""."""


@dataclass(frozen=True)
class PastedLines:
    """Schedules, and by their places the training objectives of some of them and the steps below some.

    `configs` are those of schedulers that some came from, and `notes` what a person should know about them.
    """

    schedules: Named
    objectives: Mapping[int, Objective] = field(default_factory=dict)
    steps: Mapping[int, tuple[StepsSpec, ...]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    configs: Mapping[int, OpenedConfig] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ExportTask:
    """Every curve of some schedules, each with its name or "", written in one of the export formats."""

    path: str
    schedules: tuple[Schedule, ...]
    names: tuple[str, ...]
    format: str

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    @property
    def parts(self) -> int:
        """About one part per piece."""
        return number_of_pieces(self.schedules)

    def write(self, monitor: TaskMonitor) -> None:
        """Format everything, then write it."""
        pieces = []
        for piece in export_pieces(self.schedules, None, self.format, self.names):
            pieces.append(piece)
            monitor.step()
        with written_whole(self.path) as file:
            for piece in pieces:
                file.write(piece)
                check()


class ConfigTask:
    """A scheduler config of an entry, with the step fields of its only line of steps, where there are such, and what
    its network predicts, where the class has a field for that.

    Once it is written, `said` is what a person should know about both.
    """

    parts = 1

    def __init__(self, path: str, entry: Entry) -> None:
        self.path = self.written = path
        self.said: tuple[Text, ...] = ()
        self._entry = entry

    def write(self, monitor: TaskMonitor) -> None:
        """Write it, with the schedule alone if no scheduler has fields for the steps."""
        entry = self._entry
        config, about_steps = config_for(entry.schedule, entry.steps, entry.config)
        config, about_prediction = _predicted(config, entry)
        self.said = (*about_steps, *about_prediction)
        with written_whole(self.path) as file:
            file.write((json.dumps(config, indent=2) + "\n").encode("ascii"))


def _predicted(config: Config, entry: Entry) -> tuple[Config, tuple[Text, ...]]:
    """A config with what the network of an entry predicts, or with what is to be said where it has no room for that."""
    made = with_prediction(config, entry.train, None if entry.config is None else entry.config.fields)
    if made is not None:
        return made, ()
    said = {"name": Verbatim(str(config["_class_name"])), "prediction": Verbatim(entry.train.predict)}
    return config, (Text(_OTHER_PREDICTION, said),)


_OTHER_PREDICTION = QT_TRANSLATE_NOOP(
    "conventions", "It does not say that the network predicts {prediction}, for which {name} has no field."
)


def schedules_of_file(path: str, monitor: TaskMonitor) -> PastedLines:
    """The schedules of a file, no more than a list may hold, or the one that a checkpoint was trained with.

    The config of a scheduler has its steps as well.
    """
    if file_type(path).kind is FileKind.CHECKPOINT:
        return PastedLines(_made([(Schedule.parse(path_spec(path)), "")]))
    if whole := whole_config_at(path):
        return _of_config(whole)
    return PastedLines(_made(read_named_schedules(path, MAX_SCHEDULES)))


def schedules_of_text(text: str, monitor: TaskMonitor) -> PastedLines:
    """The schedules of a text, no more than a list may hold. Raises StudioError for a name that is too long."""
    if whole := whole_config_in(text, NAME):
        return _of_config(whole)
    objectives = pasted_objectives(text, MAX_SCHEDULES)
    schedules = _made([(spec, checked_name(name)) for spec, name in pasted_schedules(text, MAX_SCHEDULES)])
    asked = pasted_steps(text, MAX_SCHEDULES)
    steps = {place: tuple(each.spec for each in lines) for place, lines in asked.items()}
    notes = tuple(note for lines in asked.values() for each in lines for note in each.notes)
    return PastedLines(schedules, objectives, steps, notes)


def _of_config(whole: WholeConfig) -> PastedLines:
    schedules = _made([(whole.schedule, "")])
    return PastedLines(schedules, steps={0: whole.below}, notes=whole.notes, configs={0: whole.opened})


def _made(schedules: Named) -> Named:
    """The same schedules, every member of a family made."""
    for spec, _name in schedules:
        _ = members_of(spec)
        check()
    return schedules
