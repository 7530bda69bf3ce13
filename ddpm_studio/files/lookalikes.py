"""Lookalikes of betas: ᾱ, α, σ, SNR and others, told from β by a course that no β takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.quantities import BETAS, QUANTITIES
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText, Verbatim, to_type

FEWEST, FEWEST_OTHERS = 6, 3
"""A table of β takes no course to tell by where it is shorter than the first: β may fall from 1 to 0.51 in two steps,
as those of a shifted vp do. Numbers that cannot be β are told by as many as the second."""

NEAR_1, LOW = 0.9, 0.7
"""ᾱ falls from above the one to below the other; β above 0.9 at t = 1 would leave no picture to add noise to."""

MOST_AT_FIRST = 0.999
"""β at t = 1 above which nothing would be left to add noise to; ᾱ begin above it as a rule."""

STEEPEST_FALL = 0.1
"""Between neighbours of ᾱ in a table of usual length; β that start near 1 and settle at LOW fall by more at first."""

ROUGHNESS, LEAST_FALL = 1e-6, 1e-3

CLEAREST, NOISIEST = 20.0, 2000.0
"""SNR begins above the one, and the σ of a sampler below the other: in between, falling numbers may be either."""

MOST_OFFERED = 3
"""Quantities that a refusal names."""

GONE = -100.0
"""β after which ln ᾱ is below this before the last step remove the picture many times over."""


def check_betas(values: Array, path: str) -> None:
    """FileError, naming the likeness and what to say, if these β, shape (T,), are something else."""
    if alike := lookalikes_of(values):
        raise unlike(alike, values, path, _CALLED, _CALLED_IN_TEXT)


def check_rising(key: str, values: Array, path: str) -> None:
    """FileError for numbers of each step alone, shape (T,), whose β fall from each to the next, as where the noisiest
    is told first.
    """
    quantity = QUANTITIES[key]
    betas = quantity.betas(values) if quantity.of_step is not None else values[:0]
    if len(betas) < FEWEST or not (_in_bounds(betas) and bool((np.diff(betas) < 0).all())):
        return
    raise FileError(
        _FALLING_IN_TEXT if isinstance(path, SourceText) else _FALLING,
        path=path,
        first=f"{betas[0]:.4g}",
        last=f"{betas[-1]:.4g}",
        spec=to_type(path_spec(path, key)),
    )


def unlike(keys: Sequence[str], values: Array, path: str, template: SourceText, in_text: SourceText) -> FileError:
    """The refusal of numbers that are to be named; a text that is in no file has no path to name them behind."""
    keys = keys[:MOST_OFFERED]
    return FileError(
        in_text if isinstance(path, SourceText) else template,
        path=path,
        symbols=Verbatim(" / ".join(QUANTITIES[key].symbol for key in keys)),
        first=f"{values[0]:.4g}",
        last=f"{values[-1]:.4g}",
        spec=to_type(path_spec(path, keys[0])),
        keys=Verbatim(" / ".join(keys)),
        others=Verbatim("".join(f" or as={key}" for key in keys[1:])),
    )


def lookalikes_of(values: Array) -> tuple[str, ...]:
    """The keys of what numbers, shape (T,), are by their course, which is none of β; none where they may be β."""
    if len(values) < (FEWEST if _in_bounds(values) else FEWEST_OTHERS) or np.isnan(values).any():
        return ()
    alike = next((keys for fits, keys in _LOOKALIKES.items() if fits(values)), ())
    return tuple(key for key in alike if _MAY_BE.get(key, _always)(values))


def likely_keys(values: Array) -> tuple[str, ...]:
    """The keys of all that numbers without a name may be, `betas` among them where nothing speaks against it."""
    if found := lookalikes_of(values):
        return found
    if len(values) >= FEWEST and _in_bounds(values) and _falls(-values) and values[-1] >= NEAR_1:
        return _of_rising(values)
    return (BETAS,)


def can_be(key: str, values: Array) -> bool:
    """Whether numbers of a name that has several meanings may be the quantity `key`."""
    return _MEANT.get(key, _always)(values)


def may_be_betas(values: Array) -> bool:
    """Whether β could be these numbers, be it that they take away nearly all of a picture at once."""
    return _in_bounds(values) and bool(values[0] < MOST_AT_FIRST)


def may_be_timesteps(values: Array) -> bool:
    """Whether these are whole numbers that fall or rise, and more than a few: steps of a sampler."""
    whole = len(values) >= FEWEST_OTHERS and bool((values == np.rint(values)).all())
    return whole and bool(values.max() > 1) and (_falls(values) or _falls(-values))


def _of_rising(values: Array) -> tuple[str, ...]:
    with np.errstate(divide="ignore"):
        is_gone = np.log1p(-values[:-1]).sum() < GONE
    others = ("tau", "sqrt_one_minus_alphas_cumprod", "one_minus_alphas_cumprod")
    return (*others, "sqrt_alphas_cumprod", "alphas_cumprod") if is_gone else (BETAS,)


def _in_bounds(x: Array) -> bool:
    return bool(((x > 0) & (x <= 1)).all())


def _always(x: Array) -> bool:
    return True


def _falls(x: Array) -> bool:
    return bool((x[1:] <= x[:-1]).all()) and bool(x[-1] < x[0])


def _falls_ever_faster(x: Array) -> bool:
    """True if no step falls by a smaller share than the one before, as ᾱ does while β grows; β that fall settle."""
    shares = 1 - x[1:] / np.maximum(x[:-1], np.finfo(np.float64).tiny)
    return bool((np.diff(shares) >= -ROUGHNESS).all())


def _is_alpha(x: Array) -> bool:
    """1 − β, which stays close to 1 nearly everywhere, and is no constant."""
    near = np.median(x) > NEAR_1 and 0.99 <= x[0] <= 1 and 0 <= x[-1] <= x[0] - LEAST_FALL
    return bool(near) and _falls(x)


def _is_alphas_cumprod(x: Array) -> bool:
    ends = NEAR_1 <= x[0] <= 1 and 0 <= x[-1] <= LOW
    return bool(ends) and _falls(x) and (bool(np.diff(x).min() >= -STEEPEST_FALL) or _falls_ever_faster(x))


def _falls_from_1_to_0(x: Array) -> bool:
    return bool(x[0] == 1 and x[-1] == 0) and _falls(x)


def _is_sigma(x: Array) -> bool:
    return bool(0 <= x[0] < 1 < x[-1]) and _falls(-x) and not may_be_timesteps(x)


def _is_snr(x: Array) -> bool:
    return bool(x[0] > 1 > x[-1] >= 0) and _falls(x) and not may_be_timesteps(x)


def _falls_through_0(x: Array) -> bool:
    return bool(x[0] > 0 > x[-1]) and _falls(x)


def _rises_through_0(x: Array) -> bool:
    return _falls_through_0(-x)


_CUMULATED = ("alphas_cumprod", "sqrt_alphas_cumprod", "tau")

_LOOKALIKES: Mapping[Callable[[Array], bool], tuple[str, ...]] = {
    _is_alpha: ("alphas", *_CUMULATED),
    _is_alphas_cumprod: _CUMULATED,
    _falls_from_1_to_0: _CUMULATED,
    _is_sigma: ("sigmas",),
    _is_snr: ("snr", "sigmas"),
    _falls_through_0: ("log_snr", "lambdas", "log_sigmas"),
    _rises_through_0: ("log_sigmas", "log_snr", "lambdas"),
}
"""What is recognised, in the order of asking, and the quantities that take such a course, the likeliest first."""

_MAY_BE: Mapping[str, Callable[[Array], bool]] = {
    "tau": lambda x: max(x[0], x[-1]) == 1,
    "snr": lambda x: bool(x[0] > CLEAREST),
    "sigmas": lambda x: bool(x[0] < NOISIEST),
}
"""What speaks against one of several by the range of the numbers."""

_MEANT: Mapping[str, Callable[[Array], bool]] = {
    "alphas": lambda x: bool(np.median(x) > NEAR_1),
    "alphas_cumprod": lambda x: bool(x.min() < LOW),
    "sqrt_alphas_cumprod": lambda x: bool(x.min() < LOW),
    "sigmas": lambda x: bool(x.max() > 1 or (_falls(-x) and x[-1] < NEAR_1)),
    "tau": lambda x: bool(x.min() >= 0 and NEAR_1 <= x.max() <= 1),
    "sqrt_one_minus_alphas_cumprod": lambda x: bool(x[0] > 0 and x[-1] > 0 and x.max() <= 1),
}
"""What a name with several meanings can stand for."""

_FALLING = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has β fall all the way, from {first} to {last}, as if its first row were the noisiest step; turn its rows "
    "around, or say by {spec} that β fall indeed.",
)
_FALLING_IN_TEXT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} has β fall all the way, from {first} to {last}, as if its first row were the noisiest step; turn its rows "
    "around, or, if β fall indeed, count the steps in a column t.",
)
_CALLED = QT_TRANSLATE_NOOP(
    "errors",
    "{path} holds no betas, although it says so: its numbers run from {first} to {last}, as {symbols} do; "
    "say which they are by {spec}{others}, or as=betas if they are betas all the same.",
)
_CALLED_IN_TEXT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} holds no betas, although it says so: its numbers run from {first} to {last}, as {symbols} do; "
    "name the column {keys}.",
)
