"""Options of the solvers, as their registry declares them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable

from ddpm_studio.commands.shared.arguments import number, whole_number
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import SOLVERS


def add_solver_options(parser: ArgumentParser) -> None:
    """Add one option for each key that an option of some solver has."""
    group = parser.add_argument_group(
        "options of the solver", "Each solver has those that `ddpm-studio solvers` lists."
    )
    for key in _keys():
        having = {name: option for name, solver in SOLVERS.items() for option in solver.options if option.key == key}
        first = next(iter(having.values()))
        help = f"{first.bounds}: {first.meaning} ({', '.join(having)})"
        group.add_argument(f"--{key}", metavar=_metavar(first), type=_type(first), help=help.replace("%", "%%"))


def solver_options_from(options: Namespace) -> dict[str, object]:
    """The options that were given, by key."""
    return {key: value for key in _keys() if (value := getattr(options, key)) is not None}


def _keys() -> Iterable[str]:
    return dict.fromkeys(option.key for solver in SOLVERS.values() for option in solver.options)


def _type(option: Option) -> Callable[[str], object]:
    if not option.choices:
        return number
    return str if all(isinstance(choice, str) for choice in option.choices) else whole_number(0, MAX_T)


def _metavar(option: Option) -> str:
    return {number: "X", str: "NAME"}.get(_type(option), "N")
