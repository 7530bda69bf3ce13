"""Names that may be misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from ddpm_studio.errors import StudioError
from ddpm_studio.texts import SourceText

LONGEST = 80
"""Letters of a name that are compared with those that are known; comparing takes longer than they are long."""


SPACING_NAMES: set[str] = set()
"""Names of spacings, for whoever takes one for that of a schedule."""


def check_named(
    name: object, known: Collection[str], template: SourceText, error: type[StudioError], **values: object
) -> None:
    """Raise `error` for a name that is not known, its template filled with `name`, its `nearest` and `values`.

    `known` must not be empty. Anything but text is not a name.

    >>> from ddpm_studio.errors import SolverError
    >>> check_named("dimm", ("ddim", "euler"), "No solver is called “{name}”; try “{nearest}”.", SolverError)
    Traceback (most recent call last):
    ddpm_studio.errors.SolverError: No solver is called “dimm”; try “ddim”.
    """
    if not isinstance(name, str) or name not in known:
        raise error(template, name=name, nearest=nearest(name, known), **values)


def nearest(name: object, known: Collection[str]) -> str:
    """The entry of `known` most like `name`; entries that it abbreviates, as “euler_a” does, take precedence.

    >>> nearest("euler_a", ("euler", "heun", "euler-ancestral"))
    'euler-ancestral'
    """
    asked = str(name)[:LONGEST].lower().replace("_", "-")

    def likeness(other: str) -> tuple[bool, float]:
        other = other.replace("_", "-")
        letters = iter(other)
        return all(letter in letters for letter in asked), difflib.SequenceMatcher(None, asked, other).ratio()

    return max(known, key=likeness)
