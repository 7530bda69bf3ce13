"""Lookalikes of betas: tables of ᾱ, α, σ, SNR and their logarithms, told from β by a course that no β takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText, Verbatim

FEWEST = 6
"""A shorter table takes no course to tell by: β may fall from 1 to 0.51 in two steps, as those of a shifted vp do."""

NEAR_1, LOW = 0.9, 0.7
"""ᾱ falls from above the one to below the other; β above 0.9 at t = 1 would leave no picture to add noise to."""

STEEPEST_FALL = 0.1
"""Between neighbours of ᾱ in a table of usual length; β that start near 1 and settle at LOW fall by more at first."""

ROUGHNESS, LEAST_FALL = 1e-6, 1e-3

_BETAS = "1 - (a := {alphas_cumprod}) / np.append(1, a[:-1])"
_FROM_SIGMA = _BETAS.format(alphas_cumprod="1 / (1 + np.sort(x[x > 0]) ** 2)")


@dataclass(frozen=True)
class Lookalike:
    """A quantity that is stored in place of β: `fits` recognises it, `betas` makes β of an array x in NumPy.

    `otherwise` does where it is the second quantity of the sentence.
    """

    fits: Callable[[Array], bool]
    sentence: SourceText
    betas: str
    otherwise: str = ""


def check_betas(values: Array, path: str) -> None:
    """FileError, naming the likeness and the way to betas, if these numbers, shape (T,), are something else than β."""
    if len(values) < FEWEST or not np.isfinite(values).all():
        return
    for each in LOOKALIKES:
        if each.fits(values):
            raise FileError(
                each.sentence,
                path=path,
                first=f"{values[0]:.4g}",
                last=f"{values[-1]:.4g}",
                betas=Verbatim(each.betas),
                otherwise=Verbatim(each.otherwise),
            )


def _falls(x: Array) -> bool:
    return bool((np.diff(x) <= 0).all()) and x[-1] < x[0]


def _falls_ever_faster(x: Array) -> bool:
    """True if no step falls by a smaller share than the one before, as ᾱ does while β grows; β that fall settle."""
    shares = 1 - x[1:] / np.maximum(x[:-1], np.finfo(np.float64).tiny)
    return bool((np.diff(shares) >= -ROUGHNESS).all())


def _is_alpha(x: Array) -> bool:
    """1 − β, which stays close to 1 nearly everywhere, and is no constant."""
    near = np.median(x) > NEAR_1 and 0.99 <= x[0] <= 1 and 0 <= x[-1] <= x[0] - LEAST_FALL
    return bool(near) and _falls(x) and _falls_ever_faster(x)


def _is_alphas_cumprod(x: Array) -> bool:
    ends = NEAR_1 <= x[0] <= 1 and 0 <= x[-1] <= LOW
    return bool(ends) and _falls(x) and (bool(np.diff(x).min() >= -STEEPEST_FALL) or _falls_ever_faster(x))


def _starts_at_1(x: Array) -> bool:
    return bool(x[0] == 1) and _is_alphas_cumprod(x)


def _is_sigma(x: Array) -> bool:
    return bool(x[0] >= 0 and x[-1] > 1) and _falls(-x) and not _are_whole(x)


def _is_snr(x: Array) -> bool:
    return bool(x[0] > 1 and x[-1] >= 0) and _falls(x) and not _are_whole(x)


def _are_whole(x: Array) -> bool:
    """True for steps, for instance."""
    return bool((x == np.rint(x)).all())


def _is_log_snr(x: Array) -> bool:
    return bool(x[0] > 0 > x[-1]) and _falls(x)


def _is_log_sigma(x: Array) -> bool:
    return bool(x[0] < 0 < x[-1]) and _falls(-x)


LOOKALIKES = (
    Lookalike(
        _is_alpha,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers fall from {first} to {last}, as α = 1 − β and ᾱ do; "
            "with them in an array x, NumPy makes betas of α by {betas}, of ᾱ by {otherwise}.",
        ),
        "1 - x",
        "1 - x / np.append(1, x[:-1])",
    ),
    Lookalike(
        _starts_at_1,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers fall from ᾱ_0 = {first} to {last}, as ᾱ (alphas_cumprod) does; "
            "with them in an array x, NumPy makes betas by {betas}, after x = x**2 if they are √ᾱ.",
        ),
        "1 - x[1:] / x[:-1]",
    ),
    Lookalike(
        _is_alphas_cumprod,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers fall from {first} to {last}, as ᾱ (alphas_cumprod) does; "
            "with them in an array x, NumPy makes betas by {betas}, after x = x**2 if they are √ᾱ.",
        ),
        "1 - x / np.append(1, x[:-1])",
    ),
    Lookalike(
        _is_sigma,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers rise from {first} to {last}, as σ does; "
            "with them in an array x, NumPy makes betas by {betas}.",
        ),
        _FROM_SIGMA,
    ),
    Lookalike(
        _is_snr,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers fall from {first} to {last}, as SNR and a sampler's σ do; "
            "with them in an array x, NumPy makes betas of SNR by {betas}, of σ by {otherwise}.",
        ),
        _BETAS.format(alphas_cumprod="x / (1 + x)"),
        _FROM_SIGMA,
    ),
    Lookalike(
        _is_log_snr,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers fall from {first} to {last}, as log SNR does; "
            "with them in an array x, NumPy makes betas by {betas}.",
        ),
        _BETAS.format(alphas_cumprod="1 / (1 + np.exp(-x))"),
    ),
    Lookalike(
        _is_log_sigma,
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no betas: its numbers rise from {first} to {last}, as ln σ does; "
            "with them in an array x, NumPy makes betas by {betas}.",
        ),
        _BETAS.format(alphas_cumprod="1 / (1 + np.exp(2 * x))"),
    ),
)
"""Everything that is recognised, in the order of asking."""
