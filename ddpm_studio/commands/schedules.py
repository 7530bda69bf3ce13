"""The kinds of schedule, with their parameters and sources, and the presets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence

from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, add_json, cell, print_either
from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS, VARIABLES
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS, Kind, Parameter
from ddpm_studio.diffusion.kinds.monotone_spline import FEWEST, FIRST_POINTS, HIGHEST, MOST_POINTS
from ddpm_studio.diffusion.kinds.typed_curve import FIRST_FORMULA, GREATEST, SYMBOLS, UNSAID
from ddpm_studio.diffusion.presets import GROUPS, PRESETS, Preset
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

Cells = Sequence[Cell]


def configure(parser: ArgumentParser) -> None:
    """Add the argument of `ddpm-studio schedules`."""
    parser.epilog = EXAMPLES
    add_json(parser)


def run(options: Namespace) -> int:
    """Print the list."""
    common = PrintedTable([_number("T", "T", DEFAULT_T, 1, MAX_T), *map(_row, OPERATORS)])
    kinds = {kind.name: _parameters(kind) for kind in KINDS.values()} | {CUSTOM.name: PrintedTable([_path()])}
    presets = {group: _presets(group) for group in GROUPS}
    content = {
        "parameters": common.objects,
        "kinds": [_told(kind) | {"parameters": kinds[kind.name].objects} for kind in _all_kinds()],
        "presets": [{"group": group, **preset} for group, table in presets.items() for preset in table.objects],
    }
    blocks = (
        INTRODUCTION,
        f"every kind takes\n{common}",
        *(f"{_head(kind)}\n  {kind.source}\n{_known(kind)}{kinds[kind.name]}" for kind in _all_kinds()),
        *(f"presets, {group}\n{table}" for group, table in presets.items()),
    )
    print_either(options, "\n".join(blocks), content)
    return 0


def _all_kinds() -> Iterator[Kind]:
    yield from KINDS.values()
    yield CUSTOM


def _told(kind: Kind) -> dict[str, object]:
    """What is told of a kind besides its parameters, by key."""
    told: dict[str, object] = {"kind": kind.name, "label": kind.label, "formula": kind.formula, "source": kind.source}
    if kind.parameters_of is None:
        return told
    return told | {"variables": [*VARIABLES], "constants": [*CONSTANTS], "functions": [*FUNCTIONS]}


def _head(kind: Kind) -> str:
    return f"{kind.name}: {kind.formula}" if kind is CUSTOM else f"{kind.name}: {kind.label}\n  {kind.formula}"


def _known(kind: Kind) -> str:
    """What a formula can name and what it can do, as a line; nothing of a kind that has none."""
    if kind.parameters_of is None:
        return ""
    return f"  + - * / ^ ( ), {', '.join(CONSTANTS)}; {', '.join(FUNCTIONS)}\n"


def _parameters(kind: Kind) -> PrintedTable:
    points = [_points()] if kind.takes_points else []
    formula = [] if kind.parameters_of is None else [*_formulas()]
    return PrintedTable([*points, *formula, *map(_row, kind.parameters)])


def _formulas() -> Iterator[Cells]:
    """What a formula gives, one of three, what it can be made of, and its parameters."""
    example, _, text = FIRST_FORMULA.partition("=")
    for key in QUANTITIES:
        bounds = Cell(f"of {', '.join(VARIABLES)} and parameters", {})
        default = cell("default", text if key == example else None, text if key == example else "")
        yield cell("key", key), cell("symbol", SYMBOLS[key]), default, bounds
    values = {"low": -GREATEST, "high": GREATEST}
    bounds = Cell(f"any other name is a parameter, {shortest(-GREATEST)} … {shortest(GREATEST)}", values)
    yield cell("key", "NAME"), cell("symbol", ""), cell("default", UNSAID, shortest(UNSAID)), bounds


def _points() -> Cells:
    bounds = f"{FEWEST} … {MOST_POINTS} of u/log SNR, u from 0 to 1, log SNR falling within ±{shortest(HIGHEST)}"
    values = {"fewest": FEWEST, "most": MOST_POINTS, "highest_log_snr": HIGHEST}
    return cell("key", POINTS), cell("symbol", ""), cell("default", points_text(FIRST_POINTS)), Cell(bounds, values)


def _path() -> Cells:
    return cell("key", "path"), cell("symbol", "FILE"), cell("default", None, ""), Cell("", {})


def _presets(group: str) -> PrintedTable:
    return PrintedTable([_preset(preset) for preset in PRESETS if preset.group == group])


def _preset(preset: Preset) -> Cells:
    sources = {"source": preset.source, "trained": preset.trained}
    train = Cell(preset.objective_text, {"train": preset.objective_text or None, **sources})
    return cell("schedule", preset.spec), cell("name", preset.name), train


def _row(parameter: Parameter) -> Cells:
    if not parameter.words:
        return _number(parameter.key, parameter.symbol, parameter.default, parameter.low, parameter.high)
    default = cell("default", parameter.words[int(parameter.default)], shortest(parameter.default))
    choices = cell("choices", parameter.words, ", ".join(written(parameter.key)))
    return cell("key", parameter.key), cell("symbol", parameter.symbol), default, choices


def _number(key: str, symbol: str, default: float, low: float, high: float) -> Cells:
    bounds = Cell(f"{shortest(low)} … {shortest(high)}", {"low": low, "high": high})
    return cell("key", key), cell("symbol", symbol), cell("default", default, shortest(default)), bounds
