"""Tables of steps in a report: the levels that are visited, and the weights of a solver along them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.levels_findings import findings_of_levels
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas, sigmas_of_log_snr
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.numerals import numeral
from ddpm_studio.report.markup import Markup, element, foreign, formula, table, together
from ddpm_studio.report.report_contents import Report, ReportedSteps, Telling
from ddpm_studio.report.schedule_key import name_with_key
from ddpm_studio.texts import Text

MOST_ROWS = 120
"""Rows of a table that are shown."""

_STEPS = QT_TRANSLATE_NOOP("report", "Steps")
_STEP = QT_TRANSLATE_NOOP("report", "step")
_CALL = QT_TRANSLATE_NOOP("report", "call")
LAID_OUT = QT_TRANSLATE_NOOP("report", "{text}: {count} steps")
_SOLVER = QT_TRANSLATE_NOOP("report", "{solver}: NFE {nfe}, accuracy of order {order}")
_NO_ORDER = QT_TRANSLATE_NOOP("report", "{solver}: NFE {nfe}")
_MORE = QT_TRANSLATE_NOOP("report", "{count} more rows are left out.")


def steps_of_report(report: Report, tell: Telling) -> Iterator[Markup]:
    """The section with the steps below all schedules, if there are any."""
    having = [reported for reported in report.schedules if reported.steps]
    if having:
        yield element("h2", tell(_STEPS))
    for reported in having:
        yield element("h3", name_with_key(reported))
        for steps in reported.steps:
            yield from _laid_out(steps, tell)


def solver_part(solved: SolverTable, tell: Telling, most: int = MOST_ROWS) -> Markup:
    """What a solver is, and a row for each of its network calls, `most` at most.

    The levels are those before and after a row, and A, B and C its weights of x, of the outputs, newest first, and of
    fresh noise.
    """
    order = solver_named(solved.solver).accuracy(**solved.options)
    values = {"solver": solved.solver, "nfe": solved.nfe, "order": order}
    said = element("p", tell(Text(_SOLVER if order else _NO_ORDER, values)))
    outputs = [f"B_{place}" for place in range(solved.history)]
    heading = (tell(_CALL), "t", "σ", "σ′", "A", *map(formula, outputs), "C")
    levels = sigmas_of_log_snr(solved.log_snr), sigmas_of_log_snr(solved.log_snr_next)
    columns = solved.timestep + 1, *levels, solved.A, *solved.B.T, solved.C
    return together([said, *_numbers(heading, columns, tell, most)])


def _laid_out(steps: ReportedSteps, tell: Telling) -> Iterator[Markup]:
    levels = steps.levels
    yield element("p", tell(Text(LAID_OUT, {"text": foreign(steps.text), "count": levels.count})))
    remarks = [element("li", formula(tell(finding.headline))) for finding in findings_of_levels(levels)]
    yield from [element("ul", *remarks, class_="findings")] if remarks else []
    yield from levels_table(levels, tell)
    if steps.table is not None:
        yield solver_part(steps.table, tell)


def levels_table(levels: StepLevels, tell: Telling, most: int = MOST_ROWS) -> Iterator[Markup]:
    """A row for each step, `most` at most, with the level it starts at, and one for the end."""
    yield from _numbers((tell(_STEP), *_symbols(levels)), _columns(levels), tell, most)


def _symbols(levels: StepLevels) -> tuple[str, ...]:
    return ("t", "σ", *(("τ",) if ModelSigmas(levels.schedule).flow else ()), "log SNR")


def _columns(levels: StepLevels) -> tuple[Iterable[float], ...]:
    flow = (levels.taus,) if ModelSigmas(levels.schedule).flow else ()
    return np.nan_to_num(levels.all_timesteps + 1, nan=0.0), levels.sigmas, *flow, levels.log_snr


def _numbers(heading: Iterable[str], columns: Iterable[Iterable[float]], tell: Telling, most: int) -> Iterator[Markup]:
    """A table of numbers whose rows are counted from 1, and what of it is left out."""
    rows = [(str(place), *map(numeral, map(float, row))) for place, row in enumerate(zip(*columns, strict=True), 1)]
    yield element("div", table(heading, rows[:most], class_="numbers"), class_="wide")
    if len(rows) > most:
        yield element("p", tell(Text(_MORE, {"count": len(rows) - most})), class_="muted")
