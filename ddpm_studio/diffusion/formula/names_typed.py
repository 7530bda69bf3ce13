"""Names in a formula: which are known, and which can be those of parameters."""

from __future__ import annotations

import keyword

from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS, OTHER_NAMES, VARIABLES
from ddpm_studio.diffusion.names import nearest
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText, verbatim

QUANTITIES = ("log_snr", "alpha_bar", "beta")
"""What a formula can give, by its key in a spec."""

LONGEST_NAME = 24
"""Letters of a parameter's name."""

_TAKEN = {*QUANTITIES, "n", "path", "points", "as", "zero_snr", "snr_shift", "shift", "formula", "np"}
"""Names that mean something else in a spec, or in NumPy code."""

_NO_NUMBERS = {"nan", "inf", "infinity", "true", "false", "none"}
"""Names of what no formula has, in small letters: as parameters they would be numbers."""

_KNOWN = {*CONSTANTS, *FUNCTIONS, *OTHER_NAMES, *VARIABLES}


def check_name(name: str, column: int) -> None:
    """Raise ScheduleError for a name that stands for no value, and can be that of no parameter."""
    if name in CONSTANTS or name in VARIABLES:
        return
    if name in FUNCTIONS or name in OTHER_NAMES:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "“{name}” at column {column} is a function; write {name}(…)."), name, column
        )
    if len(name) > LONGEST_NAME:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "“{name}” at column {column} is too long a name; use up to {most} letters."),
            name,
            column,
        )
    taken = name in _TAKEN or name.lower() in _NO_NUMBERS or keyword.iskeyword(name)
    if taken or name.startswith("_") or "__" in name:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "“{name}” at column {column} cannot be a parameter; choose another name."),
            name,
            column,
        )
    if name.lower() in _KNOWN:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "There is no “{name}” (column {column}); did you mean “{nearest}”?"),
            name,
            column,
        )


def check_function(name: str, column: int) -> None:
    """Raise ScheduleError for a name with parentheses behind it that is no function."""
    if name in FUNCTIONS:
        return
    if name in VARIABLES or name in CONSTANTS:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "“{name}” at column {column} is no function; write {name}*(…)."), name, column
        )
    meant = nearest(name, FUNCTIONS)
    if meant is None:
        raise _about(
            QT_TRANSLATE_NOOP("errors", "There is no function “{name}” (column {column}); known are {known}."),
            name,
            column,
        )
    raise _about(
        QT_TRANSLATE_NOOP("errors", "There is no function “{name}” (column {column}); did you mean “{nearest}”?"),
        name,
        column,
    )


def _about(template: SourceText, name: str, column: int) -> ScheduleError:
    known = verbatim(", ".join(FUNCTIONS))
    meant = nearest(name, (*FUNCTIONS, *CONSTANTS)) or name.lower()
    return ScheduleError(template, name=name, column=column, most=LONGEST_NAME, known=known, nearest=meant)
