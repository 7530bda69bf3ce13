"""Arguments of the command line, read by argparse, whose complaints become a StudioError of one sentence."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

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

    def error(self, message: str) -> NoReturn:
        raise UsageError(
            QT_TRANSLATE_NOOP("errors", "{message}; see {program} --help."), message=message, program=self.prog
        )

    def print_help(self, file: object = None) -> None:
        print_text(self.format_help())


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
