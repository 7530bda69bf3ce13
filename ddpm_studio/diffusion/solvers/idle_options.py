"""Findings about options of a solver that have no effect, since a run is the same without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ddpm_studio.diffusion.findings import Finding
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP

IDLE = "idle_option"
"""The code of these findings, whose value `key` names the option."""

NUMBERS = (
    "A",
    "C",
    "base",
    "timestep",
    "log_snr",
    "log_snr_next",
    "log_variance_min",
    "log_variance_max",
    "by_epsilon",
)
"""The arrays of a table besides B, whose width may differ."""


def without_effect(
    table: SolverTable, options: Iterable[Option], built: Callable[[Mapping[str, object]], SolverTable]
) -> tuple[Finding, ...]:
    """One finding for each option that is not at its default, but has the same rows there.

    `built(values)` returns the table with other values of the options.
    """
    changed = [option for option in options if table.options[option.key] != option.default]
    usual = ((option, built({**table.options, option.key: option.default})) for option in changed)
    return tuple(_idle(option, table.options[option.key]) for option, other in usual if _same_rows(table, other))


def _idle(option: Option, value: object) -> Finding:
    return Finding(
        IDLE,
        False,
        QT_TRANSLATE_NOOP("findings", "{key} = {value} has no effect here: {needs}."),
        QT_TRANSLATE_NOOP("findings", "Pictures are the same with {key} = {default}."),
        QT_TRANSLATE_NOOP("findings", "Leave it out, or change the other options or the number of steps."),
        {"key": option.key, "value": value, "default": option.default, "needs": option.needs or option.meaning},
    )


def _same_rows(one: SolverTable, other: SolverTable) -> bool:
    """Whether two tables have the same numbers in every row, where outputs of weight 0 may be kept or not."""
    history = max(one.history, other.history)
    same_weights = _equal(_padded(one, history), _padded(other, history))
    return same_weights and all(_equal(getattr(one, name), getattr(other, name)) for name in NUMBERS)


def _padded(table: SolverTable, history: int) -> Array:
    return np.pad(table.B, ((0, 0), (0, history - table.history)))


def _equal(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
