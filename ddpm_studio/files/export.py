"""Schedules out: CSV, JSON, NPZ and a diffusers scheduler_config, the same bytes from the window and the shell."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.diffusers_config import config_from_schedule
from ddpm_studio.files.filetypes import SCHEDULER_CONFIG

Schedules = Sequence[Schedule]
Names = Sequence[str]


def export_bytes(schedules: Schedules, curves: Names | None, format: str) -> bytes:
    """The content of a file with these curves (None: all) of these schedules, in a format of FORMATS.

    csv        header `t` and the names, a row for each t = 1 … T, floats in shortest round-trip form, infinity as
               `inf`; several schedules: below each other, with a first column `schedule` that holds the spec.
    json       an object with `schedule` (the spec), `t` and the names; infinity as 1e999, which is valid JSON and read
               as infinity everywhere; several schedules: a list of such objects.
    npz        the same entries as arrays; several schedules: each name with the schedule's place, `betas_0`, `betas_1`.
    diffusers  the config of one schedule for DDPMScheduler.from_config, whatever the curves.

    Each format can be opened again with `read_schedules`, as long as `betas` is among the curves. Raises ScheduleError
    for an unknown curve and FileError for an unknown format or several schedules as diffusers config.
    """
    names = list(dict.fromkeys(CURVES if curves is None else curves))
    for name in names:
        _check_curve(name)
    return FORMATS[format_for(None, format)](schedules, names)


def format_for(path: str | os.PathLike[str] | None, format: str | None = None) -> str:
    """`format` if given, else what the name of the file says (scheduler_config.json is diffusers'), else csv."""
    if format is None:
        format = _format_of_name(Path(path)) if path is not None else "csv"
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}”; did you mean “{nearest}”?")
    check_named(format, FORMATS, template, FileError)
    return format


def _format_of_name(path: Path) -> str:
    if path.name in SCHEDULER_CONFIG.names:
        return "diffusers"
    format = path.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} does not say which format it is; end it in {endings} or add --format."),
            path=path,
            endings=".csv, .json or .npz",
        )
    return format


def _check_curve(name: str) -> None:
    template = QT_TRANSLATE_NOOP("errors", "There is no curve “{name}”; did you mean “{nearest}”?")
    check_named(name, CURVES, template, ScheduleError)


def _csv(schedules: Schedules, names: Names) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    several = len(schedules) > 1
    writer.writerow([*(["schedule"] if several else []), "t", *names])
    for schedule in schedules:
        columns = [range(1, schedule.T + 1), *(schedule.coefficients[name].tolist() for name in names)]
        spec = [repeat(str(schedule))] if several else []
        writer.writerows(zip(*spec, *columns, strict=False))
    return text.getvalue().encode("utf-8", "surrogateescape")


def _json(schedules: Schedules, names: Names) -> bytes:
    objects = [_json_object(schedule, names) for schedule in schedules]
    text = objects[0] if len(objects) == 1 else "[\n" + ",\n".join(objects) + "\n]"
    return f"{text}\n".encode("ascii")


def _json_object(schedule: Schedule, names: Names) -> str:
    entries = {"schedule": json.dumps(str(schedule)), "t": json.dumps([*range(1, schedule.T + 1)])}
    for name in names:
        # Only infinity is spelled with an “I”, and JSON has no word for it.
        entries[name] = json.dumps(schedule.coefficients[name].tolist()).replace("Infinity", "1e999")
    return "{\n" + ",\n".join(f'  "{name}": {values}' for name, values in entries.items()) + "\n}"


def _npz(schedules: Schedules, names: Names) -> bytes:
    arrays = {}
    for place, schedule in enumerate(schedules):
        suffix = f"_{place}" if len(schedules) > 1 else ""
        arrays[f"schedule{suffix}"] = np.array(str(schedule))
        arrays[f"t{suffix}"] = np.arange(1, schedule.T + 1)
        arrays |= {f"{name}{suffix}": schedule.coefficients[name] for name in names}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _diffusers(schedules: Schedules, names: Names) -> bytes:
    if len(schedules) != 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "A diffusers config holds one schedule, not {count}; export them one by one."),
            count=len(schedules),
        )
    return (json.dumps(config_from_schedule(schedules[0]), indent=2) + "\n").encode("ascii")


FORMATS: Mapping[str, Callable[[Schedules, Names], bytes]] = {
    "csv": _csv,
    "json": _json,
    "npz": _npz,
    "diffusers": _diffusers,
}
