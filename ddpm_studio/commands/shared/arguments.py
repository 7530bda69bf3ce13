"""Arguments of the command line, read by argparse, whose complaints become a StudioError of one sentence."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn

from ddpm_studio.commands.shared.output import print_text
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError

PLACES = ("FILE", "FILE.png", "FOLDER", "PATH", "PICTURE", "SHARD", "SWEEP")
"""What stands in help for the path of a file or a folder."""


class UsageError(StudioError):
    """A command line that cannot be understood."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that keeps line breaks in its help, takes no abbreviations and raises UsageError.

    An option of `standing_for` takes a file, and stands for the arguments that its function finds in it; it is given
    the others as well, which hold against them.
    """

    def __init__(self, program: str, description: str) -> None:
        self.standing_for: dict[str, Callable[[str, Sequence[str]], list[str]]] = {}
        super().__init__(
            program, description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
        )

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """As of argparse, which takes a value such as -0.5..0.5 for an option."""
        given = list(sys.argv[1:] if args is None else args)
        found = super().parse_known_args(self._expanded(_with_ranges_joined(given)), namespace)
        self._check_paths(found[0])
        return found

    def _check_paths(self, options: argparse.Namespace) -> None:
        """UsageError for a path without a letter, as a variable of the shell that is not set makes it."""
        for action in self._actions:
            values = getattr(options, action.dest, None)
            if action.metavar in PLACES and "" in (values if isinstance(values, list) else [values]):
                raise UsageError(
                    QT_TRANSLATE_NOOP("errors", "{option} is given an empty name; name a file or a folder."),
                    option=next(iter(action.option_strings), action.metavar),
                )

    def _expanded(self, given: list[str]) -> list[str]:
        """The arguments, with those in front that an option among them stands for."""
        for option, arguments_in in self.standing_for.items():
            joined = [each.removeprefix(f"{option}=") for each in given if each.startswith(f"{option}=")]
            for path in [*joined, *(each for before, each in pairwise(given) if before == option)][:1]:
                return [*(arguments_in(path, given) if path else ()), *given]
        return given

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


def names(text: str) -> tuple[str, ...]:
    """A type for `add_argument`: names between commas, each once; whether there are such is checked elsewhere.

    >>> names("betas, snr,betas,")
    ('betas', 'snr')
    """
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def number(text: str) -> float:
    """A type for `add_argument`: any number; its bounds are checked elsewhere."""
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from error


def unnamed(text: str) -> str:
    """The text of a schedule, to which what it is called behind a # makes no difference."""
    return name_apart(text)[0]
