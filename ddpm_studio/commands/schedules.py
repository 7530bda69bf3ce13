"""The kinds of schedule, with their parameters and sources, and the presets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence

from ddpm_studio.commands.shared.output import aligned, print_text
from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS, VARIABLES
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS, Kind, Parameter
from ddpm_studio.diffusion.kinds.monotone_spline import FEWEST, FIRST_POINTS, HIGHEST, MOST_POINTS
from ddpm_studio.diffusion.kinds.typed_curve import FIRST_FORMULA, GREATEST, SYMBOLS, UNSAID
from ddpm_studio.diffusion.presets import GROUPS, PRESETS
from ddpm_studio.diffusion.schedule import CUSTOM, DEFAULT_T, MAX_T, OPERATORS
from ddpm_studio.diffusion.spec import POINTS, points_text, shortest, written

SUMMARY = "list the kinds of schedule with their parameters, and the presets"
ORDER = 60

INTRODUCTION = """\
A schedule is written kind:T=1000,key=value,…; whatever is left out takes its default.
Each parameter is listed with its symbol, its default and its bounds; u = t/T. A preset has behind its
name what its networks are trained for, as far as that is published, in the form that --train takes.
"""

EXAMPLES = """\
examples:
  ddpm-studio schedules
  ddpm-studio export --schedule cosine:T=1000,s=0.01,zero_snr=1
"""

Cells = Sequence[str]


def configure(parser: ArgumentParser) -> None:
    """Give `ddpm-studio schedules`, which takes no arguments, its examples."""
    parser.epilog = EXAMPLES


def run(options: Namespace) -> int:
    """Print the list."""
    blocks = [INTRODUCTION, _common(), *map(_kind, KINDS.values()), _custom(), *map(_presets, GROUPS)]
    print_text("\n".join(blocks))
    return 0


def _common() -> str:
    rows = [("T", "T", str(DEFAULT_T), f"1 … {MAX_T}"), *map(_row, OPERATORS)]
    return "every kind takes\n" + aligned(rows)


def _kind(kind: Kind) -> str:
    points = [_points()] if kind.takes_points else []
    formula = [] if kind.parameters_of is None else [*_formulas()]
    rows = [*points, *formula, *map(_row, kind.parameters)]
    known = "" if kind.parameters_of is None else _known()
    return f"{kind.name}: {kind.label}\n  {kind.formula}\n  {kind.source}\n{known}" + aligned(rows)


def _points() -> Cells:
    bounds = f"{FEWEST} … {MOST_POINTS} of u/log SNR, u from 0 to 1, log SNR falling within ±{shortest(HIGHEST)}"
    return POINTS, "", points_text(FIRST_POINTS), bounds


def _known() -> str:
    """What a formula can name and what it can do."""
    return f"  + - * / ^ ( ), {', '.join(CONSTANTS)}; {', '.join(FUNCTIONS)}\n"


def _formulas() -> Iterator[Cells]:
    """What a formula gives, one of three, what it can be made of, and its parameters."""
    example, _, text = FIRST_FORMULA.partition("=")
    for key in QUANTITIES:
        yield key, SYMBOLS[key], text if key == example else "", f"of {', '.join(VARIABLES)} and parameters"
    bounds = f"any other name is a parameter, {shortest(-GREATEST)} … {shortest(GREATEST)}"
    yield "NAME", "", shortest(UNSAID), bounds


def _custom() -> str:
    return f"{CUSTOM.name}: {CUSTOM.formula}\n  {CUSTOM.source}\n" + aligned([("path", "FILE", "", "")])


def _presets(group: str) -> str:
    rows = ((preset.spec, preset.name, preset.objective_text) for preset in PRESETS if preset.group == group)
    return f"presets, {group}\n" + aligned(rows)


def _row(parameter: Parameter) -> Cells:
    numbers = f"{shortest(parameter.low)} … {shortest(parameter.high)}"
    bounds = ", ".join(written(parameter.key)) if parameter.words else numbers
    return parameter.key, parameter.symbol, shortest(parameter.default), bounds
