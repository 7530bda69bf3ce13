"""The schedules list in a project: one object for each entry."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.quantities import BETAS
from ddpm_studio.diffusion.schedule import CUSTOM
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.diffusion.spec import Spec, write_spec
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.betas import read_betas
from ddpm_studio.files.columns.contradictions import agreed_log_snr
from ddpm_studio.files.filetypes import FileKind, file_type
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.files.reading import from_home
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.gui.projects.paths import absolute, found, is_gone, relative
from ddpm_studio.gui.projects.tables import Table
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.given_names import bounded_name
from ddpm_studio.gui.state.json_values import flag, mapping, number, sequence, text, whole
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.stepping import checked_steps
from ddpm_studio.gui.state.titles import Base
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.styles import STYLES, least_used
from ddpm_studio.texts import Text

LEFT_OUT = QT_TRANSLATE_NOOP("projects", "Schedule {number} was left out ({reason}).")
STEPS_LEFT_OUT = QT_TRANSLATE_NOOP("projects", "Steps {number} of a schedule were left out ({reason}).")
TOO_MANY = QT_TRANSLATE_NOOP(
    "projects", "The list has room for {most} schedules; of those in the file it leaves out {count}."
)
CUSTOM_SCHEDULE = QT_TRANSLATE_NOOP("errors", "the custom schedule")
FILE_GONE = QT_TRANSLATE_NOOP("projects", "{path} is gone; its β were kept, and are shown.")


def write_entry(entry: Entry, folder: Path) -> dict[str, object]:
    """An entry: its schedule, its look, and what it began as if that had a name; paths are as seen from `folder`.

    Of a family it has the member that is shown, and the range; an objective only if it is not the default, and steps
    only if there are any. The config of a scheduler that it came from is a text.
    """
    written = _write_schedule(entry.schedule, folder)
    if entry.family is not None:
        written["family"] = entry.family.range_text
    if entry.base is not None:
        base = {"name": entry.base.name, **_write_schedule(entry.base.schedule, folder)}
        written["base"] = base | _write_objective(entry.base.train)
    written |= _write_objective(entry.train)
    if entry.steps:
        written["steps"] = [str(spec) for spec in entry.steps]
    if entry.config is not None:
        written["config"] = entry.config.text
    return written | {"name": entry.name, "style": entry.style, "visible": entry.visible}


def _write_objective(train: Objective) -> dict[str, object]:
    return {} if train == PLAIN else {"train": str(train)}


def _write_schedule(schedule: Schedule, folder: Path) -> dict[str, object]:
    """A schedule as text, and the β that were read from its file, with log SNR where they don't tell it."""
    path = relative(from_home(schedule.path), folder) if schedule.path else ""
    steps = schedule.T if schedule.kind != CUSTOM.name else None
    own = schedule.points, schedule.quantity, schedule.formula
    spec = write_spec(schedule.kind, steps, path, dict(schedule.given), *own)
    written: dict[str, object] = {"schedule": spec}
    if schedule.trained_betas:
        written["betas"] = Table(schedule.trained_betas)
    if schedule.trained_log_snr:
        written["log_snr"] = Table(schedule.trained_log_snr)
    return written


def read_entries(value: object, folder: Path, project: Taking) -> dict[int, Entry]:
    """The entries by their place in the project, keyed 1, 2, …; those that cannot be read, or for which there is no
    room, are left out, which `project` complains of.
    """

    def read(place: int, each: object) -> Entry:
        return _entry(project.within(mapping(each)), place + 1, folder)

    entries: dict[int, Entry] = {}
    for place, entry in project.each(project.first(MAX_SCHEDULES, sequence(value), TOO_MANY), read, LEFT_OUT):
        entries[place] = replace(entry, style=_style(entry.style, [other.style for other in entries.values()]))
    return entries


def _entry(content: Taking, key: int, folder: Path) -> Entry:
    schedule = _schedule(content, folder)
    family = content.take("family", lambda value: ScheduleFamily.over(schedule, text(value)), None)
    return Entry(
        key,
        schedule if family is None else family.members[family.place_of(schedule)],
        content.take("style", whole, -1),
        content.take("name", lambda value: bounded_name(text(value)), ""),
        content.take("visible", flag, True),
        content.take("base", lambda value: _base(content.within(mapping(value)), folder), None),
        family,
        _objective(content),
        content.take("steps", lambda value: _steps(value, content), ()),
        content.take("config", lambda value: OpenedConfig.read(text(value)), None),
    )


def _steps(value: object, content: Taking) -> tuple[StepsSpec, ...]:
    def read(place: int, each: object) -> StepsSpec:
        return StepsSpec.parse(text(each))

    return checked_steps(tuple(spec for _, spec in content.each(sequence(value), read, STEPS_LEFT_OUT)))


def _base(content: Taking, folder: Path) -> Base:
    return Base(bounded_name(content.need("name", text)), _schedule(content, folder), _objective(content))


def _objective(content: Taking) -> Objective:
    return content.take("train", lambda value: Objective.parse(text(value)), PLAIN)


def _schedule(content: Taking, folder: Path) -> Schedule:
    spec = content.need("schedule", text)
    words = Spec.of(spec)
    if words.kind.text != CUSTOM.name:
        return Schedule.parse(spec)
    path, values = words.read()
    if not content.has("betas"):
        table = _table(path, folder)
        betas, quantity, log_snr = read_betas(table, words.quantity)
        return Schedule.from_betas(betas, str(table), values, quantity, log_snr)
    source = ""
    if path:
        source = absolute(path, folder)
        if is_gone(path, folder):
            content.complain(Text(FILE_GONE, {"path": source}))
    kept = content.need("betas", _numbers)
    levels = content.take("log_snr", _numbers, list[float]())
    if not (content.ours or words.quantity):
        _check(kept, source)
    if levels and not content.ours:
        agreed_log_snr(BETAS, np.array(kept), {"log_snr": np.array(levels)}, source or CUSTOM_SCHEDULE)
    return Schedule.from_betas(kept, source, values, words.quantity, levels)


def _numbers(value: object) -> list[float]:
    return [number(each) for each in sequence(value)]


def _check(betas: list[float], path: str) -> None:
    """FileError for numbers that are something else than β, unless the table that they came from was accepted."""
    try:
        check_betas(np.array(betas), path or CUSTOM_SCHEDULE)
    except FileError:
        if not _are_accepted(betas, path):
            raise


def _are_accepted(betas: list[float], path: str) -> bool:
    """Whether the table at a path holds these β by a formula that it names, which is why their course is right."""
    try:
        return bool(path) and read_betas(_table(path, Path()))[0].tolist() == betas
    except StudioError:
        return False


def _table(path: str, folder: Path) -> Path:
    """The existing table of β that a project names. A checkpoint is not opened for its schedule."""
    table = found(path, folder)
    if file_type(table).kind is not FileKind.SCHEDULES:
        raise FileError(QT_TRANSLATE_NOOP("errors", "{path} is not a table of β; open it yourself."), path=path)
    return table


def _style(wanted: int, taken: Collection[int]) -> int:
    """The style that an entry has in the project, which others may have as well, or else the one least used."""
    return wanted if wanted in range(len(STYLES)) else least_used(taken)
