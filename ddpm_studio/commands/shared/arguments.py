"""Arguments of the command line, read by argparse, whose complaints become a StudioError of one sentence."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ddpm_studio.commands.shared.output import print_text
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError


class UsageError(StudioError):
    """A command line that cannot be understood."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that keeps line breaks in its help, takes no abbreviations and raises UsageError."""

    def __init__(self, program: str, description: str) -> None:
        super().__init__(
            program, description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """As of argparse, which takes a value such as -0.5..0.5 for an option."""
        given = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(_with_ranges_joined(given), namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            QT_TRANSLATE_NOOP("errors", "{message}; see {program} --help."), message=message, program=self.prog
        )

    def print_help(self, file: object = None) -> None:
        print_text(self.format_help())


def _with_ranges_joined(arguments: Sequence[str]) -> list[str]:
    """The arguments, each range that begins below zero joined to the option before it."""
    joined: list[str] = []
    for argument in arguments:
        if joined and re.fullmatch(r"--[a-z-]+", joined[-1]) and re.match(r"-[\d.]+\.\.", argument):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A type for `add_argument`: a whole number from `low` to `high`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from {low} to {high}")
        return value

    return read


def number(text: str) -> float:
    """A type for `add_argument`: any number; its bounds are checked elsewhere."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from error
