"""“Copy as Python”: code that rebuilds a schedule with NumPy alone, or as a scheduler of diffusers.

The code is this program's own, without its types and checks, so a new kind or coefficient has its snippet at once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.formula.writing import formula_code, functions_called
from ddpm_studio.diffusion.kinds import MIN_BETA
from ddpm_studio.diffusion.kinds.typed_curve import LEVELS_OF
from ddpm_studio.diffusion.noise_levels import levels_of_betas, levels_of_table, with_density
from ddpm_studio.diffusion.operators import Operation, operations
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule, kind_named
from ddpm_studio.files.diffusers_config import config_from_schedule
from ddpm_studio.files.plain_source import WIDTH, Function, assignment, definitions


def numpy_snippet(schedule: Schedule) -> str:
    """Python code that leaves every coefficient in a variable of its name, float64, shape (T,); it needs only NumPy."""
    return script(schedule, "import numpy as np", *schedule_code(schedule, _arrays(schedule)))


def diffusers_snippet(schedule: Schedule) -> str:
    """Python code that leaves a scheduler of this schedule in `scheduler`; it needs diffusers."""
    config = config_from_schedule(schedule)
    name = str(config.pop("_class_name"))
    written = {key: repr(value) for key, value in config.items()}
    if "trained_betas" not in config:
        return script(schedule, f"from diffusers import {name}", _scheduler(name, written))
    scheduler = _scheduler(name, written | {"trained_betas": "betas.tolist()"})
    betas = [entry.array for entry in schedule.coefficients.derivation if entry.name == "betas"]
    code = schedule_code(schedule, betas)
    return script(schedule, f"import numpy as np\nfrom diffusers import {name}", *code, scheduler)


def script(schedule: Schedule, *parts: str) -> str:
    """Parts of code below each other, headed by the schedule."""
    spec = " ".join(str(schedule).splitlines())
    return "\n\n".join(filter(None, [f"# {spec}", *parts])) + "\n"


def _arrays(schedule: Schedule) -> list[Function]:
    """The functions that compute the coefficients, each after those that it needs; the levels are there already."""
    return [entry.array for entry in schedule.coefficients.derivation if entry.name != "levels"]


def schedule_code(schedule: Schedule, arrays: Sequence[Function]) -> tuple[str, str]:
    """The functions that are needed, and the lines that compute the noise levels and then `arrays`."""
    lines = "\n\n".join((_levels(schedule), "\n".join(map(assignment, arrays))))
    if not _stays_finite(schedule):
        lines = "with np.errstate(all='ignore'):  # infinities are intended\n" + textwrap.indent(lines, "    ")
    return definitions(_functions(schedule), methods=arrays), lines


def _levels(schedule: Schedule) -> str:
    steps = [(function, ", ".join(["levels", *map(repr, values)])) for function, values in _operations(schedule)]
    return "\n".join([_kind_line(schedule), *(f"levels = {function.__name__}({given})" for function, given in steps)])


def _operations(schedule: Schedule) -> list[Operation]:
    return operations(schedule.values["zero_snr"], schedule.values["snr_shift"])


def _kind_line(schedule: Schedule) -> str:
    if schedule.kind == CUSTOM.name:
        arrays = ", ".join(_array(numbers) for numbers in (schedule.trained_betas, schedule.trained_log_snr) if numbers)
        return f"levels = {_from_file(schedule).__name__}({arrays})"
    if schedule.formula:
        return _formula_line(schedule)
    kind, given = (
        kind_named(schedule.kind),
        "".join(f", {key}={value!r}" for key, value in _arguments(schedule).items()),
    )
    call = f"{schedule.kind}(T={schedule.T}{given})"
    if not kind.gives_levels:
        call = f"levels_of_betas(np.clip({call}, {MIN_BETA!r}, 1.0))"
    if kind.density is None:
        return f"levels = {call}"
    bounds = f"{kind.largest_beta(schedule.values)!r}, {MIN_BETA!r}"
    density = f"{kind.density.__name__}(levels[3]{given})"
    return f"levels = {call}\nlevels = with_density(levels, {density}, {bounds})"


def _formula_line(schedule: Schedule) -> str:
    """The formula as a function of T and its parameters, and the levels of what it gives.

    It is written from what was read, so that nothing that was typed gets into code.
    """
    formula = CurveFormula.parse(schedule.formula)
    names = "".join(f", {name}" for name in formula.parameters)
    given = "".join(f", {name}={schedule.values[name]!r}" for name in formula.parameters)
    lines = f"t = np.arange(1.0, T + 1)\nu = t / T\nreturn np.full_like(t, {formula_code(formula.tree)})"
    body = textwrap.indent(lines, "    ")
    call = f"levels = {LEVELS_OF[formula.quantity].__name__}(formula(T={schedule.T}{given}))"
    return f"def formula(T{names}):\n{body}\n\n\n{call}"


def _array(numbers: Sequence[float]) -> str:
    words = ", ".join("-np.inf" if number == -np.inf else repr(number) for number in numbers)
    lines = textwrap.fill(words, WIDTH, break_on_hyphens=False)
    return f"np.array([\n{textwrap.indent(lines, '    ')}\n])"


def _from_file(schedule: Schedule) -> Function:
    """What makes levels of the numbers of a custom schedule."""
    return levels_of_table if schedule.trained_log_snr else levels_of_betas


def _arguments(schedule: Schedule) -> Mapping[str, Any]:
    return kind_named(schedule.kind).arguments(schedule.values, schedule.points, schedule.formula)


def _functions(schedule: Schedule) -> list[Function]:
    kind = kind_named(schedule.kind)
    functions: list[Function] = [_from_file(schedule)] if kind is CUSTOM else [kind.function]
    if schedule.formula:
        formula = CurveFormula.parse(schedule.formula)
        functions = [LEVELS_OF[formula.quantity], *functions_called(formula.tree)]
    functions += [] if kind.gives_levels or kind is CUSTOM else [levels_of_betas]
    functions += [] if kind.density is None else [with_density, kind.density]
    return functions + [function for function, _ in _operations(schedule)]


def _stays_finite(schedule: Schedule) -> bool:
    """True if NumPy has nothing to warn about while this schedule is computed."""
    kind, given = kind_named(schedule.kind), _arguments(schedule)
    try:
        with np.errstate(all="raise", under="ignore"):
            kind.function(schedule.T, **given)
            if kind.density is not None:
                kind.density(kind.levels(schedule.T, given, schedule.points)[3], **given)
    except FloatingPointError:
        return False
    return all(np.isfinite(array).all() for array in schedule.coefficients.arrays.values())


def _scheduler(name: str, arguments: Mapping[str, str]) -> str:
    lines = "".join(f"    {key}={value},\n" for key, value in arguments.items())
    return f"scheduler = {name}(\n{lines})"
