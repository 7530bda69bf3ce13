"""Formats of a comparison of two lists of steps: a table with sentences to read, CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps, differences
from ddpm_studio.diffusion.steps.differences.explanation import Explained, Explanation, explain
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.table_rows import NumberCell, row_lines
from ddpm_studio.texts import Readable, Text
from ddpm_studio.written_json import json_text

COLUMNS_COMPARED = (
    *("step", "t_1", "t_2", "t_difference", "sigma_1", "sigma_2", "sigma_ratio"),
    *("log_snr_1", "log_snr_2", "log_snr_difference"),
)
SYMBOLS_COMPARED = ("step", "t", "t′", "t′−t", "σ", "σ′", "σ′/σ", "log SNR", "log SNR′", "Δ log SNR")
"""Columns as a table has them, the second list with a prime."""

Formatter = Callable[[ComparedSteps, ComparedSteps, Explained], str]
Telling = Callable[[Readable], str]
"""A function that says a text in the language of whoever reads it."""

EQUAL = QT_TRANSLATE_NOOP("conventions", "The lists are equal; log SNR differs by {largest:.2g} at most.")
COUNTS = QT_TRANSLATE_NOOP("conventions", "Number of steps: {first} in the first list, {second} in the second.")
ALTERNATIVE = QT_TRANSLATE_NOOP("conventions", "Or:")
REMAINING = QT_TRANSLATE_NOOP("conventions", "What remains is {remaining:.2g} in log SNR at most.")
NOTHING_REMAINS = QT_TRANSLATE_NOOP("conventions", "Nothing remains.")
UNEXPLAINED = QT_TRANSLATE_NOOP("conventions", "No one or two of the known conventions explain the difference.")
LARGEST = QT_TRANSLATE_NOOP(
    "conventions", "log SNR differs by {largest:.3g} at most, at step {step}: a factor of {ratio:.3g} in σ."
)
ONE_ALONE = QT_TRANSLATE_NOOP("conventions", "At step {step} σ is 0, or infinite, in one of the lists alone.")
NEAREST = QT_TRANSLATE_NOOP("conventions", "What comes nearest leaves {remaining:.3g} in log SNR:")


def comparison_bytes(first: ComparedSteps, second: ComparedSteps, format: str) -> bytes:
    """The content of a file that compares two lists. FileError for an unknown format."""
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}” for a comparison; {remedy}")
    check_named(format, COMPARISON_FORMATS, template, FileError)
    return COMPARISON_FORMATS[format](first, second, explain(first, second)).encode("utf-8", "surrogateescape")


def sentences(explained: Explained, counts: tuple[int, int], tell: Telling = str) -> list[str]:
    """What is said of two lists of so many steps: that they are equal, every explanation, or that there is none."""
    if explained.equal:
        return [tell(Text(EQUAL, {"largest": explained.differences.largest}))]
    said = _explained(explained, tell) if explained.explanations else _unexplained(explained, tell)
    if counts[0] != counts[1]:
        said.append(tell(Text(COUNTS, {"first": counts[0], "second": counts[1]})))
    return said


def _explained(explained: Explained, tell: Telling) -> list[str]:
    """A paragraph for each explanation, with what it leaves."""
    said = []
    for place, (explanation, remaining) in enumerate(zip(explained.explanations, explained.remaining, strict=True)):
        left = Text(REMAINING, {"remaining": remaining}) if remaining else NOTHING_REMAINS
        parts = [*_told(explanation, tell), tell(left)]
        said.append(" ".join([tell(ALTERNATIVE), *parts] if place else parts))
    return said


def _told(explanation: Explanation, tell: Telling) -> list[str]:
    return [tell(each.sentence) for each in explanation]


def _unexplained(explained: Explained, tell: Telling) -> list[str]:
    """That nothing explains two lists, how far they are apart, and what comes nearest."""
    said, apart = [tell(UNEXPLAINED)], explained.differences.log_snr
    infinite = np.flatnonzero(np.isinf(apart))
    if len(infinite):
        said.append(tell(Text(ONE_ALONE, {"step": int(infinite[0]) + 1})))
    finite = np.where(np.isfinite(apart), np.abs(apart), 0)
    step = int(finite.argmax())
    if finite[step]:
        ratio = float(explained.differences.ratios[step])
        said.append(tell(Text(LARGEST, {"largest": float(finite[step]), "step": step + 1, "ratio": ratio})))
    if explained.nearest is not None:
        explanation, remaining = explained.nearest
        said.append(" ".join([tell(Text(NEAREST, {"remaining": remaining})), *_told(explanation, tell)]))
    return said


def comparison_rows(first: ComparedSteps, second: ComparedSteps) -> Array:
    """A row for each level of the longer list, (rows, 9): the columns after the step, NaN where one has none."""
    rows = max(first.levels.count, second.levels.count) + 1
    apart = differences(first.levels, second.levels)
    one, other = first.levels, second.levels
    columns = (
        *(one.timesteps + 1, other.timesteps + 1, apart.timesteps),
        *(one.sigmas, other.sigmas, apart.ratios),
        *(one.log_snr, other.log_snr, apart.log_snr),
    )
    return np.stack([np.pad(column, (0, rows - len(column)), constant_values=np.nan) for column in columns], axis=1)


def _csv(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> str:
    rows = (
        [step, *("" if np.isnan(number) else NumberCell(shortest(number)) for number in row)]
        for step, row in enumerate(comparison_rows(first, second).tolist(), 1)
    )
    return "".join(row_lines([COLUMNS_COMPARED, *rows]))


def _json(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> str:
    rows = comparison_rows(first, second).tolist()
    content = {
        "equal": explained.equal,
        "explanations": [
            [{"name": each.convention.name, "sentence": str(each.sentence)} for each in explanation]
            for explanation in explained.explanations
        ],
        "remaining": explained.remaining,
        "steps": [first.levels.count, second.levels.count],
        "differences": [dict(zip(COLUMNS_COMPARED, (step, *row), strict=True)) for step, row in enumerate(rows, 1)],
    }
    return json_text(content)


def comparison_table(first: ComparedSteps, second: ComparedSteps, explained: Explained, tell: Telling = str) -> str:
    """A table of every step, and below it what explains the difference."""
    cells = [
        [str(step), *("" if np.isnan(number) else f"{number:.6g}" for number in row)]
        for step, row in enumerate(comparison_rows(first, second).tolist(), 1)
    ]
    table = [SYMBOLS_COMPARED, *cells]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    counts = (first.levels.count, second.levels.count)
    return "\n".join([*lines, "", *sentences(explained, counts, tell)]) + "\n"


COMPARISON_FORMATS: Mapping[str, Formatter] = MappingProxyType({"table": comparison_table, "csv": _csv, "json": _json})
"""Every format of a comparison by its name in the shell."""
