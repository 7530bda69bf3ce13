"""Subcommands, one file each. A new file here is found: it is named like the command, and its docstring heads the help.

The folder `shared` is not a command; it holds what several of them use.
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
    """One line for `ddpm-studio --help`. It and ORDER are plain constants, since they are read without an import."""

    ORDER: int
    """Place in that list, lowest first."""

    def configure(self, parser: ArgumentParser) -> None:
        """Add the arguments, with examples as `parser.epilog`."""

    def run(self, options: Namespace) -> int:
        """Do the work and return the exit code. Raises StudioError where it cannot be done."""


def names() -> list[str]:
    """The names of all commands."""
    return [found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg]


def command(name: str) -> Command:
    """The command of this name, imported."""
    return cast(Command, import_module(f"{__name__}.{name}"))


def summaries() -> dict[str, str]:
    """The summary of every command, in the order of `ddpm-studio --help`, without importing any of them."""
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
    """The constants at the top level of a module by name, without running it."""
    return {
        target.id: node.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
