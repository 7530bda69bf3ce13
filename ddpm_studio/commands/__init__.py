"""The commands of the shell: one module each with `configure` and `run`, imported when it is asked for."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import Protocol, cast

COMMANDS = {
    "export": "write the coefficients of schedules as CSV, JSON, NPZ or diffusers config",
    "noise": "write a picture as it is at step t of a schedule",
    "sample": "draw pictures with a checkpoint, any solver and any schedule",
    "solvers": "list the solvers with their order, space and network calls",
    "inspect": "say what a checkpoint is and what was assumed about it",
    "schedules": "list the kinds of schedule with their parameters, and the presets",
}
"""What each module of this package does, in the order of `ddpm-studio --help`."""


class Command(Protocol):
    """What a module of this package has; its docstring is the first paragraph of its help."""

    def configure(self, parser: ArgumentParser) -> None:
        """Add the arguments, and examples as `parser.epilog`."""

    def run(self, options: Namespace) -> int:
        """Do it and return the exit code; StudioError for what cannot be done."""


def command(name: str) -> Command:
    """The command of this name, one of COMMANDS."""
    return cast(Command, import_module(f"{__name__}.{name}"))
