"""The solvers: their orders and the accuracy that these come to, space and network calls.

Accuracy p says that twice the steps make the error 2^p times smaller, as it is measured; – that they do not. The space
is the form in which a solver keeps the network's outputs, but for the velocity of heun's option slope.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ddpm_studio.commands.shared.arguments import whole_number
from ddpm_studio.commands.shared.output import aligned, counted, print_text
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import SOLVERS, Solver

SUMMARY = "list the solvers with their accuracy, space and network calls"
ORDER = 40

STEPS = 20

EXAMPLES = """\
examples:
  ddpm-studio solvers --steps 50
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


def run(options: Namespace) -> int:
    """Print the list."""
    heading = (
        "solver",
        "order",
        "accuracy",
        "space",
        f"calls for {counted(options.steps, 'step')}",
        "options",
        "source",
    )
    print_text(aligned([heading, *(_row(solver, options.steps) for solver in SOLVERS.values())]))
    return 0


def _row(solver: Solver, steps: int) -> tuple[str, ...]:
    orders = ", ".join(map(str, solver.orders)) or "–"
    accuracy = ", ".join(_range(solver.accuracies(order=order)) for order in solver.orders)
    given = "; ".join(f"{option.key} {option.bounds}" for option in solver.options if option.key != "order")
    calls = str(solver.nfe(steps)) if steps >= solver.least else f"takes {solver.least} steps or more"
    space = "x0" if solver.space == "x0" else "ε"
    return solver.name, orders, accuracy or _range(solver.accuracies()), space, calls, given, solver.paper


def _range(accuracies: tuple[int, ...]) -> str:
    """The accuracies that the other options give, such as 2–3."""
    return "–".join(str(each or "") for each in dict.fromkeys((accuracies[0], accuracies[-1]))) or "–"
