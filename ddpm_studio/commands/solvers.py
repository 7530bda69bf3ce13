"""The solvers: their orders and the accuracy that these come to, space and network calls.

Accuracy p says that twice the steps make the error 2^p times smaller, as it is measured; – that they do not. The space
is the form in which a solver keeps the network's outputs, but for the velocity of heun's option slope.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ddpm_studio.commands.shared.arguments import whole_number
from ddpm_studio.commands.shared.output import counted
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, add_json, cell, print_either
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import SOLVERS, Solver

SUMMARY = "list the solvers with their accuracy, space and network calls"
ORDER = 40

STEPS = 20

EXAMPLES = """\
examples:
  ddpm-studio solvers --steps 50
  ddpm-studio solvers --json
  ddpm-studio sample --solver unipc --order 3 --steps 10 -o grid.png
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio solvers`."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "--steps",
        metavar="N",
        type=whole_number(1, MAX_T),
        default=STEPS,
        help=f"count the network calls of so many steps (default: {STEPS})",
    )
    add_json(parser)


def run(options: Namespace) -> int:
    """Print the list."""
    calls = f"calls for {counted(options.steps, 'step')}"
    heading = ("solver", "order", "accuracy", "space", calls, "options", "source")
    table = PrintedTable([_row(solver, options.steps) for solver in SOLVERS.values()], heading)
    print_either(options, str(table), {"steps": options.steps, "solvers": table.objects})
    return 0


def _row(solver: Solver, steps: int) -> tuple[Cell, ...]:
    accuracies = [solver.accuracies(order=order) for order in solver.orders] or [solver.accuracies()]
    return (
        cell("solver", solver.name),
        cell("orders", solver.orders, ", ".join(map(str, solver.orders)) or "–"),
        cell("accuracies", accuracies, ", ".join(map(_range, accuracies))),
        cell("space", solver.space, "x0" if solver.space == "x0" else "ε"),
        _calls(solver, steps),
        _options(solver),
        cell("source", solver.paper),
    )


def _calls(solver: Solver, steps: int) -> Cell:
    nfe = solver.nfe(steps) if steps >= solver.least else None
    text = f"takes {solver.least} steps or more" if nfe is None else str(nfe)
    return Cell(text, {"nfe": nfe, "fewest_steps": solver.least})


def _options(solver: Solver) -> Cell:
    others = [option for option in solver.options if option.key != "order"]
    text = "; ".join(f"{option.key} {option.bounds}" for option in others)
    return cell("options", [*map(_bounds, others)], text)


def _bounds(option: Option) -> dict[str, object]:
    bounds = {"choices": option.choices} if option.choices else {"low": option.low, "high": option.high}
    return {"key": option.key, "default": option.default, **bounds}


def _range(accuracies: tuple[int, ...]) -> str:
    """The accuracies that the other options give, such as 2–3."""
    return "–".join(str(each or "") for each in dict.fromkeys((accuracies[0], accuracies[-1]))) or "–"
