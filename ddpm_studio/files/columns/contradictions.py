"""Contradictions between columns or entries of a table that say the same thing twice: β, ᾱ, σ, log SNR and others.

Each is compared by the log SNR that it allows at every t, given the digits in which it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array, levels_of_betas, log_sigmoid, log_snr_beyond
from ddpm_studio.diffusion.quantities import BETAS, QUANTITIES
from ddpm_studio.diffusion.schedule import MAX_LOG_SNR, MAX_T, MIN_GIVEN_BETA
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.columns.choosing import Chosen, is_exported, meanings
from ddpm_studio.files.columns.posterior import POSTERIOR, posterior_apart, posterior_of
from ddpm_studio.files.columns.row_order import COUNT, are_counted, count_among, in_order, without_groups
from ddpm_studio.files.stored import Stored, with_exponent
from ddpm_studio.texts import SourceText, Verbatim, to_type

FAINTEST = -80.0
"""Log SNR below which levels are the same: float32 has no smaller ᾱ."""

CLEAREST = MAX_LOG_SNR
"""Log SNR above which there is none."""

SLACK = 8
"""Roundings of both, as often as they may differ by."""

OFF, OFF_SHARE = 2e-5, 2e-4
"""How far numbers with all digits may be off, and as a share of themselves: a product of 1000 float32 α."""

OFF_STEP = 1e-6
"""How far β may be off as a share of themselves, and α: as float32 has them."""

MOST_LOOKED_AT, MOST_DIGITS = 60, 7
"""Numbers by which it is told with how many digits all are written, and digits above which nothing was rounded."""

EPSILON = float(np.finfo(np.float64).eps)


def compared_names(names: Sequence[str], chosen: str, wanted: str = "") -> dict[str, str]:
    """The names, by their keys, of what counts the rows, and of what says once more what the `chosen` says, each of one
    meaning; none of these where it is said which is `wanted`.
    """
    exported, count = is_exported(names), count_among(names)
    if wanted or len(meanings(chosen, exported)) != 1:
        return count
    meant = {name: meanings(name, exported) for name in names}
    keys = {found[0]: name for name, found in meant.items() if len(found) == 1}
    keys |= {name.lower(): name for name in names if name.lower() in POSTERIOR}
    return count | {key: name for key, name in keys.items() if name != chosen}


def numbers_in(key: str, values: Sequence[object]) -> Array:
    """float64, shape (T,), of what are numbers all, of a quantity or the rows' COUNT by its key; (0,) where one
    is none, which nothing is compared with.
    """
    told = without_groups(values) if key == COUNT else values
    try:
        plain = [with_exponent(each) if isinstance(each, str) else each for each in told]
        return np.array(plain, np.float64) if len(values) <= MAX_T + 1 else np.empty(0)
    except (TypeError, ValueError, OverflowError):
        return np.empty(0)


def stored_with(spec: str, numbers: Array, name: str, chosen: Chosen, others: Mapping[str, Array], path: str) -> Stored:
    """What is stored for one schedule, in order, with the log SNR that `others` tell, by their keys. FileError where
    these contradict it.
    """
    counted = are_counted(numbers, others)
    numbers, others = in_order(numbers, others)
    named, exported = chosen.named, chosen.exported
    log_snr = agreed_log_snr(named[0], numbers, others, path) if others else numbers[:0]
    agreed = has_witness(numbers, others)
    return Stored(spec, numbers, name, named, exported=exported, agreed=agreed, counted=counted, log_snr=log_snr)


def has_witness(numbers: Array, others: Mapping[str, Array]) -> bool:
    """Whether one of `others` says of every number what it is, so that nothing is left to guess unless they differ."""
    return any(key in QUANTITIES and len(values) == len(numbers) for key, values in others.items())


def agreed_log_snr(key: str, numbers: Array, others: Mapping[str, Array], path: str) -> Array:
    """Log SNR, shape (T,), of a table with β and `others`, by their keys, where it is told with more digits than by β;
    else (0,).

    FileError where two of them contradict each other. What is no schedule is left to whoever reads it.
    """
    nothing, count = numbers[:0], len(numbers)
    numbers = QUANTITIES[key].noised(numbers)
    betas = QUANTITIES[key].betas(numbers)
    if not ((betas > 0) & (betas <= 1)).all():
        return nothing
    beside = {other: _beside(other, values, count - len(numbers)) for other, values in others.items()}
    same = {other: values for other, values in beside.items() if len(values) == len(numbers)}
    for other in same:
        check = _check_posterior if other in POSTERIOR else _check_agreement
        check(key, numbers, other, same[other], path)
    exact = (_merged(betas, other, same[other]) for other in QUANTITIES if other in same and key == BETAS)
    return next((log_snr_beyond(betas, levels) for levels in exact if levels is not None), nothing)


def _beside(key: str, values: Array, clean: int) -> Array:
    """The numbers without that of the clean picture; of posteriors, which don't show it, without the first if the table
    beside them has `clean` 1.
    """
    return values[clean:] if key in POSTERIOR else QUANTITIES[key].noised(values)


def _check_agreement(key: str, numbers: Array, other: str, values: Array, path: str) -> None:
    one, two = QUANTITIES[key], QUANTITIES[other]
    if one.of_step is not None and two.of_step is not None:
        first, second, symbol = one.betas(numbers), two.betas(values), "β"
        off, other_off = (_off(each, OFF_STEP, OFF_STEP) for each in (numbers, values))
        apart = np.abs(first - second) - np.abs(one.betas(numbers + off) - first)
        apart -= 1.1 * np.abs(two.betas(values + other_off) - second)
    else:
        (low, high), (lowest, highest) = _allowed(key, numbers), _allowed(other, values)
        apart = np.maximum(low - highest, lowest - high)
        first, second = (np.exp(log_sigmoid(0.5 * (ends[0] + ends[1]))) for ends in ((low, high), (lowest, highest)))
        symbol = "ᾱ"
    at = int(np.argmax(np.where(apart > 0, np.abs(first - second), -1.0)))
    if apart[at] > 0:
        raise _contradiction((key, other), (first[at], second[at]), at + 1, symbol, path)


def _check_posterior(key: str, numbers: Array, name: str, values: Array, path: str) -> None:
    quantity = QUANTITIES[key]
    off = _off(numbers, 0.0, OFF_STEP) if quantity.of_step is not None else _off(numbers, OFF, OFF_SHARE)
    with np.errstate(all="ignore"):
        betas, *ends = (quantity.betas(each) for each in (numbers, numbers - off, numbers + off))
        first, low, high = (posterior_of(np.where(np.isnan(each), betas, each), name) for each in (betas, *ends))
    slack = 2 * np.maximum(np.abs(low - first), np.abs(high - first)) + _off(values, OFF, OFF_SHARE)
    apart = posterior_apart(name, betas, values, slack)
    at = int(np.nanargmax(apart))
    if apart[at] > 0:
        raise _contradiction((key, name), (first[at], values[at]), at + 1, POSTERIOR[name], path)


def _allowed(key: str, values: Array) -> tuple[Array, Array]:
    """The least and the greatest log SNR of numbers written so, shape (T,) each, between FAINTEST and CLEAREST."""
    quantity = QUANTITIES[key]
    if quantity.of_step is not None:
        off = _off(values, 0.0, OFF_STEP)
        betas = [quantity.betas(numbers) for numbers in (values - off, values, values + off)]
        # What rounds to 1 may leave some of the picture.
        ends = [*map(_log_snr_of_betas, betas), _log_snr_of_betas(np.minimum(betas[1], 1 - EPSILON))]
    else:
        off = _off(values, OFF, OFF_SHARE)
        with np.errstate(all="ignore"):
            ends = [quantity.log_snr(numbers) for numbers in (values - off, values, values + off)]
    low, high = np.fmin.reduce(ends), np.fmax.reduce(ends)
    # Beyond the last number that a quantity takes lies pure noise, or the picture.
    is_open = np.isnan(ends[0]) | np.isnan(ends[2])
    low = np.where(is_open & ~(ends[1] > 0), FAINTEST, low)
    high = np.where(is_open & ~(ends[1] < 0), CLEAREST, high)
    turned = slice(None, None, -1 if quantity.is_turned(values) else 1)
    return np.clip(low, FAINTEST, CLEAREST)[turned], np.clip(high, FAINTEST, CLEAREST)[turned]


def _log_snr_of_betas(betas: Array) -> Array:
    with np.errstate(all="ignore"):
        levels = levels_of_betas(np.clip(betas, MIN_GIVEN_BETA, 1.0))
    log_snr: Array = levels[3]
    return log_snr


def _off(values: Array, least: float, share: float) -> Array:
    """How far each of these numbers may be off, shape (T,), with the digits that they are written with."""
    looked_at = values[:: max(1, len(values) // MOST_LOOKED_AT)].tolist()
    decimals, digits = (_fewest(looked_at, form) for form in "fg")
    with np.errstate(invalid="ignore"):
        off = np.maximum(least + share * np.abs(values), 0.5 * 10.0**-decimals)
        off = np.maximum(off, 5 * 10.0**-digits * np.abs(values))
        off = np.maximum(off, _rounded_by(values))
    return np.where(np.isfinite(values), off, 0.0)


def _rounded_by(values: Array) -> Array:
    """By how much these numbers, shape (T,), may have been rounded to 16 bits; 0 where one of them has more."""
    with np.errstate(all="ignore"):
        single = values.astype(np.float32)
        cut = (single.view(np.uint32) & 0xFFFF == 0) & (single == values)
        halved = single.astype(np.float16) == values
    if cut.all():
        return 2.0**-8 * np.abs(values)
    return np.maximum(2.0**-11 * np.abs(values), 2.0**-25) if halved.all() else np.zeros(len(values))


def _fewest(values: Sequence[float], form: str) -> float:
    """The fewest digits, from 2 on, with which numbers are written in a form; infinity where they have more."""
    fitting = (d for d in range(2, MOST_DIGITS + 1) if all(float(f"{x:.{d}{form}}") == x for x in values))
    return next(fitting, np.inf)


def _merged(betas: Array, other: str, values: Array) -> Array | None:
    """Log SNR, shape (T,), of β and of another quantity where that has more digits; None where it has not the digits
    that it is written with.
    """
    quantity, own = QUANTITIES[other], _log_snr_of_betas(betas)
    if quantity.of_step is not None or quantity.is_turned(values):
        return None
    with np.errstate(all="ignore"):
        levels, rounded = quantity.log_snr(values), quantity.log_snr(values * (1 + EPSILON))
        noise = -np.expm1(log_sigmoid(own))
        lost = np.cumsum(betas / (1 - betas)) / noise
        off = EPSILON * (2 * np.abs(own) + 4 + lost)
        off_other = np.abs(rounded - levels) + EPSILON * np.abs(levels)
        agree = (levels == own) | (np.abs(levels - own) <= SLACK * (off + off_other))
    agree |= np.isnan(off) | np.isinf(off)
    if not agree.all() or np.isnan(levels).any():
        return None
    return np.minimum.accumulate(np.where(off < off_other, own, levels))


def _contradiction(keys: tuple[str, str], values: tuple[float, float], t: int, symbol: str, path: str) -> FileError:
    in_file = _CONTRADICTION_BESIDE if keys[1] in POSTERIOR else _CONTRADICTION
    return FileError(
        _CONTRADICTION_IN_TEXT if isinstance(path, SourceText) else in_file,
        path=path,
        t=t,
        symbol=Verbatim(symbol),
        one=f"{values[0]:.6g}",
        other=f"{values[1]:.6g}",
        first=Verbatim(keys[0]),
        second=Verbatim(keys[1]),
        spec=to_type(path_spec(path, keys[0])),
    )


_CONTRADICTION = QT_TRANSLATE_NOOP(
    "errors",
    "{path} contradicts itself, most at t = {t}, where {symbol} is {one} by its {first} and {other} by its {second}; "
    "say which of the two counts by {spec} or as={second}.",
)
_CONTRADICTION_BESIDE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} contradicts itself, most at t = {t}, where {symbol} is {one} by its {first} and {other} by its {second}; "
    "if its {first} count all the same, say so by {spec}.",
)
_CONTRADICTION_IN_TEXT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} contradicts itself, most at t = {t}, where {symbol} is {one} by its {first} and {other} by its {second}; "
    "leave out one of the two.",
)
