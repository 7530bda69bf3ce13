"""Y axes that choose themselves: a curve of which a linear one shows nothing has a logarithmic one."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ddpm_studio.diffusion.curves import Coefficients
from ddpm_studio.diffusion.noise_levels import Array

FLAT = 0.02
"""Share of its greatest value below which half of a curve lies on the ground of a linear axis."""


class _Spread(NamedTuple):
    """Whether a logarithmic axis can show a curve, its middle value and its greatest."""

    has_logarithm: bool
    middle: float
    greatest: float


_known: WeakKeyDictionary[Coefficients, dict[str, _Spread]] = WeakKeyDictionary()


def is_flat(coefficients: Iterable[Coefficients], name: str) -> bool:
    """Whether most of a curve of these coefficients, all of them together, lies on the ground of a linear y axis.

    >>> from ddpm_studio.diffusion import Schedule
    >>> linear, cosine = (Schedule(kind, 1000).coefficients for kind in ("linear", "cosine"))
    >>> is_flat([linear], "betas"), is_flat([linear, cosine], "betas"), is_flat([cosine], "alphas_cumprod")
    (False, True, False)
    """
    spreads = [_spread(each, name) for each in coefficients]
    if not spreads or not all(spread.has_logarithm for spread in spreads):
        return False
    middle = statistics.median(spread.middle for spread in spreads)
    return middle < FLAT * max(spread.greatest for spread in spreads)


def _spread(coefficients: Coefficients, name: str) -> _Spread:
    kept = _known.setdefault(coefficients, {})
    if name not in kept:
        kept[name] = _found(coefficients[name])
    return kept[name]


def _found(values: Array) -> _Spread:
    """At its ends a curve may be 0 or infinite, as β̃ is at t = 1 and SNR at T: there it is not drawn."""
    inside = values[np.isfinite(values) & (values != 0)]
    positive = len(inside) >= len(values) - 2 and len(inside) > 2 and bool((inside > 0).all())
    return _Spread(True, _middle(inside), float(inside.max())) if positive else _Spread(False, 0.0, 0.0)


def _middle(values: Array) -> float:
    """The median, the upper one of two; np.median imports numpy.ma, for which the first window would wait."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])
