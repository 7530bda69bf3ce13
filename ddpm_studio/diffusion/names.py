"""Names that a person may have misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from ddpm_studio.errors import StudioError


def check_named(
    name: object, known: Collection[str], template: str, error: type[StudioError], **values: object
) -> None:
    """Raise `error`, its template filled with `name`, the `nearest` of the known names and `values`, for another name.

    There must be a known one. What is no text is no name.

    >>> from ddpm_studio.errors import SolverError
    >>> check_named("dimm", ("ddim", "euler"), "No solver is called “{name}”; try “{nearest}”.", SolverError)
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: No solver is called “dimm”; try “ddim”.
    """
    if not isinstance(name, str) or name not in known:
        raise error(template, name=name, nearest=nearest(name, known), **values)


def nearest(name: object, known: Collection[str]) -> str:
    """The entry of `known` that reads most like `name`, before all those that it abbreviates, as “euler_a” does.

    >>> nearest("euler_a", ("euler", "heun", "euler-ancestral"))
    'euler-ancestral'
    """
    asked = str(name).lower().replace("_", "-")

    def likeness(other: str) -> tuple[bool, float]:
        other = other.replace("_", "-")
        letters = iter(other)
        return all(letter in letters for letter in asked), difflib.SequenceMatcher(None, asked, other).ratio()

    return max(known, key=likeness)
