"""Formats of a comparison of two lists of steps: a table with sentences to read, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.diffusion.steps.differences.explanation import Explained, explain
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

COLUMNS_COMPARED = ("step", "t_1", "t_2", "t_difference", "sigma_1", "sigma_2", "sigma_ratio", "log_snr_difference")

Formatter = Callable[[ComparedSteps, ComparedSteps, Explained], str]


def comparison_bytes(first: ComparedSteps, second: ComparedSteps, format: str) -> bytes:
    """The content of a file that compares two lists. FileError for an unknown format."""
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}” of a comparison; {remedy}")
    check_named(format, COMPARISON_FORMATS, template, FileError)
    return COMPARISON_FORMATS[format](first, second, explain(first, second)).encode("utf-8", "surrogateescape")


def sentences(explained: Explained) -> list[str]:
    """What is said of two lists: that they are equal, every explanation, or that there is none."""
    if explained.equal:
        return [f"The lists are equal; log SNR differs by {explained.differences.largest:.2g} at most."]
    if not explained.explanations:
        return ["No one or two of the known conventions explain the difference."]
    said = [" ".join(str(each.sentence) for each in explanation) for explanation in explained.explanations]
    return [f"{'Or: ' if place else ''}{sentence}" for place, sentence in enumerate(said)]


def _rows(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> list[list[float]]:
    """A row for each level that both lists have, NaN where the end has no t."""
    rows = len(explained.differences.log_snr)
    times = [np.append(each.levels.timesteps[: rows - 1] + 1, np.nan) for each in (first, second)]
    sigmas = [each.levels.sigmas[:rows] for each in (first, second)]
    differences = explained.differences
    columns = (*times, np.append(differences.timesteps, np.nan), *sigmas, differences.ratios, differences.log_snr)
    return np.stack(columns, axis=1).tolist()  # type: ignore[no-any-return]


def _csv(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS_COMPARED)
    for step, row in enumerate(_rows(first, second, explained), 1):
        rows.writerow([step, *("" if np.isnan(number) else shortest(number) for number in row)])
    return text.getvalue()


def _json(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> str:
    rows = ([number if np.isfinite(number) else None for number in row] for row in _rows(first, second, explained))
    content = {
        "equal": explained.equal,
        "explanations": [
            [{"name": each.convention.name, "sentence": str(each.sentence)} for each in explanation]
            for explanation in explained.explanations
        ],
        "steps": [first.levels.count, second.levels.count],
        "differences": [dict(zip(COLUMNS_COMPARED, (step, *row), strict=True)) for step, row in enumerate(rows, 1)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _table(first: ComparedSteps, second: ComparedSteps, explained: Explained) -> str:
    heads = ("step", "t", "t′", "t′−t", "σ", "σ′", "σ′/σ", "Δ log SNR")
    cells = [
        [str(step), *("" if np.isnan(number) else f"{number:.6g}" for number in row)]
        for step, row in enumerate(_rows(first, second, explained), 1)
    ]
    lines = ["  ".join(f"{cell:>11}" for cell in row).rstrip() for row in (heads, *cells)]
    counts = (first.levels.count, second.levels.count)
    if counts[0] != counts[1]:
        lines.append(f"The first list has {counts[0]} steps, the second {counts[1]}.")
    return "\n".join([*lines, "", *sentences(explained)]) + "\n"


COMPARISON_FORMATS: Mapping[str, Formatter] = MappingProxyType({"table": _table, "csv": _csv, "json": _json})
"""Every format of a comparison by its name in the shell."""
