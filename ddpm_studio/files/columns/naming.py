"""Naming of a table's numbers: what they are by their name, by what is said of them, or by their course.

Where they may be two things, nothing is guessed: a FileError names both, and how to say which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array, log_snr_beyond
from ddpm_studio.diffusion.quantities import BETAS, QUANTITIES, SIGMAS, TAU, Quantity, quantities_named
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.columns.formulas import follows_formula
from ddpm_studio.files.lookalikes import (
    can_be,
    check_betas,
    check_rising,
    likely_keys,
    may_be_betas,
    may_be_timesteps,
    unlike,
)
from ddpm_studio.files.stored import steps_alone
from ddpm_studio.texts import SourceText, Verbatim, to_type

MOST_WORDS = 40
"""Words of a file's name that are looked at."""

EITHER_WAY = (SIGMAS, TAU, "log_sigmas")
"""Quantities that samplers list from noise to picture, and training from picture to noise."""

UNSEEN = 2.0**-54
"""β by which 1 − β rounds to 1."""


def key_of(
    values: Array,
    named: Sequence[str],
    path: str,
    *,
    agreed: bool = False,
    counted: bool = False,
    exported: bool = False,
) -> str:
    """The key of what numbers, shape (T,), are, of which `named` are what their name says, none without a name.

    Where they have none, that of their file may say it. FileError for steps, and where it may be one of several, but
    not for β with which other numbers of the file are `agreed`; and for β that fall all the way, unless these agree or
    the steps are `counted`. `exported` are those in a table like an export's.
    """
    key = _key_of(values, named, path, agreed, exported)
    if not (agreed or counted):
        check_rising(key, values, path)
    return key


def _key_of(values: Array, named: Sequence[str], path: str, agreed: bool, exported: bool) -> str:
    named = named or _named_by_file(path)
    if tuple(named) == (BETAS,):
        if not agreed:
            check_betas(values, path)
        return BETAS
    if exported and tuple(named) == (SIGMAS,) and len(values) > 1:
        if values[-1] == 1:
            return _only((SIGMAS, TAU), (), values, path)
        named = (SIGMAS, TAU) if values[0] > values[-1] else named
    if len(named) == 1 or (named and np.isnan(values).any()):
        _check_course(QUANTITIES[named[0]], values, path)
        return named[0]
    if named:
        return _only(named, [key for key in named if can_be(key, values)], values, path)
    if may_be_timesteps(values):
        raise _timesteps(values, path)
    likely = likely_keys(values)
    return _only(likely, likely, values, path)


def betas_of(values: Array, key: str, path: str, exported: bool = False) -> Array:
    """β, shape (T,), of the numbers of a quantity; FileError where the noise does not grow from step to step.

    What are β is left as it is, but for the 0 of a clean picture at first: a schedule checks their bounds. Where the
    noise of two steps rounds to one number, only the header of an export can say that no digit is wrong.
    """
    quantity = QUANTITIES[key]
    if key == BETAS:
        return quantity.noised(values)
    betas = quantity.betas(values)
    if exported:
        if len(betas) < len(values) or betas[0] <= 0:
            raise _rounded_away(values, quantity.symbol, path)
        betas[betas == 0] = UNSEEN
    wrong = np.flatnonzero(~((betas > 0) & (betas <= 1)))
    if not len(betas):
        raise _noiseless(values, 0, quantity.symbol, path)
    if len(wrong):
        raise _wrong(values, int(wrong[0]), len(values) - len(betas), quantity, path)
    return betas


def log_snr_of(values: Array, key: str, betas: Array) -> Array:
    """Log SNR, shape (T,), of the numbers of a quantity where β, which follow from them, don't tell it, else (0,)."""
    quantity = QUANTITIES[key]
    if quantity.of_step is not None:
        return betas[:0]
    return log_snr_beyond(betas, np.minimum.accumulate(quantity.in_order(values)))


def _check_course(quantity: Quantity, values: Array, path: str) -> None:
    """FileError for numbers that run from noise to picture under a name of what never does."""
    if quantity.key in EITHER_WAY or not quantity.is_turned(values):
        return
    rises = bool(values[0] < values[-1])
    raise FileError(
        (_TURNED_IN_TEXT if isinstance(path, SourceText) else _TURNED)[rises],
        path=path,
        symbol=Verbatim(quantity.symbol),
        first=f"{values[0]:.4g}",
        count=len(values),
        last=f"{values[-1]:.4g}",
        spec=to_type(path_spec(path, quantity.key)),
    )


def _named_by_file(path: str) -> tuple[str, ...]:
    """What the name of a file says of the numbers in it, none where it names several quantities."""
    if isinstance(path, SourceText):
        return ()
    words = re.split(r"[\W_]+", PurePath(path).stem.lower())[:MOST_WORDS]
    found: list[tuple[str, ...]] = []
    place = 0
    while place < len(words):
        ends = [end for end in range(len(words), place, -1) if quantities_named("_".join(words[place:end]))]
        found += [quantities_named("_".join(words[place : ends[0]]))] if ends else []
        place = ends[0] if ends else place + 1
    return found[0] if len(found) == 1 else ()


def _only(possible: Sequence[str], likely: Sequence[str], values: Array, path: str) -> str:
    """The one key that is likely, or whose formula the numbers follow; FileError if none or several are."""
    likely = likely or possible
    if len(likely) == 1:
        return likely[0]
    exact = [key for key in likely if follows_formula(key, values)]
    if len(exact) == 1:
        return exact[0]
    found = exact or likely
    left = () if BETAS in found or not may_be_betas(values) else (BETAS,)
    raise unlike((*found, *left), values, path, _SEVERAL, _SEVERAL_IN_TEXT)


_TURNED = (
    QT_TRANSLATE_NOOP(
        "errors",
        "{path} has {symbol} fall from {first} at t = 1 to {last} at t = {count}, but it rises as noise is added; if "
        "its first row is the noisiest, open it by {spec}, which turns it around.",
    ),
    QT_TRANSLATE_NOOP(
        "errors",
        "{path} has {symbol} rise from {first} at t = 1 to {last} at t = {count}, but it falls as noise is added; if "
        "its first row is the noisiest, open it by {spec}, which turns it around.",
    ),
)
_TURNED_IN_TEXT = (
    QT_TRANSLATE_NOOP(
        "errors",
        "{path} has {symbol} fall from {first} at t = 1 to {last} at t = {count}, but it rises as noise is added; "
        "turn its rows around if the first is the noisiest.",
    ),
    QT_TRANSLATE_NOOP(
        "errors",
        "{path} has {symbol} rise from {first} at t = 1 to {last} at t = {count}, but it falls as noise is added; "
        "turn its rows around if the first is the noisiest.",
    ),
)
"""The sentence for numbers that fall, then that for those that rise."""

_SEVERAL = QT_TRANSLATE_NOOP(
    "errors",
    "{path} may hold {symbols}: its numbers run from {first} to {last}; say which they are by {spec}{others}.",
)
_SEVERAL_IN_TEXT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} may hold {symbols}: its numbers run from {first} to {last}; write above them what they are, {keys}.",
)


def _timesteps(values: Array, path: str) -> FileError:
    if not isinstance(path, SourceText):
        return steps_alone(path)
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} lists the steps of a sampler, {first} to {last}, not a schedule; give them as steps: {example}.",
        ),
        path=path,
        first=f"{values[0]:.6g}",
        last=f"{values[-1]:.6g}",
        example=Verbatim("timesteps:" + ",".join(f"{value:.6g}" for value in values[:2]) + ",…"),
    )


def _rounded_away(values: Array, symbol: str, path: str) -> FileError:
    """The error for an export, which has no clean picture, of what rounds to that."""
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} does not tell the noise at t = 1, where {symbol} rounds to {value}; export betas or log_snr too.",
        ),
        path=path,
        symbol=Verbatim(symbol),
        value=f"{values[0]:.6g}",
    )


def _out_of_bounds(values: Array, quantity: Quantity, path: str) -> FileError:
    """The error for what none of the values of a quantity can be."""
    with np.errstate(all="ignore"):
        at = int(np.isnan(quantity.log_snr(values)).argmax())
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no schedule in {symbol}: its number {place} is {value}, which {symbol} never is; write plain "
            "numbers, 0.02 for 2 %, or give them their right name.",
        ),
        path=path,
        symbol=Verbatim(quantity.symbol),
        place=at + 1,
        value=f"{values[at]:.6g}",
    )


def _wrong(values: Array, at: int, clean: int, quantity: Quantity, path: str) -> FileError:
    """The error for what gives the β of this place, from 0 on, that is none, behind so many clean pictures."""
    unknown = quantity.of_step is None and bool(np.isnan(quantity.in_order(values)[at : at + 1]).any())
    if unknown or (quantity.of_step is not None and not at + clean):
        return _out_of_bounds(values, quantity, path)
    place = len(values) - at - clean if quantity.is_turned(values) else at + clean
    if not at + clean:
        return _noiseless(values, min(place, len(values) - 1), quantity.symbol, path)
    return _without_noise(values, place, quantity.symbol, path)


def _noiseless(values: Array, at: int, symbol: str, path: str) -> FileError:
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no schedule in {symbol}: its number {place} is {value}, at which there is no noise; leave it "
            "out, and keep the steps that have some.",
        ),
        path=path,
        symbol=Verbatim(symbol),
        place=at + 1,
        value=f"{values[at]:.6g}",
    )


def _without_noise(values: Array, at: int, symbol: str, path: str) -> FileError:
    """The error for the number at this place, from 0 on, with which no noise is added to that of the one before."""
    return FileError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no schedule in {symbol}: its number {place} is {value}, after {before}, by which the noise "
            "does not grow; each step needs more noise than the one before, so correct it, or write more digits.",
        ),
        path=path,
        symbol=Verbatim(symbol),
        place=at + 1,
        value=f"{values[at]:.6g}",
        before=f"{values[at - 1]:.6g}",
    )
