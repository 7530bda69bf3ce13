"""Findings about the steps of one solver: one that is extrapolated too far, and weights that float32 cannot carry."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.findings import Finding
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.gaussian_data import responses
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.diffusion.steps.levels_findings import GROWTH, growth
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError, StepsError

FLOAT32_ROUNDING = 2.0**-25
"""The root mean square by which float32 rounds a number, relative to it."""

SEEN = 1 / 255
"""Half a level of a picture in bytes, in ±1."""

LARGE_WEIGHT = 50.0
"""Below this root of the sum of the squared weights of any row, rounding is never seen."""

TYPICAL_VARIANCE = 0.25
"""Of a picture's values, which lie in ±1."""

Orders = Callable[[Steps], NDArray[np.intp]]
"""The order that a solver gives each of some steps, (N,)."""

Built = Callable[[Steps], SolverTable]
"""The table that a solver makes of some steps. Raises SolverError if it cannot start there."""

EVEN = ("trailing", "karras")
"""Spacings that are even in log SNR on most schedules."""

_REMEDIES = {
    EVEN: QT_TRANSLATE_NOOP("findings", "Take trailing or karras steps, or order 1."),
    EVEN[:1]: QT_TRANSLATE_NOOP("findings", "Take trailing steps, or order 1."),
    EVEN[1:]: QT_TRANSLATE_NOOP("findings", "Take karras steps, or order 1."),
    (): QT_TRANSLATE_NOOP("findings", "Take order 1."),
}
"""What to do about a step that is extrapolated too far, by the even spacings with which none is."""

CAREFUL = ("leading", "karras")
"""Spacings that begin with less noise, or with smaller steps there, than others."""

_KEEPING = {
    CAREFUL: QT_TRANSLATE_NOOP(
        "findings", "Take leading or karras steps, or dpm-solver++ or unipc, which do not magnify it step by step."
    ),
    CAREFUL[:1]: QT_TRANSLATE_NOOP(
        "findings", "Take leading steps, or dpm-solver++ or unipc, which do not magnify it step by step."
    ),
    CAREFUL[1:]: QT_TRANSLATE_NOOP(
        "findings", "Take karras steps, or dpm-solver++ or unipc, which do not magnify it step by step."
    ),
    (): QT_TRANSLATE_NOOP("findings", "Take dpm-solver++ or unipc, which do not magnify it step by step."),
}
"""What to do about lost digits, by the careful spacings with which none are."""

_OFF = QT_TRANSLATE_NOOP(
    "findings",
    "In float32 the picture is about {error:.1g} off, in its range of ±1: "
    "weights reach {weight:.3g} at the noisy end and cancel.",
)
_LOST = QT_TRANSLATE_NOOP(
    "findings", "In float32 the picture is lost: weights reach {weight:.3g} at the noisy end and cancel."
)


def extrapolated(steps: Steps, orders: Orders, weights: Array) -> tuple[Finding, ...]:
    """The step that is extrapolated farthest, if any is much longer in λ than the one before.

    `orders` and `weights` (N, K) are those of a multistep solver in λ.
    """
    ratios = _extrapolations(steps, orders)
    step = int(ratios.argmax())
    if ratios[step] <= GROWTH:
        return ()
    shares = weights[step] / weights[step].sum()
    return (
        Finding(
            "extrapolated_step",
            True,
            QT_TRANSLATE_NOOP(
                "findings",
                "Step {step} is {growth:.1f} times as long in log SNR as the one before, so the network's last "
                "outputs are extrapolated, with weights from {low:.2f} to {high:.2f} of their sum.",
            ),
            QT_TRANSLATE_NOOP(
                "findings", "What they differ by is magnified as much, and pictures have too much contrast or noise."
            ),
            _REMEDIES[tuple(spacing for spacing in _others(steps, EVEN) if _is_even(steps, spacing, orders))],
            {"step": step + 1, "growth": float(ratios[step]), "low": float(shares.min()), "high": float(shares.max())},
        ),
    )


def _others(steps: Steps, spacings: tuple[str, ...]) -> tuple[str, ...]:
    """Those that the steps are not laid out by, with whatever options."""
    used = re.split("[ :|]", steps.spacing)[0]
    return tuple(spacing for spacing in spacings if spacing != used)


def _extrapolations(steps: Steps, orders: Orders) -> Array:
    """How many times as long as the one before each step is, (N,), 0 where nothing is extrapolated."""
    return np.where(orders(steps) > 1, growth(steps.log_snr), 0)


def _is_even(steps: Steps, spacing: str, orders: Orders) -> bool:
    """Whether with this spacing no step would be extrapolated too far."""
    try:
        return bool(_extrapolations(steps.respaced(spacing), orders).max() <= GROWTH)
    except StepsError:
        return False


def lost_digits(table: SolverTable, steps: Steps, built: Built) -> tuple[Finding, ...]:
    """A finding if what float32 rounds off in a solver of ε is seen in the picture, by the response to it.

    The `table` is `built` for these steps.
    """
    error = _lost(table)
    if error < SEEN:
        return ()
    kept = tuple(spacing for spacing in _others(steps, CAREFUL) if _keeps_digits(steps, spacing, built))
    return (
        Finding(
            "lost_digits",
            True,
            _OFF if error < 1 else _LOST,
            QT_TRANSLATE_NOOP("findings", "Outputs near pure noise are magnified, and their rounding with them."),
            _KEEPING[kept],
            {"error": error, "weight": float(_weights(table).max())},
        ),
    )


def _lost(table: SolverTable) -> float:
    """The root mean square by which float32 misses the picture; 0 where that is never seen."""
    weight = _weights(table)
    if table.space != "epsilon" or weight.max() < LARGE_WEIGHT:
        return 0.0
    rounded = FLOAT32_ROUNDING * weight * responses(table, np.array([TYPICAL_VARIANCE])).added[:, 0]
    return float(np.sqrt((rounded**2).sum()))


def _weights(table: SolverTable) -> Array:
    """The root of the sum of the squared weights of each row, (R,)."""
    return np.asarray(np.sqrt(table.A**2 + (table.B**2).sum(axis=1)))


def _keeps_digits(steps: Steps, spacing: str, built: Built) -> bool:
    """Whether with this spacing nothing that float32 rounds off would be seen."""
    try:
        return _lost(built(steps.respaced(spacing))) < SEEN
    except (StepsError, SolverError):
        return False
