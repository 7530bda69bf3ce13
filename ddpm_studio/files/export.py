"""Schedules out: one short function for each format, with the same bytes from the window and the shell."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.files.filetypes import SCHEDULER_CONFIG
from ddpm_studio.files.recipes.recipe import told
from ddpm_studio.files.steps.config_again import config_written_for
from ddpm_studio.files.table_rows import row_lines
from ddpm_studio.texts import SourceText

Schedules = Sequence[Schedule]
Names = Sequence[str]


@dataclass(frozen=True)
class Exported:
    """A schedule to be exported, and the name that it was given, or ""."""

    schedule: Schedule
    name: str = ""


Formatter = Callable[[Sequence[Exported], Names], Iterator[bytes]]

PIECE = 4096
"""About how many numbers are formatted in one go: a few milliseconds, in which no other thread gets a word in."""


@dataclass(frozen=True)
class ExportFormat:
    """A format of exported schedules: `content(exported, curves)` yields what a file of these curves holds, in pieces.

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


def export_bytes(schedules: Schedules, curves: Names | None, format: str, names: Names = ()) -> bytes:
    """The content of a file with these curves (None: all) of these schedules, in a format of FORMATS.

    `names`, if there are any, are those of the schedules, one each, "" for none; a diffusers config has no place for
    them. Each format can be opened again with `read_named_schedules`, as long as `betas` is among the curves. Raises
    ScheduleError for an unknown curve and FileError for an unknown format or more schedules than it holds.
    """
    return b"".join(export_pieces(schedules, curves, format, names))


def export_pieces(schedules: Schedules, curves: Names | None, format: str, names: Names = ()) -> Iterator[bytes]:
    """The content of `export_bytes` piece by piece, each of about PIECE numbers where there are many. Raises alike."""
    chosen = list(dict.fromkeys(CURVES if curves is None else curves))
    for curve in chosen:
        _check_curve(curve)
    exported = [Exported(*each) for each in zip(schedules, names or repeat(""), strict=False)]
    return FORMATS[format_for(None, format)].content(exported, chosen)


def number_of_pieces(schedules: Schedules) -> int:
    """About how many pieces `export_pieces` makes of every curve of these schedules."""
    return -(-sum(schedule.T for schedule in schedules) * len(CURVES) // PIECE)


def format_for(path: str | os.PathLike[str] | None, format: str | None = None) -> str:
    """`format` if given, else what the name of the file says, else csv."""
    if format is None:
        format = _format_of_name(Path(path)) if path is not None else "csv"
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}”; {remedy}")
    check_named(format, FORMATS, template, FileError)
    return format


def _format_of_name(path: Path) -> str:
    said = [each for each in FORMATS.values() if each.is_said_by(path)]
    if not said:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} does not say which format it is; end it in one of {endings}, or add --format."
            ).in_window(
                QT_TRANSLATE_NOOP("errors", "{path} does not say which format it is; end it in one of {endings}.")
            ),
            path=path,
            endings=", ".join(each.suffix for each in FORMATS.values() if not each.file_name),
        )
    return max(said, key=lambda each: bool(each.file_name)).name


def _check_curve(name: str) -> None:
    template = QT_TRANSLATE_NOOP("errors", "There is no curve “{name}”; {remedy}")
    check_named(name, CURVES, template, ScheduleError)


@_format("csv", QT_TRANSLATE_NOOP("formats", "CSV"), ".csv")
def _csv(exported: Sequence[Exported], curves: Names) -> Iterator[bytes]:
    """A header, `t` and the curves, and a row for each t = 1 … T; floats in shortest round-trip form, infinity as
    `inf`.

    Several schedules stand one below the other, with a first column `schedule` that holds the spec, of a file no more
    than its name. If one has a name, the names are a column of their own before `t`.
    """
    for rows in _rows(exported, curves):
        yield _lines(rows)


def _rows(exported: Sequence[Exported], curves: Names) -> Iterator[Iterable[Iterable[object]]]:
    """The header, and then so many rows at a time as are a piece."""
    labels = (["schedule"] if len(exported) > 1 else []) + (["name"] if _any_named(exported) else [])
    yield [[*labels, "t", *curves]]
    for each in exported:
        said = {"schedule": told(each.schedule), "name": each.name}
        for start, stop in _stretches(each.schedule.T, PIECE // max(1, len(curves))):
            columns = [range(start + 1, stop + 1), *(_numbers(each, curve, start, stop) for curve in curves)]
            yield zip(*(repeat(said[label]) for label in labels), *columns, strict=False)


def _lines(rows: Iterable[Iterable[object]], mark: str = ",") -> bytes:
    return "".join(row_lines(rows, mark)).encode("utf-8", "surrogateescape")


def _any_named(exported: Sequence[Exported]) -> bool:
    return any(each.name for each in exported)


@_format("json", QT_TRANSLATE_NOOP("formats", "JSON"), ".json")
def _json(exported: Sequence[Exported], curves: Names) -> Iterator[bytes]:
    """An object with `schedule` (the spec), `name` if there is one, `t` and the curves; a list of such objects for
    several schedules.

    Infinity is 1e999, which is valid JSON and read as infinity everywhere.
    """
    several = len(exported) > 1
    for place, each in enumerate(exported):
        yield ((",\n" if place else "[\n") if several else "").encode()
        yield from _json_object(each, curves)
    yield b"\n]\n" if several else b"\n"


def _json_object(exported: Exported, curves: Names) -> Iterator[bytes]:
    T = exported.schedule.T
    entries: dict[str, object] = {"schedule": told(exported.schedule)}
    if exported.name:
        entries["name"] = exported.name
    entries["t"] = [*range(1, T + 1)]
    yield ("{\n" + ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in entries.items())).encode()
    for curve in curves:
        for start, stop in _stretches(T, PIECE):
            # Only infinity is spelled with an “I”, and JSON has no word for it.
            numbers = json.dumps(_numbers(exported, curve, start, stop)).replace("Infinity", "1e999")[1:-1]
            before = ", " if start else f',\n  "{curve}": ['
            yield f"{before}{numbers}{']' if stop == T else ''}".encode()
    yield b"\n}"


def _stretches(T: int, length: int) -> Iterator[tuple[int, int]]:
    """Neighbouring parts of 0 … T of at most `length`, each from `start` to before `stop`."""
    return ((start, min(start + max(1, length), T)) for start in range(0, T, max(1, length)))


def _numbers(exported: Exported, curve: str, start: int, stop: int) -> list[float]:
    numbers: list[float] = exported.schedule.coefficients[curve][start:stop].tolist()
    return numbers


@_format("npz", QT_TRANSLATE_NOOP("formats", "NumPy"), ".npz", binary=True)
def _npz(exported: Sequence[Exported], curves: Names) -> Iterator[bytes]:
    """The entries of JSON as arrays; for several schedules each name ends in the schedule's index, `betas_0`,
    `betas_1`.
    """
    arrays = {}
    for place, each in enumerate(exported):
        suffix = f"_{place}" if len(exported) > 1 else ""
        arrays[f"schedule{suffix}"] = np.array(told(each.schedule))
        if each.name:
            arrays[f"name{suffix}"] = np.array(each.name)
        arrays[f"t{suffix}"] = np.arange(1, each.schedule.T + 1)
        arrays |= {f"{curve}{suffix}": each.schedule.coefficients[curve] for curve in curves}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    yield file.getvalue()


@_format(
    "diffusers",
    QT_TRANSLATE_NOOP("formats", "diffusers scheduler_config"),
    ".json",
    file_name=SCHEDULER_CONFIG.names[0],
)
def _diffusers(exported: Sequence[Exported], curves: Names) -> Iterator[bytes]:
    """The config of one schedule, of the class of diffusers that has it, whatever the curves."""
    if len(exported) != 1:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "A diffusers config holds one schedule, not {count}; export them one by one."),
            count=len(exported),
        )
    yield (json.dumps(config_written_for(exported[0].schedule), indent=2) + "\n").encode("ascii")
