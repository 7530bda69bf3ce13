"""Quiet solvers: those that add no noise on the way, so that steps can be found for them."""

from __future__ import annotations

from functools import cache

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS

_ENOUGH_STEPS = 12
"""Steps that every solver goes along."""


@cache
def solvers_without_noise() -> tuple[str, ...]:
    """The names of those that add none with their default options.

    >>> quiet = solvers_without_noise()
    >>> "unipc" in quiet, "euler-ancestral" in quiet
    (True, False)
    """
    steps = Steps.from_spacing(Schedule("linear", 1000), _ENOUGH_STEPS)
    return tuple(name for name in SOLVERS if not solver_table(name, steps).C.any())
