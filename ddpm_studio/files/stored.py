"""Stored: betas as their readers hand them on; and the checks that all formats share."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ddpm_studio.diffusion.names import listed
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText, to_type

MAX_STORED = 100
"""The most schedules that are read from one file."""


_STEPS, _COUNTS = {"timestep", "timesteps"}, {"“”", "t", "i", "step", "steps", "index", "unnamed: 0"}
"""Names of the steps of a sampler, and of what counts them."""


_DOUBLE = re.compile(r"(?<=[\d.])[dD](?=[-+]?\d)")
_PERCENT = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?\s*[%‰]")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d*)?|[-+]?\d+(?:\.\d+){2,}")


@dataclass(frozen=True)
class Stored:
    """The numbers of one schedule in a file, shape (T,), the spec and the name that the file gives for it, or "".

    `named` are the keys of what they may be by the name that they have in it, none where they have no name. A schedule
    is `described` where the file has its formula in place of numbers, `exported` where its table has the header of an
    export, `agreed` where other numbers in it say the same, or the reader of a config has looked at their course, and
    `counted` where something says of which step each is.
    `log_snr`, shape (T,), is what those tell with more digits, (0,) where none do.
    """

    spec: str
    numbers: Array
    name: str = ""
    named: tuple[str, ...] = ()
    described: bool = False
    exported: bool = False
    agreed: bool = False
    counted: bool = False
    log_snr: Array = field(default_factory=lambda: np.empty(0))


def betas_array(values: Iterable[object], path: str, column: str = "β") -> Array:
    """float64, shape (T,), of 1 to 100 000 numbers; FileError, counting from t = 1, for whatever is not a number.

    `column` is what they are called there.
    """
    numbers = []
    for t, value in enumerate(values, 1):
        if t > MAX_T:
            raise too_many(path)
        numbers.append(_number(value, t, path, column))
    if not numbers:
        raise no_betas(path)
    return np.array(numbers)


def no_betas(path: str, found: Iterable[str] = (), may_be_steps: bool = True) -> FileError:
    """The error for a file that has `found` where betas were looked for, which `may_be_steps` by their name."""
    names = [each or "“”" for each in found]
    told = {each.strip().lower() for each in names}
    if may_be_steps and told & _STEPS and told <= _STEPS | _COUNTS:
        return steps_alone(path)
    if not names:
        return FileError(
            QT_TRANSLATE_NOOP("errors", "{path} holds no numbers; a schedule has a β for each step."), path=path
        )
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas, only {names}; name a column or an entry betas, or alphas_cumprod if it is ᾱ.",
        ),
        path=path,
        names=listed(names),
    )


def steps_alone(path: str) -> FileError:
    """The error for a list of a sampler's steps."""
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors", "{path} lists the steps of a sampler, not a schedule; give it by --spacing {spec}."
        ).in_window(
            QT_TRANSLATE_NOOP(
                "errors", "{path} lists the steps of a sampler, not a schedule; add it by Open… of Steps."
            )
        ),
        path=path,
        spec=to_type(f"file:{path}"),
    )


def no_table(path: str) -> FileError:
    """The error for a file that is of none of the formats."""
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: it is not a CSV, JSON, NPY or NPZ file; choose one of these, or a checkpoint.",
        ),
        path=path,
    )


def too_many(path: str) -> FileError:
    """The error for more betas than a schedule may have."""
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors", "{path} holds more than {high} betas, the most that a schedule may have; choose a shorter one."
        ),
        path=path,
        high=MAX_T,
    )


def too_many_schedules(path: str, most: int) -> FileError:
    """The error for a file of more than `most` schedules."""
    return FileError(
        QT_TRANSLATE_NOOP("errors", "{path} holds more than {high} schedules; export at most so many into one file."),
        path=path,
        high=most,
    )


def with_exponent(cell: str) -> str:
    """The text of a number, with an e where Fortran has a D before the exponent.

    >>> with_exponent("1.5D-04"), with_exponent("D-4")
    ('1.5e-04', 'D-4')
    """
    return _DOUBLE.sub("e", cell)


def _number(value: object, t: int, path: str, column: str) -> float:
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return float(with_exponent(value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        pass
    raise FileError(_no_number(value), column=column, t=t, path=path, value=reprlib.repr(value))


def _no_number(value: object) -> SourceText:
    """The sentence for what is no number, by the way in which it was meant to be one."""
    written = value.strip() if isinstance(value, str) else ""
    if _PERCENT.fullmatch(written):
        return QT_TRANSLATE_NOOP(
            "errors", "{column}_{t} of {path} is {value}; write plain numbers, 0.02 for 2 %, and leave the sign out."
        )
    if _THOUSANDS.fullmatch(written):
        return QT_TRANSLATE_NOOP(
            "errors",
            "{column}_{t} of {path} is {value}; write numbers without marks between thousands, with one point alone.",
        )
    return QT_TRANSLATE_NOOP("errors", "{column}_{t} of {path} is {value}; it must be a number.")
