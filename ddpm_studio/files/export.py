"""Schedules out: one short function for each format, with the same bytes from the window and the shell."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.diffusers_config import config_from_schedule
from ddpm_studio.files.filetypes import SCHEDULER_CONFIG
from ddpm_studio.texts import SourceText

Schedules = Sequence[Schedule]
Names = Sequence[str]
Formatter = Callable[[Schedules, Names], bytes]


@dataclass(frozen=True)
class ExportFormat:
    """A format of exported schedules: `content(schedules, names)` is what a file of these curves holds.

    `label` is its name on screen. A file that ends in `suffix` has this format; a format with a `file_name` is only
    that of files with exactly this name, because its suffix stands for another format.
    """

    name: str
    label: SourceText
    suffix: str
    content: Formatter
    file_name: str = ""
    binary: bool = False

    def is_said_by(self, path: Path) -> bool:
        """True if the name of this file asks for this format."""
        return path.name == self.file_name if self.file_name else path.suffix.lower() == self.suffix


_FORMATS: dict[str, ExportFormat] = {}

FORMATS: Mapping[str, ExportFormat] = MappingProxyType(_FORMATS)
"""Every format by its name in the shell, in the order in which a dialog offers them."""


def _format(
    name: str, label: SourceText, suffix: str, file_name: str = "", binary: bool = False
) -> Callable[[Formatter], Formatter]:
    def register(content: Formatter) -> Formatter:
        _FORMATS[name] = ExportFormat(name, label, suffix, content, file_name, binary)
        return content

    return register


def export_bytes(schedules: Schedules, curves: Names | None, format: str) -> bytes:
    """The content of a file with these curves (None: all) of these schedules, in a format of FORMATS.

    Each format can be opened again with `read_schedules`, as long as `betas` is among the curves. Raises ScheduleError
    for an unknown curve and FileError for an unknown format or more schedules than it holds.
    """
    names = list(dict.fromkeys(CURVES if curves is None else curves))
    for name in names:
        _check_curve(name)
    return FORMATS[format_for(None, format)].content(schedules, names)


def format_for(path: str | os.PathLike[str] | None, format: str | None = None) -> str:
    """`format` if given, else what the name of the file says, else csv."""
    if format is None:
        format = _format_of_name(Path(path)) if path is not None else "csv"
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}”; did you mean “{nearest}”?")
    check_named(format, FORMATS, template, FileError)
    return format


def _format_of_name(path: Path) -> str:
    said = [each for each in FORMATS.values() if each.is_said_by(path)]
    if not said:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} does not say which format it is; end it in one of {endings}, or add --format."
            ),
            path=path,
            endings=", ".join(each.suffix for each in FORMATS.values() if not each.file_name),
        )
    return max(said, key=lambda each: bool(each.file_name)).name


def _check_curve(name: str) -> None:
    template = QT_TRANSLATE_NOOP("errors", "There is no curve “{name}”; did you mean “{nearest}”?")
    check_named(name, CURVES, template, ScheduleError)


@_format("csv", QT_TRANSLATE_NOOP("formats", "CSV"), ".csv")
def _csv(schedules: Schedules, names: Names) -> bytes:
    """A header, `t` and the names, and a row for each t = 1 … T; floats in shortest round-trip form, infinity as `inf`.

    Several schedules stand one below the other, with a first column `schedule` that holds the spec.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    several = len(schedules) > 1
    writer.writerow([*(["schedule"] if several else []), "t", *names])
    for schedule in schedules:
        columns = [range(1, schedule.T + 1), *(schedule.coefficients[name].tolist() for name in names)]
        spec = [repeat(str(schedule))] if several else []
        writer.writerows(zip(*spec, *columns, strict=False))
    return text.getvalue().encode("utf-8", "surrogateescape")


@_format("json", QT_TRANSLATE_NOOP("formats", "JSON"), ".json")
def _json(schedules: Schedules, names: Names) -> bytes:
    """An object with `schedule` (the spec), `t` and the names; a list of such objects for several schedules.

    Infinity is 1e999, which is valid JSON and read as infinity everywhere.
    """
    objects = [_json_object(schedule, names) for schedule in schedules]
    text = objects[0] if len(objects) == 1 else "[\n" + ",\n".join(objects) + "\n]"
    return f"{text}\n".encode("ascii")


def _json_object(schedule: Schedule, names: Names) -> str:
    entries = {"schedule": json.dumps(str(schedule)), "t": json.dumps([*range(1, schedule.T + 1)])}
    for name in names:
        # Only infinity is spelled with an “I”, and JSON has no word for it.
        entries[name] = json.dumps(schedule.coefficients[name].tolist()).replace("Infinity", "1e999")
    return "{\n" + ",\n".join(f'  "{name}": {values}' for name, values in entries.items()) + "\n}"


@_format("npz", QT_TRANSLATE_NOOP("formats", "NumPy"), ".npz", binary=True)
def _npz(schedules: Schedules, names: Names) -> bytes:
    """The entries of JSON as arrays; for several schedules each name ends in the schedule's index, `betas_0`,
    `betas_1`.
    """
    arrays = {}
    for place, schedule in enumerate(schedules):
        suffix = f"_{place}" if len(schedules) > 1 else ""
        arrays[f"schedule{suffix}"] = np.array(str(schedule))
        arrays[f"t{suffix}"] = np.arange(1, schedule.T + 1)
        arrays |= {f"{name}{suffix}": schedule.coefficients[name] for name in names}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


@_format(
    "diffusers",
    QT_TRANSLATE_NOOP("formats", "diffusers scheduler_config"),
    ".json",
    file_name=SCHEDULER_CONFIG.names[0],
)
def _diffusers(schedules: Schedules, names: Names) -> bytes:
    """The config of one schedule for DDPMScheduler.from_config, whatever the curves."""
    if len(schedules) != 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "A diffusers config holds one schedule, not {count}; export them one by one."),
            count=len(schedules),
        )
    return (json.dumps(config_from_schedule(schedules[0]), indent=2) + "\n").encode("ascii")
