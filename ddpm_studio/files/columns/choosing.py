"""Choosing of the column of a table, or the entry of an object, from which β follow."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.quantities import QUANTITIES, SIGMAS, quantities_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.columns.posterior import POSTERIOR
from ddpm_studio.texts import Verbatim

_COUNTS = {"", "t", "i", "k", "n", "u", "step", "steps", "index", "idx", "unnamed: 0", "timestep", "timesteps"}
"""Names of columns that count the rows."""

_LABELS = {"schedule", "name", "spec"}

_LOG_VARIANCES = ("posterior_log_variance", "posterior_log_variance_clipped")
"""Tables from which no schedule is read, besides those of the posterior that are compared with one."""

_EXPORTED = {"t", "schedule", "name"}
"""What an export has beside curves."""


class Chosen(NamedTuple):
    """The place of a column, and the keys of what it may hold by its name; none where that says nothing.

    `exported` is whether the table has the header of an export, in which each name has one meaning, and t begins at 1.
    """

    place: int
    named: tuple[str, ...]
    exported: bool = False


def chosen_of(names: Sequence[str], wanted: str = "") -> Chosen | None:
    """The column to read: of the quantity that is `wanted`, or else the one that has the most digits of β.

    Where no name says anything, it is the only one that does not count rows; None where there are several or none.

    >>> chosen_of(["t", "alphas_cumprod", "log_snr"]), chosen_of(["", "x"]), chosen_of(["x", "y"])
    (Chosen(place=2, named=('log_snr',), exported=True), Chosen(place=1, named=(), exported=False), None)
    """
    exported = is_exported(names)
    meant = [Chosen(place, meanings(name, exported), exported) for place, name in enumerate(names)]
    fitting = [each for each in meant if each.named and (not wanted or wanted in each.named)]
    if fitting:
        return min(fitting, key=_worth)
    others = [each for each in meant if not _is_aside(names[each.place])]
    return min(others, key=_worth) if len(others) == 1 or (wanted and any(each.named for each in others)) else None


def check_units(chosen: Chosen | None, names: Sequence[str], path: str) -> None:
    """FileError where no name says what a column holds but one that has a unit behind a quantity, or a function before
    it: what is read as it stands could be a thousand times too large.
    """
    if chosen is not None and chosen.named:
        return
    for name in names:
        if keys := _keys_with_unit(name):
            raise FileError(_UNIT, path=path, name=name, symbol=Verbatim(QUANTITIES[keys[0]].symbol), key=keys[0])


def _keys_with_unit(name: str) -> tuple[str, ...]:
    """The keys of the quantity in a name that has more than that and words that change nothing."""
    if (squared := _SQUARED.fullmatch(name.strip())) and SIGMAS in quantities_named(squared[1]):
        return (SIGMAS,)
    found = _WITH_UNIT.fullmatch(name)
    if found and (keys := quantities_named(found[1])):
        return keys
    plain = unicodedata.normalize("NFC", name.lower()).replace("\u0303", "_tilde_").replace("nsr", "snr_inverse")
    words = [*filter(None, re.split(r"[\W_]+", plain))][:_MOST_WORDS]
    if not (found or any(map(_UNIT_WORD.fullmatch, words))):
        return ()
    for start, end in sorted(combinations(range(len(words) + 1), 2), key=lambda ends: (ends[0], -ends[1])):
        if keys := quantities_named("_".join(words[start:end])):
            beside = words[:start] + words[end:]
            return keys if found or any(map(_UNIT_WORD.fullmatch, beside)) else ()
    return ()


_MOST_WORDS = 8
"""Words of a name that are looked at."""

_WITH_UNIT = re.compile(r"([^\[({/·×*%‰]+)[\[({/·×*%‰].*", re.DOTALL)
_SQUARED = re.compile(r"(.+?)[\s_]*(?:\^?2|²|\*\*2|sq(?:uared?)?)", re.IGNORECASE)
"""A name with what says that its numbers are squares."""

_UNIT_WORD = re.compile(
    r"perc(?:ent|entage)?|pct|prozent|per?mille|promille|pp[mb]|bps|milli|micro|1?0?e[-+]?\d+|x10+"
    r"|sqrt|log|log10|ln|inv|inverse|recip|delta|tilde|cumsum|prev|previous"
)
"""What makes other numbers of a quantity, beside its name."""

_UNIT = QT_TRANSLATE_NOOP(
    "errors",
    "“{name}” in {path} may be {symbol} in a unit or form of its own; write its plain numbers, and call them {key}.",
)


def is_exported(names: Sequence[str]) -> bool:
    """Whether these are the names in a file of `ddpm-studio export`: t, curves, and what says which schedule it is.

    >>> is_exported(["schedule", "t", "betas"]), is_exported(["betas"]), is_exported(["t", "ac"])
    (True, False, False)
    """
    return "t" in names and _EXPORTED | CURVES.keys() >= {*names}


def meanings(name: str, exported: bool) -> tuple[str, ...]:
    """The keys of what a column of this name may hold: in an export that of the curve which has this name."""
    return (name,) if exported and name in QUANTITIES else quantities_named(name)


def symbol_of(named: Sequence[str], name: str) -> str:
    """What numbers are called in a sentence: the symbol of the quantity, or else the name that they have there."""
    return QUANTITIES[named[0]].symbol if len(named) == 1 else name


def _worth(each: Chosen) -> tuple[bool, int]:
    """What comes first is read: what has one meaning, then what has the most digits."""
    return len(each.named) != 1, min((_ORDER.index(key) for key in each.named), default=len(_ORDER))


def _is_aside(name: str) -> bool:
    return name.strip().lower() in {*_COUNTS, *_LABELS, *POSTERIOR, *_LOG_VARIANCES}


_ORDER = tuple(QUANTITIES)
