"""Limits of a y axis: what curves span, with a margin, without what only stretches the axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.training.training_curves import TRAINING_CURVES
from ddpm_studio.figures.against import Against

PADDING = 0.04
"""Fraction of the span left free above and below the curves."""

LARGEST, LEAST = 1e300, 1e-290
"""Between these, sizes of pixels have all their digits."""

FLATTEST = 1e-9
"""Fraction of its values that a curve has to span, or else it is a constant one with errors of rounding."""

SAMPLE = 4096
"""About how many evenly spaced values say where the middle of a curve lies, and where its outermost ones begin."""

OUTERMOST = 0.02
"""Fraction of a spiking curve's values at either end that its axis need not show."""

DEPTH = 3.0
"""Powers of ten below its middle value to which a logarithmic axis shows what a level weighs in training: less than a
thousandth of that counts for nothing, and may go on for hundreds of powers."""


def padded(limits: Sequence[float]) -> tuple[float, float]:
    """The range of an axis that has these values on it, 0 … 1 without any.

    >>> padded([]), padded([2.0, 2.0]), padded([0.0, 100.0])
    ((-0.04, 1.04), (1.784, 2.216), (-4.0, 104.0))
    """
    low, high = (min(limits), max(limits)) if limits else (0.0, 1.0)
    if high - low <= FLATTEST * max(abs(low), abs(high), LEAST):
        low, high = _around(low)
    padding = PADDING * (high - low)
    return low - padding, high + padding


def known_limits(curve: Curve, log: bool, against: Against | None = None) -> list[float]:
    """What an axis shows whatever is drawn: on a linear one the bounds of a curve, and always what A itself shows."""
    if against is not None:
        return [float(np.log10(against.neutral(curve))) if log else against.neutral(curve)]
    return [] if log else [bound for bound in curve.bounds if bound is not None]


def extent_on_axis(curve: Curve, y: Array, log: bool, against: Against | None = None) -> tuple[float, float]:
    """The least and greatest of a curve's values, shape (N,) with N ≥ 1, in powers of ten where `log`.

    Of weights in training no more than DEPTH is shown on a logarithmic axis, and of ratios that spike where A crosses
    zero all but the outermost OUTERMOST; of a long curve what is left out goes by a sample.
    """
    low, high, sample = float(y.min()), float(y.max()), y[:: max(1, len(y) // SAMPLE)]
    if against is not None and against.is_ratio(curve) and low < 0:
        low, high = map(float, np.quantile(sample, (OUTERMOST, 1 - OUTERMOST)))
    if against is not None or not log or curve.name not in TRAINING_CURVES:
        return low, high
    return max(low, float(np.median(sample)) - DEPTH), high


def _around(value: float) -> tuple[float, float]:
    spread = abs(value) / 10 if abs(value) > LEAST else 1.0
    return value - spread, value + spread
