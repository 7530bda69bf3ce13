"""The subcommands, one file each. A new file here is found: its name is the command's, its docstring heads the help.

What several of them use lies in `shared`, which as a folder is no command.
"""

from __future__ import annotations

import ast
import pkgutil
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast


class Command(Protocol):
    """A module of this package."""

    SUMMARY: str
    """One line for `ddpm-studio --help`; it and ORDER are plain constants, for they are read without an import."""

    ORDER: int
    """The place in that list, the lowest first."""

    def configure(self, parser: ArgumentParser) -> None:
        """Add the arguments, and examples as `parser.epilog`."""

    def run(self, options: Namespace) -> int:
        """Do it and return the exit code; StudioError for what cannot be done."""


def names() -> list[str]:
    """The names of all commands."""
    return [found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg]


def command(name: str) -> Command:
    """The command of this name, imported."""
    return cast(Command, import_module(f"{__name__}.{name}"))


def summaries() -> dict[str, str]:
    """The summary of every command, in the order of `ddpm-studio --help`; none is imported for it."""
    declared = {name: _declared(name) for name in names()}
    return {name: declared[name][1] for name in sorted(declared, key=lambda name: declared[name][0])}


def _declared(name: str) -> tuple[int, str]:
    """ORDER and SUMMARY of a command."""
    constants = _constants(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    try:
        return constants["ORDER"], constants["SUMMARY"]
    except KeyError as missing:
        raise AttributeError(f"{name}.py declares no {missing} as a plain constant") from missing


def _constants(source: str) -> dict[str, Any]:
    """The constants at the top level of a module, by name, without running it."""
    return {
        target.id: node.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
